// The cells of a page to be corrected: a grid in which one moves with the arrow keys and types as on a Brailler.

/** @import { Line, Page, Place, State } from "../types.js" */
/** @import { Store } from "../state/store.js" */
/** @import { Commands } from "./commands.js" */

import { html } from "../element.js";
import { correct, moveTo, shownPage } from "../state/actions.js";
import { isDoubtful } from "../state/cells.js";
import { textOf } from "../words/cells.js";
import { words } from "../words/words.js";

// The keys of a Brailler, by their place on the keyboard.
/** @type {Record<string, string>} */
const BRAILLER = { KeyF: "1", KeyD: "2", KeyS: "3", KeyJ: "4", KeyK: "5", KeyL: "6" };

/**
 * @param {Store<State>} store
 * @param {Store<Place | null>} pointed
 * @param {Commands} commands
 * @param {(dots: string) => void} onChord hears of the dots of the keys that are held down
 */
export function createGrid(store, pointed, commands, onChord) {
  const view = html("div", { class: "grid", role: "grid", "aria-label": words.grid, "aria-describedby": "grid-keys" });
  /** @type {{id: string, lines: Line[], correcting: boolean} | null} */
  let shown = null;
  /** @type {HTMLElement | null} */
  let current = null;
  /** @type {HTMLElement | null} */
  let lit = null;

  /** Rows by what they show; those of a page are made before it is corrected, so that opening it takes no time. */
  /** @type {WeakMap<Line, {at: number, row: HTMLElement}>} */
  const made = new WeakMap();
  const rowFor = (/** @type {Line} */ line, /** @type {number} */ at) => {
    let known = made.get(line);
    if (known?.at !== at) {
      known = { at, row: rowOf(line, at) };
      made.set(line, known);
    }
    return known.row;
  };
  /** @type {Line[] | null} */
  let prepared = null;
  const prepare = (/** @type {Line[]} */ lines) => {
    if (prepared === lines) return;
    prepared = lines;
    const idle = window.requestIdleCallback ?? ((/** @type {() => void} */ work) => setTimeout(work, 200));
    idle(() => prepared === lines && lines.forEach(rowFor));
  };

  const cellAt = (/** @type {Place} */ { line, cell }) =>
    /** @type {HTMLElement | null} */ (view.children[line]?.children[cell] ?? null);

  /** @param {State} state */
  function render(state) {
    const page = shownPage(state);
    // Before anything in it takes the focus: nothing can that is hidden.
    view.hidden = !page || !state.correcting;
    if (!page || !state.correcting) {
      if (shown) {
        setCurrent(null);
        view.replaceChildren();
      }
      shown = null;
      if (page) prepare(page.content.lines);
      return;
    }
    const { lines, cursor } = page.content;
    const focused = view.contains(document.activeElement) || document.activeElement === document.body;
    const opening = !shown || shown.id !== page.id;
    if (opening || shown?.lines.length !== lines.length) {
      view.lang = words.code;
      view.replaceChildren(...lines.map(rowFor));
    } else if (shown.lines !== lines) {
      lines.forEach((line, at) => line !== shown?.lines[at] && view.children[at].replaceWith(rowFor(line, at)));
    }
    shown = { id: page.id, lines, correcting: true };
    const next = cellAt(cursor);
    if (next === current) return;
    setCurrent(next);
    next?.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (focused || opening) next?.focus({ preventScroll: true });
  }

  /** @param {HTMLElement | null} next */
  function setCurrent(next) {
    for (const element of [current, next]) {
      element?.classList.toggle("current", element === next);
      element?.setAttribute("tabindex", element === next ? "0" : "-1");
      element?.setAttribute("aria-selected", String(element === next));
    }
    current = next;
  }

  view.addEventListener("pointerover", (event) => {
    // A finger points by touching, which is a choice and no more.
    if (event.pointerType !== "touch") pointed.update(() => placeOf(event));
  });
  view.addEventListener("pointerleave", () => pointed.update(() => null));
  view.addEventListener("click", (event) => {
    const place = placeOf(event);
    if (!place) return;
    store.update(moveTo(place));
    current?.focus({ preventScroll: true });
  });
  view.addEventListener("focusin", (event) => {
    const place = placeOf(event);
    if (place) store.update(moveTo(place));
  });
  pointed.subscribe((place) => {
    lit?.classList.remove("pointed");
    lit = place ? cellAt(place) : null;
    lit?.classList.add("pointed");
  });
  store.subscribe(render);
  onKeys(view, store, commands, onChord);
  return view;
}

