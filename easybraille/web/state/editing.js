// Corrections: each takes the lines of a page and a place, and gives the lines and the place afterwards.

/** @import { Cell, Line, Place } from "../types.js" */

import { boxBetween, sorted, unicodeOf } from "./cells.js";

/** @typedef {{lines: Line[], cursor: Place}} Edited */

const BLANK = { dots: "", braille: unicodeOf(""), text: " " };

/**
 * Gives a cell other dots; none make it a blank. At a line's end it adds a cell.
 * @param {Line[]} lines
 * @param {Place} at
 * @param {string} dots digits in any order
 * @returns {Edited}
 */
export function setDots(lines, at, dots) {
  const before = lines[at.line].cells;
  const cells = at.cell < before.length ? [...before] : [...before, { ...BLANK, was: { dots: "", text: "" } }];
  cells[at.cell] = withDots(cells, at.cell, sorted(dots));
  return { lines: replaced(lines, at.line, cells), cursor: at };
}

/**
 * @param {Cell[]} cells
 * @param {number} at
 * @param {string} dots
 * @returns {Cell}
 */
function withDots(cells, at, dots) {
  const { dots: dotsBefore, text, box, alternatives, was = { dots: dotsBefore, text } } = cells[at];
  if (!dots) return { ...BLANK, was, checked: true };
  const cell = { dots, braille: unicodeOf(dots), text, confidence: 1, was, checked: true };
  return { ...cell, box: box ?? boxBetween(cells, at), ...(alternatives && { alternatives }) };
}

/**
 * Says that a cell is right as it is.
 * @param {Line[]} lines
 * @param {Place} at
 * @returns {Edited}
 */
export function confirm(lines, at) {
  const cells = lines[at.line].cells.map((cell, i) => (i === at.cell ? { ...cell, checked: true } : cell));
  return { lines: replaced(lines, at.line, cells), cursor: at };
}

/**
 * Puts a blank before a cell.
 * @param {Line[]} lines
 * @param {Place} at
 * @returns {Edited}
 */
export function insert(lines, at) {
  const cells = lines[at.line].cells.toSpliced(at.cell, 0, { ...BLANK, was: { dots: "", text: "" }, checked: true });
  return { lines: replaced(lines, at.line, cells), cursor: at };
}

/**
 * Takes a cell out of its line.
 * @param {Line[]} lines
 * @param {Place} at
 * @returns {Edited}
 */
export function remove(lines, at) {
  if (at.cell >= lines[at.line].cells.length) return { lines, cursor: at };
  return { lines: replaced(lines, at.line, lines[at.line].cells.toSpliced(at.cell, 1)), cursor: at };
}

/**
 * Begins a new line with a cell.
 * @param {Line[]} lines
 * @param {Place} at
 * @returns {Edited}
 */
export function split(lines, at) {
  const { cells } = lines[at.line];
  const parts = [cells.slice(0, at.cell), cells.slice(at.cell)].map(lineOf);
  return { lines: lines.toSpliced(at.line, 1, ...parts), cursor: { line: at.line + 1, cell: 0 } };
}

/**
 * Joins a line to the one before it, with a blank between them where both have cells.
 * @param {Line[]} lines
 * @param {Place} at
 * @returns {Edited}
 */
export function join(lines, at) {
  if (at.line === 0) return { lines, cursor: at };
  const [above, below] = [lines[at.line - 1].cells, lines[at.line].cells];
  const between = above.length && below.length && above.at(-1)?.dots ? [{ ...BLANK, checked: true }] : [];
  const cells = [...above, ...between, ...below];
  const cursor = { line: at.line - 1, cell: above.length + between.length };
  return { lines: lines.toSpliced(at.line - 1, 2, lineOf(cells)), cursor };
}

/**
 * @param {Cell[]} cells
 * @returns {Line}
 */
const lineOf = (cells) => ({
  text: cells.map((cell) => cell.text).join(""),
  braille: cells.map((cell) => cell.braille).join(""),
  cells,
});

/**
 * @param {Line[]} lines
 * @param {number} line
 * @param {Cell[]} cells
 */
const replaced = (lines, line, cells) => lines.with(line, lineOf(cells));
