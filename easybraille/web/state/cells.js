// What can be said of cells without knowing a language.

/** @import { Cell, Line, Place, Box } from "../types.js" */

const FIRST_BRAILLE = 0x2800;
// As the service itself counts cells that are hard to make out (easybraille/recognition/quality.py).
const SURE = 0.8;
// As the marked picture is coloured (easybraille/formats/marked.py).
const CERTAIN = 0.9;
const HALF = 0.7;

/**
 * The Unicode Braille character of a cell.
 * @param {string} dots ascending digits
 */
export const unicodeOf = (dots) =>
  String.fromCodePoint([...dots].reduce((sum, dot) => sum + (1 << (Number(dot) - 1)), FIRST_BRAILLE));

/** @param {string} dots digits in any order */
export const sorted = (dots) => [...new Set(dots)].sort().join("");

/** @param {Cell} cell */
export const isFaint = (cell) => !cell.checked && cell.confidence !== undefined && cell.confidence < SURE;

/** @param {Cell} cell */
export const isDoubtful = (cell) => !cell.checked && (Boolean(cell.doubtful) || isFaint(cell));

/**
 * How sure a cell is, as a class name.
 * @param {Cell} cell
 * @returns {"checked" | "sure" | "half" | "doubtful"}
 */
export function sureness(cell) {
  if (cell.checked) return "checked";
  const confidence = cell.confidence ?? 1;
  if (confidence < HALF || isDoubtful(cell)) return "doubtful";
  return confidence < CERTAIN ? "half" : "sure";
}

/**
 * The doubtful cells of a page, in reading order.
 * @param {Line[]} lines
 * @returns {Place[]}
 */
export const doubtsOf = (lines) =>
  lines.flatMap(({ cells }, line) => cells.flatMap((cell, at) => (isDoubtful(cell) ? [{ line, cell: at }] : [])));

/**
 * The doubtful cell after a place, or before it, going round at the end; null where there is none.
 * @param {Line[]} lines
 * @param {Place} from
 * @param {1 | -1} step
 */
export function nextDoubt(lines, from, step) {
  const doubts = doubtsOf(lines);
  if (step < 0) doubts.reverse();
  const beyond = (/** @type {Place} */ place) => (place.line - from.line || place.cell - from.cell) * step > 0;
  return doubts.find(beyond) ?? doubts[0] ?? null;
}

/** @param {Line[]} lines */
export const countOf = (lines) => lines.reduce((sum, line) => sum + line.cells.filter((cell) => cell.dots).length, 0);

/**
 * Where a cell without a box stands, judged by its neighbours on the line.
 * @param {Cell[]} cells
 * @param {number} at
 * @returns {Box | undefined} undefined where no cell of the line has a box
 */
export function boxBetween(cells, at) {
  const known = cells.flatMap((cell, index) => (cell.box ? [{ index, box: cell.box }] : []));
  if (!known.length) return undefined;
  const left = known.filter(({ index }) => index < at).at(-1);
  const right = known.find(({ index }) => index > at);
  const near = left ?? right;
  if (!near) return undefined;
  const steps = known.slice(1).map(({ index, box }, i) => (box[0] - known[i].box[0]) / (index - known[i].index));
  steps.sort((a, b) => a - b);
  const width = near.box[2] - near.box[0];
  const pitch = steps[steps.length >> 1] ?? width;
  if (left && right) {
    const share = (at - left.index) / (right.index - left.index);
    return /** @type {Box} */ (left.box.map((value, i) => round(value + share * (right.box[i] - value))));
  }
  const shift = (at - near.index) * pitch;
  const [x1, y1, x2, y2] = near.box;
  return [round(x1 + shift), y1, round(x2 + shift), y2];
}

const round = (/** @type {number} */ value) => Math.round(value * 10) / 10;
