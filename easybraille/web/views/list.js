// The files in their order, what becomes of each, and the pages that were read of them: the index of the document.

/** @import { Item, Page, State } from "../types.js" */
/** @import { Store } from "../state/store.js" */

import { button, html } from "../element.js";
import { tell } from "../say.js";
import { moveItem, pagesInOrder, removeItem, select } from "../state/actions.js";
import { doubtsOf } from "../state/cells.js";
import { outcomeOf, problemText, stageText } from "../words/outcomes.js";
import { words } from "../words/words.js";

/**
 * @param {Store<State>} store
 * @param {(item: Item) => void} retry
 */
export function createList(store, retry) {
  const list = html("ol", { class: "items" });
  const view = html("nav", { class: "index", "aria-label": words.index }, html("h2", {}, words.index), list);
  /** @type {Map<string, {row: HTMLLIElement, shown: unknown[]}>} */
  const rows = new Map();

  /** @param {State} state */
  function render(state) {
    view.hidden = state.items.length < 2 && pagesInOrder(state).length < 2 && state.items.every(({ stage }) => stage === "done");
    // A row is rebuilt only when something in it changes: a focus inside it is not lost to another file's progress.
    const alive = new Set(state.items.map((item) => item.id));
    for (const [id, { row }] of rows) {
      if (alive.has(id)) continue;
      row.remove();
      rows.delete(id);
    }
    state.items.forEach((item, at) => {
      const pages = item.pages.map((id) => state.pages[id]);
      const selected = [item.id, ...item.pages].includes(state.selected ?? "") ? state.selected : null;
      const shown = [item.stage, item.note, item.problem, selected, at, state.items.length, ...pages.map((page) => page?.content.lines)];
      let known = rows.get(item.id);
      if (!known || shown.length !== known.shown.length || shown.some((value, i) => value !== known?.shown[i])) {
        const row = known?.row ?? html("li", { class: "item" });
        const held = row.contains(document.activeElement) ? document.activeElement?.getAttribute("data-does") : null;
        row.replaceChildren(...contents(item, pages, at, state));
        row.dataset.stage = item.stage;
        if (held) /** @type {HTMLElement | null} */ (row.querySelector(`[data-does="${held}"]:not(:disabled)`))?.focus();
        known = { row, shown };
        rows.set(item.id, known);
      }
      const bar = known.row.querySelector("progress");
      if (bar && item.stage === "sending") bar.value = item.progress ?? 0;
      if (list.children[at] !== known.row) list.insertBefore(known.row, list.children[at] ?? null);
    });
  }

  /**
   * @param {Item} item
   * @param {Page[]} pages
   * @param {number} at
   * @param {State} state
   */
  function contents(item, pages, at, state) {
    const show = (/** @type {string} */ id) => store.update(select(id));
    const name =
      pages.length === 1 || item.stage === "failed"
        ? entry(item.name, item.stage === "failed" ? item.id : pages[0].id, state.selected, show)
        : html("span", { class: "name" }, item.name);
    const what = html("span", { class: "stage" }, item.stage === "done" ? doneText(pages) : stageText(item));
    const parts = [html("div", { class: "about" }, name, what)];
    if (["preparing", "sending", "reading"].includes(item.stage)) {
      parts[0].append(html("progress", { "aria-label": item.name, ...(item.stage === "sending" && { max: 1, value: item.progress ?? 0 }) }));
    }
    parts.push(controls(item, at, state));
    if (pages.length > 1) {
      const pieces = pages.map((page) =>
        html("li", {}, entry(words.page_of(page.sourcePage, page.side === "back"), page.id, state.selected, show)),
      );
      parts.push(html("div", { class: "pages" }, html("ol", {}, ...pieces)));
    }
    if (item.problem && item.stage === "failed") parts[0].title = problemText(item.problem);
    return parts;
  }

  /**
   * @param {Item} item
   * @param {number} at
   * @param {State} state
   */
  function controls(item, at, state) {
    const move = (/** @type {1 | -1} */ by) => {
      store.update(moveItem(item.id, by));
      tell(words.moved(item.name, at + 1 + by));
    };
    const small = (/** @type {string} */ sign, /** @type {string} */ does, /** @type {string} */ label, /** @type {() => void} */ action, off = false) =>
      button(sign, action, { class: "small-button", "data-does": does, "aria-label": label, title: label, disabled: off });
    const group = html("div", { class: "controls" });
    if (item.stage === "failed" || item.stage === "stopped") {
      group.append(button(words.retry, () => retry(item), { class: "retry", "data-does": "retry", "aria-label": words.retry_of(item.name) }));
    }
    if (state.items.length > 1) {
      group.append(
        small("↑", "up", words.move_up(item.name), () => move(-1), at === 0),
        small("↓", "down", words.move_down(item.name), () => move(1), at === state.items.length - 1),
      );
    }
    group.append(
      small("✕", "remove", words.remove(item.name), () => {
        const next = list.children[at + 1] ?? list.children[at - 1];
        store.update(removeItem(item.id));
        tell(words.removed(item.name));
        /** @type {HTMLElement | null | undefined} */ (next?.querySelector("button:not(:disabled)"))?.focus();
      }),
    );
    return group;
  }

  store.subscribe(render);
  render(store.get());
  return view;
}

/**
 * @param {string} text
 * @param {string} id
 * @param {string | null} selected
 * @param {(id: string) => void} show
 */
const entry = (text, id, selected, show) =>
  button(text, () => show(id), { class: "name", "data-does": `show ${id}`, "aria-current": selected === id ? "page" : null });

/** @param {Page[]} pages */
function doneText(pages) {
  const first = pages[0];
  if (!first) return words.stages.done;
  const bad = pages.map(outcomeOf).find(({ kind }) => kind !== "read");
  if (bad) return bad.short;
  const doubts = pages.reduce((sum, page) => sum + doubtsOf(page.content.lines).length, 0);
  const corrected = pages.some((page) => page.edited);
  return [corrected ? words.corrected : null, words.doubts_left(doubts)].filter(Boolean).join(" · ");
}
