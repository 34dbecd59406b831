// The picture of a page with its cells marked.

import { isDoubtful } from "./doubts.js";
import { html, svg } from "./element.js";
import { words } from "./words.js";

/**
 * The picture under its marks, or, where the browser can't show it, a blank page with the dots that were read.
 * @param {object} page of the document
 * @param {string | null} address of the picture; null where there is none to show
 * @param {string} name what to call it
 * @returns {HTMLElement} a figure
 */
export function figureOf(page, address, name) {
  const caption = html("figcaption", {}, words.legend);
  const frame = html("div", { class: "picture" });
  const blank = () => {
    frame.replaceChildren(overlay(page, true));
    caption.textContent = `${words.no_picture} ${words.legend}`;
  };
  if (address) {
    const { width, height } = page;
    const image = html("img", { src: address, alt: words.picture(name), width, height });
    image.addEventListener("error", blank, { once: true });
    frame.append(image, overlay(page, false));
  } else {
    blank();
  }
  return html("figure", {}, frame, caption);
}

/** Hidden from screen readers: the text says the same and says it better. */
function overlay(page, withDots) {
  const cells = page.lines.flatMap((line) => line.cells).filter((cell) => cell.box);
  return svg(
    "svg",
    { viewBox: `0 0 ${page.width} ${page.height}`, "aria-hidden": "true" },
    svg("g", { class: "dots" }, ...(withDots ? cells.flatMap(dots) : [])),
    svg("g", { class: "marks" }, ...cells.map(mark)),
    svg("g", { class: "letters" }, ...cells.filter((cell) => cell.text.trim()).map(letter)),
  );
}

function mark(cell) {
  const [x, y, right, bottom] = cell.box;
  const shape = { x, y, width: right - x, height: bottom - y, rx: (right - x) * 0.15 };
  const attributes = { ...shape, "fill-opacity": (0.16 * cell.confidence ** 2).toFixed(3) };
  return svg("rect", isDoubtful(cell) ? { ...attributes, class: "doubtful" } : attributes);
}

function letter(cell) {
  const [x, , right, bottom] = cell.box;
  const size = (right - x) * 0.95;
  return svg("text", { x: (x + right) / 2, y: bottom + size * 0.85, "font-size": size }, cell.text);
}

/** A box is the 2 × 3 grid of dots grown on every side by 0.3 of the grid's width. */
function dots(cell) {
  const [x, y, right, bottom] = cell.box;
  const margin = ((right - x) / 1.6) * 0.3;
  const column = right - x - 2 * margin;
  const row = (bottom - y - 2 * margin) / 2;
  return [...cell.dots].map((digit) => {
    const place = Number(digit) - 1;
    const cx = x + margin + column * Math.floor(place / 3);
    const cy = y + margin + row * (place % 3);
    return svg("circle", { cx, cy, r: column * 0.26 });
  });
}