/** @param {Event} event @returns {Place | null} */
function placeOf(event) {
  const cell = /** @type {Element} */ (event.target).closest("[role=gridcell]");
  const row = cell?.parentElement;
  if (!cell || !row?.parentElement) return null;
  return { line: [...row.parentElement.children].indexOf(row), cell: [...row.children].indexOf(cell) };
}

/**
 * @param {Line} line
 * @param {number} at
 */
function rowOf({ cells }, at) {
  const made = cells.map((cell, index) => {
    const kind = [isDoubtful(cell) ? "unsure" : "", cell.was && cell.was.dots !== cell.dots ? "changed" : "", cell.dots ? "" : "gap"];
    return html(
      "div",
      { role: "gridcell", tabindex: -1, class: kind.filter(Boolean).join(" ") || null, "aria-label": textOf(cell, index, cells.length) },
      html("span", { class: "glyph" }, cell.braille),
      html("span", { class: "letter" }, cell.text.trim() || (cell.dots ? "·" : "␣")),
    );
  });
  const end = html("div", { role: "gridcell", tabindex: -1, class: "end", "aria-label": words.line_end(at + 1) }, "¶");
  return html("div", { role: "row", "aria-label": words.line(at + 1) }, ...made, end);
}

/**
 * @param {HTMLElement} view
 * @param {Store<State>} store
 * @param {Commands} commands
 * @param {(dots: string) => void} onChord
 */
function onKeys(view, store, commands, onChord) {
  /** @type {Set<string>} */
  const down = new Set();
  let chord = "";

  view.addEventListener("keydown", (event) => {
    const page = shownPage(store.get());
    if (!page) return;
    if (event.ctrlKey || event.metaKey) {
      const key = event.key.toLowerCase();
      if (key === "z" || key === "y") {
        event.preventDefault();
        if (key === "y" || event.shiftKey) commands.redo();
        else commands.undo();
        return;
      }
      const jump = controlMove(event.key);
      if (jump) {
        event.preventDefault();
        store.update(moveTo(jump));
      }
      return;
    }
    if (event.altKey) return;
    const dot = BRAILLER[event.code];
    if (dot && !event.shiftKey) {
      event.preventDefault();
      down.add(event.code);
      if (!chord.includes(dot)) chord += dot;
      onChord(chord);
      return;
    }
    const act = command(event, page);
    if (!act) return;
    event.preventDefault();
    act();
  });

  view.addEventListener("keyup", (event) => {
    if (!down.delete(event.code) || down.size) return;
    // As on a Brailler: the keys held together make the cell when the last of them is let go.
    const dots = chord;
    chord = "";
    onChord("");
    commands.setDots(dots);
  });
  view.addEventListener("blur", () => {
    down.clear();
    chord = "";
    onChord("");
  });

  /**
   * @param {KeyboardEvent} event
   * @param {Page} page
   * @returns {(() => void) | undefined}
   */
  function command(event, page) {
    const { line, cell } = page.content.cursor;
    const go = (/** @type {number} */ toLine, /** @type {number} */ toCell) => () =>
      store.update(moveTo({ line: toLine, cell: toCell }));
    const { lines } = page.content;
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowLeft: cell > 0 || line === 0 ? go(line, cell - 1) : go(line - 1, lines[line - 1].cells.length),
      ArrowRight: cell < lines[line].cells.length || line === lines.length - 1 ? go(line, cell + 1) : go(line + 1, 0),
      ArrowUp: go(Math.max(0, line - 1), cell),
      ArrowDown: go(line + 1, cell),
      PageUp: go(line - 10, cell),
      PageDown: go(line + 10, cell),
      Home: go(line, 0),
      End: go(line, Infinity),
      " ": () => commands.setDots(""),
      Delete: commands.remove,
      Insert: commands.insert,
      i: commands.insert,
      a: commands.alternative,
      n: () => commands.step(1),
      p: () => commands.step(-1),
      Enter: event.shiftKey ? commands.split : commands.confirm,
      Backspace: event.shiftKey ? commands.join : () => eraseBefore(line, cell),
      Escape: () => store.update(correct(false)),
      "?": () => commands.sayPlace(),
    };
    if (/^[1-6]$/.test(event.key)) return () => commands.toggleDot(event.key);
    return keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  }

  /**
   * @param {number} line
   * @param {number} cell
   */
  function eraseBefore(line, cell) {
    if (cell === 0) return commands.join();
    store.update(moveTo({ line, cell: cell - 1 }));
    return commands.remove();
  }
}

/**
 * @param {string} key
 * @returns {Place | null}
 */
function controlMove(key) {
  if (key === "Home") return { line: 0, cell: 0 };
  if (key === "End") return { line: Infinity, cell: Infinity };
  return null;
}
