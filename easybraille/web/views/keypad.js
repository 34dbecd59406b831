// The cell that is being corrected, its six dots to press, its other readings, and all that can be done with it.

/** @import { Page, State } from "../types.js" */
/** @import { Store } from "../state/store.js" */
/** @import { Commands } from "./commands.js" */

import { button, html } from "../element.js";
import { moveTo, shownPage } from "../state/actions.js";
import { doubtsOf, unicodeOf } from "../state/cells.js";
import { cellText } from "../words/cells.js";
import { words } from "../words/words.js";

// In the order in which they stand in the cell, row by row.
const DOTS = ["1", "4", "2", "5", "3", "6"];

/**
 * @param {Store<State>} store
 * @param {Commands} commands
 * @returns {{view: HTMLElement, showChord: (dots: string) => void}}
 */
export function createKeypad(store, commands) {
  const glyph = html("span", { class: "big-glyph", "aria-hidden": true });
  const about = html("p", { class: "about-cell" });
  const left = html("p", { class: "left" });
  const dots = DOTS.map((dot) =>
    button(dot, () => commands.toggleDot(dot), { class: "dot", "aria-label": words.dot(dot), "aria-pressed": "false" }),
  );
  const others = html("div", { class: "others", role: "group", "aria-label": words.alternatives });
  // Where there is little room only the sign is shown.
  const tool = (/** @type {string} */ sign, /** @type {string} */ text, /** @type {() => void} */ action, /** @type {string} */ keys, kind = "") => {
    const element = button("", action, { class: kind || null, "aria-label": text, title: keys ? `${text} (${keys})` : text });
    element.append(...(sign ? [html("span", { class: "sign" }, sign), " "] : []), html("span", { class: sign ? "long" : null }, text));
    return element;
  };
  const undo = tool("↶", words.undo, commands.undo, "Ctrl+Z");
  const redo = tool("↷", words.redo, commands.redo, "Ctrl+Y");
  const move = (/** @type {number} */ by) => {
    const page = shownPage(store.get());
    if (!page) return;
    const { line, cell } = page.content.cursor;
    store.update(moveTo({ line, cell: cell + by }));
    commands.sayPlace();
  };
  const view = html(
    "section",
    { class: "keypad", "aria-label": words.keypad },
    html(
      "div",
      { class: "keypad-cell" },
      glyph,
      html("div", { class: "dots", role: "group", "aria-label": words.dots_group }, ...dots),
      html("div", { class: "keypad-about" }, about, others),
    ),
    html(
      "div",
      { class: "keypad-doubts", role: "group", "aria-label": words.doubts_group },
      button("←", () => move(-1), { class: "small-button", "aria-label": words.previous_cell, title: words.previous_cell }),
      button("→", () => move(1), { class: "small-button", "aria-label": words.next_cell, title: words.next_cell }),
      tool(words.previous_short, words.previous_doubt, () => commands.step(-1), "P"),
      tool(words.next_short, words.next_doubt, () => commands.step(1), "N"),
      tool("✓", words.is_right, commands.confirm, words.enter, "main always"),
      left,
    ),
    html(
      "div",
      { class: "keypad-tools", role: "group", "aria-label": words.editing },
      undo,
      redo,
      tool("+", words.insert_cell, commands.insert, "I"),
      tool("✕", words.remove_cell, commands.remove, words.delete_key),
      tool("␣", words.blank_cell, () => commands.setDots(""), words.space),
      tool("↵", words.split_line, commands.split, `${words.shift}+${words.enter}`),
      tool("⤒", words.join_line, commands.join, `${words.shift}+${words.backspace}`),
    ),
  );

  /** @type {Page | null} */
  let shown = null;
  let chord = "";

  /** @param {State} state */
  function render(state) {
    const page = state.correcting ? shownPage(state) : null;
    if (!page || page === shown) {
      shown = page;
      return;
    }
    shown = page;
    const { lines, cursor } = page.content;
    const cell = lines[cursor.line]?.cells[cursor.cell];
    about.replaceChildren(html("span", { class: "where" }, words.where(cursor.line + 1)), " ", cellText(page));
    const count = doubtsOf(lines).length;
    left.textContent = count ? words.doubts_left(count) : words.no_doubts_left;
    undo.disabled = !page.past.length;
    redo.disabled = !page.future.length;
    const readings = [...(cell?.was && cell.was.dots !== cell.dots && cell.was.dots ? [cell.was] : []), ...(cell?.alternatives ?? [])];
    const known = readings.filter(({ dots: raised }, at) => raised !== cell?.dots && readings.findIndex((one) => one.dots === raised) === at);
    others.hidden = !known.length;
    others.replaceChildren(
      html("span", { class: "others-title" }, words.alternatives),
      ...known.map((reading) => {
        const share = "confidence" in reading ? ` ${Math.round(reading.confidence * 100)} %` : "";
        return button(`${unicodeOf(reading.dots)}${share}`, () => commands.setDots(reading.dots), {
          "aria-label": words.alternative([...reading.dots].join(" "), share.trim()),
        });
      }),
    );
    showDots(cell?.dots ?? "");
  }

  /** @param {string} raised */
  function showDots(raised) {
    glyph.textContent = unicodeOf(raised);
    for (const [i, dot] of DOTS.entries()) dots[i].setAttribute("aria-pressed", String(raised.includes(dot)));
  }

  store.subscribe(render);
  return {
    view,
    showChord(held) {
      const { content } = shown ?? {};
      const now = content?.lines[content.cursor.line]?.cells[content.cursor.cell]?.dots ?? "";
      if (held || chord) showDots(held || now);
      chord = held;
    },
  };
}
