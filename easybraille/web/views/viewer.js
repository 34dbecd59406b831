// The page that is shown: what became of it, its picture and its text side by side, and what can be done with it.

/** @import { Item, Page, Place, State } from "../types.js" */
/** @import { Store } from "../state/store.js" */

import { button, html } from "../element.js";
import { copy } from "../files/output.js";
import { say } from "../say.js";
import { joinedText, titleOf } from "../service/documents.js";
import { choose, correct, pagesInOrder, select, shownPage, textOf } from "../state/actions.js";
import { createStore } from "../state/store.js";
import { doubtsOf, isDoubtful } from "../state/cells.js";
import { reasonOf } from "../words/cells.js";
import { adviceText, outcomeOf, problemText } from "../words/outcomes.js";
import { words } from "../words/words.js";
import { createCommands } from "./commands.js";
import { createGrid } from "./grid.js";
import { createKeypad } from "./keypad.js";
import { createPicture } from "./picture.js";
import { createReadAloud } from "./speech.js";
import { createText } from "./text.js";

/** @typedef {{save: () => void, print: () => void, retry: (item: Item) => void, settled: (ids: string[]) => Promise<boolean>}} Doings */

/**
 * @param {Store<State>} store
 * @param {Doings} does
 */
export function createViewer(store, does) {
  const pointed = createStore(/** @type {Place | null} */ (null));
  const commands = createCommands(store);
  const heading = html("h2", { id: "page-title", tabindex: -1 });
  const outcome = html("p", { class: "outcome" });
  const advice = html("div", { class: "advice" });
  const reasons = html("details", { class: "reasons" });
  const keypad = createKeypad(store, commands);
  const grid = createGrid(store, pointed, commands, keypad.showChord);
  const text = createText(store, pointed);
  const picture = createPicture(store, pointed);

  const correctButton = button(words.correct, () => store.update(correct(true)), { class: "main", id: "correct" });
  const finishButton = button(words.finish, () => store.update(correct(false)), { class: "main", id: "finish" });
  const share = button(words.share, () => void shareText(), { id: "share", hidden: !("share" in navigator) });
  const aloud = createReadAloud(() => {
    const page = shownPage(store.get());
    return page && { text: textOf(page, "flow"), language: page.language };
  });
  const tools = html(
    "div",
    { class: "buttons tools", role: "group", "aria-label": words.tools },
    correctButton,
    button(words.save, does.save, { id: "save" }),
    button(words.copy, () => void copyText(), { id: "copy" }),
    share,
    ...aloud,
    button(words.print, does.print, { id: "print-button" }),
  );
  const previous = button("←", () => step(-1), { class: "small-button", "aria-label": words.previous_page, title: words.previous_page });
  const next = button("→", () => step(1), { class: "small-button", "aria-label": words.next_page, title: words.next_page });
  const count = html("span", { class: "count" });
  const pager = html("div", { class: "pager", role: "group", "aria-label": words.pager }, previous, count, next);
  const toggles = optionsOf(store);
  const keys = html("p", { id: "grid-keys", class: "small with-keys" }, words.grid_keys);
  const reading = html("div", { class: "reading" }, toggles, text, grid, keys, reasons);
  const pair = html("div", { class: "pair" }, picture, reading);
  const failed = html("div", { class: "failed", hidden: true });
  const view = html(
    "article",
    { class: "viewer", "aria-labelledby": "page-title" },
    html("div", { class: "title-row" }, heading, pager, finishButton),
    outcome,
    advice,
    tools,
    pair,
    keypad.view,
    failed,
  );

  /** @type {Page | null} */
  let shown = null;

  /** @param {State} state */
  function render(state) {
    const page = shownPage(state);
    const item = state.items.find(({ id }) => id === state.selected);
    view.hidden = !page && !item;
    const correcting = state.correcting && page !== null;
    document.body.classList.toggle("correcting", correcting);
    // The correction covers the window: what is behind it must not take the focus.
    for (const element of document.querySelectorAll("#skip, #top, #take, #progress, .index, .kept, footer")) element.toggleAttribute("inert", correcting);
    const pages = pagesInOrder(state);
    const at = page ? pages.indexOf(page) : -1;
    pager.hidden = pages.length < 2 || !page;
    count.textContent = words.of(at + 1, pages.length);
    previous.disabled = at <= 0;
    next.disabled = at >= pages.length - 1;
    for (const element of [tools, pair, outcome]) element.hidden = !page;
    failed.hidden = Boolean(page) || !item;
    keypad.view.hidden = !page || !state.correcting;
    correctButton.hidden = state.correcting;
    finishButton.hidden = !state.correcting;
    text.hidden = toggles.hidden = state.correcting;
    keys.hidden = !state.correcting;
    view.classList.toggle("show-marks", state.options.marks || state.correcting);
    view.classList.toggle("show-doubts", state.options.doubts);
    if (page) renderPage(page, state);
    else if (item) renderFailed(item);
    shown = page;
  }

  /**
   * @param {Page} page
   * @param {State} state
   */
  function renderPage(page, state) {
    if (shown === page && heading.textContent) return;
    heading.textContent = titleOf(page);
    const { kind, text: what } = outcomeOf(page);
    outcome.className = `outcome ${kind}${page.content.stale ? " stale" : ""}`;
    outcome.textContent = page.content.stale ? `${what} ${words.stale}` : what;
    if (shown?.id !== page.id) {
      const items = page.advice.map((one) => html("li", {}, adviceText(one)));
      advice.replaceChildren(html("h3", {}, words.advice_title), html("ul", {}, ...items));
    }
    advice.hidden = !page.advice.length;
    correctButton.disabled = !page.content.lines.length;
    if (!state.correcting) renderReasons(page);
    reasons.hidden = state.correcting || !doubtsOf(page.content.lines).length;
  }

  /** @param {Page} page */
  function renderReasons(page) {
    const items = page.content.lines.flatMap(({ cells }, line) =>
      cells.flatMap((cell) => (isDoubtful(cell) ? [html("li", {}, words.doubt(line + 1, cell.text.trim() || cell.braille, reasonOf(cell)))] : [])),
    );
    reasons.replaceChildren(html("summary", {}, words.doubts_title(items.length)), html("ul", {}, ...items));
  }

  /** @param {Item} item */
  function renderFailed(item) {
    heading.textContent = words.failed_heading(item.name);
    advice.hidden = true;
    const why = problemText(item.problem ?? { code: "other", detail: "" });
    failed.replaceChildren(
      html("p", { class: "error" }, why),
      html("p", { class: "buttons" }, button(words.retry, () => does.retry(item), { class: "main" })),
    );
  }

  /** @param {number} by */
  function step(by) {
    const pages = pagesInOrder(store.get());
    const page = shownPage(store.get());
    const to = page && pages[pages.indexOf(page) + by];
    if (!to) return;
    store.update(select(to.id));
    heading.focus({ preventScroll: true });
  }

  async function copyText() {
    const pages = pagesInOrder(store.get());
    await does.settled(pages.map(({ id }) => id));
    const whole = joinedText(pagesInOrder(store.get()), store.get().options.layout);
    say((await copy(whole)) ? words.copied : words.not_copied);
  }

  async function shareText() {
    const pages = pagesInOrder(store.get());
    try {
      await navigator.share({ title: titleOf(pages[0]), text: joinedText(pages, store.get().options.layout) });
    } catch (error) {
      // The person has changed their mind.
      if (!(error instanceof DOMException && error.name === "AbortError")) say(words.not_shared);
    }
  }

  store.subscribe((state, before) => {
    render(state);
    if (before.correcting && !state.correcting && shownPage(state)) {
      say(words.correcting_done(doubtsOf(shownPage(state)?.content.lines ?? []).length));
      correctButton.focus({ preventScroll: true });
    }
    if (!before.correcting && state.correcting) {
      const page = shownPage(state);
      // The first doubt is where most people want to begin.
      if (page && !page.edited && doubtsOf(page.content.lines).length) commands.step(1);
      say(words.correcting(doubtsOf(page?.content.lines ?? []).length));
    }
  });
  render(store.get());
  return { view, focus: () => heading.focus({ preventScroll: true }), commands };
}

/** @param {Store<State>} store */
function optionsOf(store) {
  const chosen = store.get().options;
  const box = (/** @type {"marks" | "letters" | "doubts" | "braille"} */ name) => {
    const input = html("input", { type: "checkbox", id: `show-${name}`, checked: chosen[name] });
    input.addEventListener("change", () => store.update(choose({ [name]: input.checked })));
    return html("label", { class: "check" }, input, html("span", {}, words.show[name]));
  };
  const layout = (/** @type {"page" | "flow"} */ value) => {
    const input = html("input", { type: "radio", name: "layout", value, checked: chosen.layout === value });
    input.addEventListener("change", () => store.update(choose({ layout: value })));
    return html("label", { class: "choice" }, input, html("span", {}, words.layouts[value]));
  };
  return html(
    "div",
    { class: "toggles" },
    html("fieldset", { class: "choices" }, html("legend", { class: "heard" }, words.layout), layout("page"), layout("flow")),
    html(
      "details",
      { class: "show" },
      html("summary", {}, words.show_title),
      html("fieldset", {}, html("legend", { class: "heard" }, words.show_title), box("marks"), box("doubts"), box("braille"), box("letters")),
    ),
  );
}
