// What became of one file, as articles of the page.

import { wordsOf } from "./doubts.js";
import { html } from "./element.js";
import { figureOf } from "./picture.js";
import { words } from "./words.js";

let articles = 0;

/**
 * One page that was read.
 * @param {object} page of the document
 * @param {string} language of the document
 * @param {string | null} address of its picture; null where the browser has none to show
 * @param {boolean} alone whether its file has no other page
 * @returns {{article: HTMLElement, facts: string}} the facts say in a few words what was read
 */
export function pageArticle(page, language, address, alone) {
  const name = words.heading(page.source, alone ? 0 : page.source_page);
  const lines = page.lines.map(wordsOf);
  const doubts = lines.flatMap((line, at) =>
    line.filter((word) => word.reasons.length).map((word) => ({ ...word, line: at + 1 })),
  );
  const count = page.lines.flatMap((line) => line.cells).filter((cell) => cell.box).length;
  const facts = words.facts(page.lines.filter((line) => line.cells.length).length, count, doubts.length);
  const reading = html("div", { class: "reading" }, html("h4", {}, words.text_title), textOf(lines, language));
  if (doubts.length) reading.append(reasonsOf(doubts, language));
  const article = articleOf(
    name,
    html("p", { class: "facts" }, `${facts}.`),
    ...adviceOf(page.advice),
    html("div", { class: "pair" }, reading, figureOf(page, address, name)),
  );
  return { article, facts };
}

/**
 * One file that could not be read.
 * @param {string} name
 * @param {{code: string, detail: string}} problem
 * @returns {{article: HTMLElement, why: string}}
 */
export function problemArticle(name, problem) {
  const known = words.problems[problem.code];
  // The service words its problems in English, with its limits; Spanish goes by their code.
  const inEnglish = problem.detail && (words.code === "en" || !known);
  const why = inEnglish ? problem.detail : (known ?? words.problems.other);
  const said = html("p", { class: "error" }, why);
  if (inEnglish) said.lang = "en";
  return { article: articleOf(words.failed_heading(name), said), why };
}

/** An article named by its heading, which takes the focus when the result is there. */
function articleOf(title, ...content) {
  const heading = html("h3", { id: `page-${++articles}`, tabindex: "-1" }, title);
  return html("article", { "aria-labelledby": heading.id }, heading, ...content);
}

function adviceOf(advice) {
  if (!advice.length) return [];
  const items = advice.map(({ code, message }) => html("li", {}, words.advice[code] ?? message));
  return [html("div", { class: "advice" }, html("h4", {}, words.advice_title), html("ul", {}, ...items))];
}

/** The text line by line; a doubtful word is underlined for the eye and followed by a word for the ear. */
function textOf(lines, language) {
  if (!lines.some((line) => line.length)) return html("p", { class: "text" }, words.no_text);
  const text = html("div", { class: "text", lang: language });
  lines.forEach((line, at) => {
    if (at) text.append("\n");
    text.append(...line.map((word) => (word.reasons.length ? marked(word) : word.text)));
  });
  return text;
}

function marked(word) {
  const note = html("span", { class: "heard", lang: words.code }, ` (${words.doubtful})`);
  return html("mark", {}, word.text || word.braille, note);
}

function reasonsOf(doubts, language) {
  const items = doubts.map(({ line, text, braille, reasons }) =>
    html("li", {}, words.doubt(line, text.trim() || braille, reasons.join("; "))),
  );
  const summary = html("summary", {}, words.doubts_title(doubts.length));
  return html("details", {}, summary, html("ul", {}, ...items));
}
