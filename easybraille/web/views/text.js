// The text of a page beside its picture: line by line as on the paper, or flowing.

/** @import { Cell, Line, Paragraph, Place, State } from "../types.js" */
/** @import { Store } from "../state/store.js" */

import { html } from "../element.js";
import { moveTo, shownPage } from "../state/actions.js";
import { isDoubtful } from "../state/cells.js";
import { words } from "../words/words.js";

// Blanks side by side from here on part columns, rather than words.
const WIDE_GAP = 2;

/**
 * @param {Store<State>} store
 * @param {Store<Place | null>} pointed
 */
export function createText(store, pointed) {
  const view = html("div", { class: "text", id: "text" });
  /** @type {{id: string, layout: string, braille: boolean, lines: Line[], paragraphs: Paragraph[]} | null} */
  let shown = null;
  /** @type {HTMLElement[]} */
  let rows = [];
  /** @type {Element[]} */
  let marked = [];

  /** @param {State} state */
  function render(state) {
    const page = shownPage(state);
    if (!page || state.correcting) {
      shown = null;
      return;
    }
    const { layout, braille } = state.options;
    const { lines, paragraphs } = page.content;
    const same = shown?.id === page.id && shown.layout === layout && shown.braille === braille;
    if (same && shown?.lines === lines && shown.paragraphs === paragraphs) return;
    view.lang = page.language.split("-")[0];
    view.className = `text ${layout}`;
    if (!lines.some((line) => line.cells.length)) {
      rows = [];
      view.lang = words.code;
      view.replaceChildren(html("p", {}, words.no_text));
    } else if (layout === "flow") {
      rows = [];
      view.replaceChildren(...paragraphs.map(flowing));
    } else {
      rows = lines.map((line, at) => (same && shown?.lines[at] === line && rows[at] ? rows[at] : lineOf(line, at, braille)));
      view.replaceChildren(...rows);
    }
    shown = { id: page.id, layout, braille, lines, paragraphs };
    mark(page.content.cursor, "current");
  }

  /**
   * @param {Place | null} place
   * @param {string} as
   */
  function mark(place, as) {
    for (const element of marked.filter((one) => one.classList.contains(as))) element.classList.remove(as);
    marked = marked.filter((one) => one.classList.length > 1);
    if (!place || !shown) return;
    const found =
      shown.layout === "flow"
        ? [...view.children].filter((_, at) => shown?.paragraphs[at]?.lines.includes(place.line))
        : [...(rows[place.line]?.querySelectorAll(`[data-cell="${place.cell}"]`) ?? [])];
    for (const element of found) element.classList.add(as);
    marked.push(...found);
  }

  /** @param {Event} event @returns {Place | null} */
  function placeOf(event) {
    const target = /** @type {Element} */ (event.target);
    if (shown?.layout === "flow") {
      const paragraph = shown.paragraphs[[...view.children].indexOf(/** @type {Element} */ (target.closest(".text > *")))];
      return paragraph ? { line: paragraph.lines[0], cell: 0 } : null;
    }
    const cell = /** @type {HTMLElement | null} */ (target.closest("[data-cell]"));
    const row = /** @type {HTMLElement | null} */ (target.closest("[data-line]"));
    return cell && row ? { line: Number(row.dataset.line), cell: Number(cell.dataset.cell) } : null;
  }

  view.addEventListener("pointerover", (event) => {
    // A finger points by touching, which is a choice and no more.
    if (event.pointerType !== "touch") pointed.update(() => placeOf(event));
  });
  view.addEventListener("pointerleave", () => pointed.update(() => null));
  view.addEventListener("click", (event) => {
    const place = placeOf(event);
    if (place) store.update(moveTo(place));
  });
  pointed.subscribe((place) => mark(place, "pointed"));
  store.subscribe((state, before) => {
    render(state);
    const [now, then] = [shownPage(state)?.content.cursor, shownPage(before)?.content.cursor];
    if (now && now !== then && !state.correcting) mark(now, "current");
  });
  render(store.get());
  return view;
}

/**
 * A line: a doubtful word is underlined for the eye and followed by a word for the ear.
 * @param {Line} line
 * @param {number} at
 * @param {boolean} braille whether its cells stand below it
 */
function lineOf({ cells }, at, braille) {
  const text = html("div", { class: "letters-row" });
  let column = 0;
  for (const word of wordsOf(cells)) {
    const spans = word.cells.map(({ cell, index }) => {
      column += cell.text.length;
      return html("span", { "data-cell": index, class: isDoubtful(cell) ? "c unsure" : "c" }, cell.text);
    });
    if (word.blank) {
      const from = word.cells[0].index;
      const to = from + word.cells.length;
      // The paper's columns stand where they stand there, also behind signs that take a cell and no letter.
      if (from > 0 && word.cells.length >= WIDE_GAP && column < to) {
        spans.at(-1)?.append(html("span", { class: "filler", "aria-hidden": true }, " ".repeat(to - column)));
        column = to;
      }
      text.append(...spans);
    } else if (word.cells.some(({ cell }) => isDoubtful(cell))) {
      const note = html("span", { class: "heard", lang: words.code }, ` (${words.doubtful})`);
      text.append(html("mark", {}, ...spans, note));
    } else {
      text.append(...spans);
    }
  }
  if (!cells.length) text.append("\n");
  const row = html("div", { class: "line", "data-line": at }, text);
  if (braille && cells.length) {
    const glyphs = cells.map((cell, index) => html("span", { "data-cell": index, class: "c" }, cell.braille));
    row.append(html("div", { class: "braille-row" }, ...glyphs));
  }
  return row;
}

/**
 * Runs of blanks and of cells between them.
 * @param {Cell[]} cells
 */
function wordsOf(cells) {
  /** @type {{blank: boolean, cells: {cell: Cell, index: number}[]}[]} */
  const found = [];
  cells.forEach((cell, index) => {
    const blank = cell.dots === "";
    if (found.at(-1)?.blank !== blank) found.push({ blank, cells: [] });
    found.at(-1)?.cells.push({ cell, index });
  });
  return found;
}

/** @param {Paragraph} paragraph */
function flowing({ kind, text }) {
  if (kind === "heading") return html("p", { class: "heading" }, text);
  return html("p", { class: kind }, text);
}
