// Which words of a page are doubtful, and why.

import { words } from "./words.js";

// As the service itself counts cells that are hard to make out (easybraille/recognition/quality.py).
const SURE = 0.8;

export const isFaint = (cell) => cell.confidence !== undefined && cell.confidence < SURE;
export const isDoubtful = (cell) => Boolean(cell.doubtful) || isFaint(cell);

/**
 * A line cut at its blanks.
 * @param {{cells: object[]}} line
 * @returns {{text: string, braille: string, reasons: string[]}[]} joined in order, the texts are the line's text;
 *   a word without reasons is not doubtful
 */
export function wordsOf(line) {
  const pieces = [];
  let open = false;
  for (const cell of line.cells) {
    const blank = cell.dots === "";
    if (blank || !open) pieces.push({ text: "", braille: "", cells: [] });
    open = !blank;
    const piece = pieces.at(-1);
    piece.text += cell.text;
    piece.braille += cell.braille;
    if (isDoubtful(cell)) piece.cells.push(cell);
  }
  return pieces.map(({ text, braille, cells }) => ({ text, braille, reasons: reasons(cells) }));
}

function reasons(cells) {
  const codes = new Set(cells.map((cell) => cell.doubtful).filter(Boolean));
  const said = [...codes].map((code) => words.doubts[code] ?? words.doubts.other);
  const faint = cells.filter(isFaint).map((cell) => cell.confidence);
  if (faint.length) said.push(words.faint(Math.round(Math.min(...faint) * 100)));
  return said;
}
