// How to take a good picture, with drawings of our own, and how the rest is used.

import { at, html, svg } from "../element.js";
import { words } from "../words/words.js";

export function showHelp() {
  const tips = words.tips.map(([title, text], i) => html("li", {}, DRAWINGS[i](), html("div", {}, html("h3", {}, title), html("p", {}, text))));
  const keys = words.keys.map(([key, what]) => html("tr", {}, html("th", { scope: "row" }, ...kbd(key)), html("td", {}, what)));
  at("help").append(
    html("h2", { id: "help-title", tabindex: -1 }, words.help_title),
    html("p", { class: "hint" }, words.help_hint),
    html("ul", { class: "tips" }, ...tips),
    html("h2", {}, words.help_correct_title),
    ...words.help_correct.map((text) => html("p", {}, text)),
    html("table", { class: "keys" }, html("caption", { class: "heard" }, words.keys_title), html("tbody", {}, ...keys)),
    html("h2", {}, words.help_kept_title),
    ...words.help_kept.map((text) => html("p", {}, text)),
  );
}

/** @param {string} keys */
const kbd = (keys) => keys.split(" ").map((key) => (/^[,/]|^y$|^and$|^o$|^or$/.test(key) ? html("span", {}, ` ${key} `) : html("kbd", {}, key)));

const sheet = (/** @type {import("../element.js").Attributes} */ attributes) =>
  svg("rect", { x: 30, y: 20, width: 60, height: 44, rx: 2, class: "d-paper", ...attributes });

/** Rows of dots. @param {number} x @param {number} y @param {number} columns @param {number} rows @param {string} [kind] */
function dots(x, y, columns, rows, kind = "d-dot") {
  const made = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if ((row * 7 + column * 5) % 3) made.push(svg("circle", { cx: x + column * 5, cy: y + row * 6, r: 1.4, class: kind }));
    }
  }
  return made;
}

const drawing = (/** @type {(Node)[]} */ ...parts) => svg("svg", { viewBox: "0 0 120 90", class: "drawing", "aria-hidden": "true" }, ...parts);

const DRAWINGS = [
  // Light from the top of the page, low.
  () =>
    drawing(
      sheet({ y: 34 }),
      ...dots(36, 42, 10, 5),
      svg("circle", { cx: 60, cy: 10, r: 6, class: "d-light" }),
      ...[-24, -8, 8, 24].map((to) => svg("path", { d: `M${60 + to / 3} 18 L${60 + to} 31`, class: "d-ray" })),
    ),
  // From above, the whole page.
  () =>
    drawing(
      svg("rect", { x: 46, y: 4, width: 28, height: 16, rx: 3, class: "d-ink" }),
      svg("circle", { cx: 60, cy: 12, r: 4.5, class: "d-light" }),
      svg("path", { d: "M50 22 L24 70 M70 22 L96 70", class: "d-ray" }),
      svg("path", { d: "M26 70 L94 70 L102 84 L18 84 Z", class: "d-paper" }),
    ),
  // Filling the picture, nothing cut off.
  () =>
    drawing(
      svg("rect", { x: 22, y: 8, width: 76, height: 74, rx: 3, class: "d-frame" }),
      sheet({ x: 28, y: 13, width: 64, height: 64 }),
      ...dots(34, 20, 11, 9),
    ),
  // Still and sharp.
  () =>
    drawing(
      sheet({ x: 14, y: 24, width: 42, height: 44 }),
      ...dots(20, 32, 7, 6),
      svg("path", { d: "M24 80 l7 6 l12 -12", class: "d-good" }),
      sheet({ x: 66, y: 24, width: 42, height: 44 }),
      ...dots(72, 32, 7, 6, "d-blur"),
      ...dots(74, 33, 7, 6, "d-blur"),
      svg("path", { d: "M80 76 l12 12 M92 76 l-12 12", class: "d-bad" }),
    ),
];
