// A cell in words, for a screen reader: "cell 14 of 32, dots 1 2 5, h, doubtful, was n".

/** @import { Cell, Page, Place } from "../types.js" */

import { isDoubtful, isFaint } from "../state/cells.js";
import { words } from "./words.js";

/**
 * The cell at a place of a page, by default where the person is.
 * @param {Page} page
 * @param {Place} [place]
 */
export function cellText(page, place = page.content.cursor) {
  const { cells } = page.content.lines[place.line] ?? { cells: [] };
  const cell = cells[place.cell];
  return cell ? textOf(cell, place.cell, cells.length) : words.line_end(place.line + 1);
}

/**
 * @param {Cell} cell
 * @param {number} at
 * @param {number} of
 */
export function textOf(cell, at, of) {
  const parts = [words.cell(at + 1, of), cell.dots ? words.dots([...cell.dots].join(" "), cell.dots.length) : words.blank];
  const letter = cell.text.trim();
  if (letter) parts.push(letter);
  else if (cell.dots) parts.push(words.no_letter);
  if (isDoubtful(cell)) parts.push(reasonOf(cell));
  if (cell.was && cell.was.dots !== cell.dots) parts.push(words.was(cell.was.text.trim() || (cell.was.dots ? words.dots([...cell.was.dots].join(" "), cell.was.dots.length) : words.blank)));
  else if (cell.checked) parts.push(words.checked);
  return parts.join(", ");
}

/** @param {Cell} cell */
export function reasonOf(cell) {
  const why = cell.doubtful ? (words.doubts[cell.doubtful] ?? words.doubts.other) : "";
  const faint = isFaint(cell) ? words.faint(Math.round((cell.confidence ?? 0) * 100)) : "";
  return [words.doubtful, [why, faint].filter(Boolean).join("; ")].filter(Boolean).join(": ");
}
