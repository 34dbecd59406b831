// What became of a file or page, in words: first whether it was read at all.

/** @import { Item, Page } from "../types.js" */

import { countOf, doubtsOf } from "../state/cells.js";
import { words } from "./words.js";

const UNRELIABLE = ["uncertain", "unreliable"];
const NOTHING = "no_braille";
const TURNED = ["upside_down", "sideways"];

/**
 * @typedef {object} Outcome
 * @property {"none" | "unreliable" | "read"} kind
 * @property {string} short in the index
 * @property {string} text a sentence
 */

/**
 * @param {Page} page
 * @returns {Outcome}
 */
export function outcomeOf(page) {
  const codes = page.advice.map(({ code }) => code);
  const { lines } = page.content;
  const cells = countOf(lines);
  if (!cells) {
    const known = page.advice.find(({ code }) => code === NOTHING);
    return { kind: "none", short: words.none_short, text: known ? adviceText(known) : words.none };
  }
  const facts = words.facts(lines.filter((line) => line.cells.length).length, cells, doubtsOf(lines).length);
  const turned = codes.some((code) => TURNED.includes(code)) ? ` ${words.turned}` : "";
  if (!page.edited && codes.some((code) => UNRELIABLE.includes(code))) {
    return { kind: "unreliable", short: words.unreliable_short, text: `${words.unreliable} ${facts}.${turned}` };
  }
  return { kind: "read", short: facts, text: `${facts}.${turned}` };
}

/** The advice that is said with the outcome: the most important, what the outcome says itself left out. @param {Page} page */
export const firstAdvice = ({ advice }) => {
  const found = advice.find(({ code }) => code !== NOTHING && !TURNED.includes(code));
  return found ? adviceText(found) : "";
};

/** @param {{code: string, message: string}} advice */
export const adviceText = ({ code, message }) => words.advice[code] ?? message;

/**
 * Why something failed: in the page's words where it has some, else in the service's, which names its limits.
 * @param {{code: string, detail: string}} problem
 */
export const problemText = ({ code, detail }) => words.problems[code] ?? (detail || words.problems.other);

/** @param {Item} item */
export function stageText(item) {
  if (item.note) return words.notes[item.note] ?? words.notes.other;
  return words.stages[item.stage];
}
