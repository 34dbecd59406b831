// Every change of the page's state, as functions from a state to the next.

/** @import { Content, Item, Line, Options, Page, Paragraph, Place, State } from "../types.js" */
/** @import { Edited } from "./editing.js" */

/** @typedef {(state: State) => State} Change */

const MOST_UNDOS = 200;

/**
 * @param {Options} options
 * @returns {State}
 */
export const initial = (options) => ({ items: [], pages: {}, selected: null, correcting: false, options });

/**
 * @param {Item[]} items
 * @returns {Change}
 */
export const addItems = (items) => (state) => ({ ...state, items: [...state.items, ...items] });

/**
 * @param {string} id
 * @param {Partial<Item>} change
 * @returns {Change}
 */
export const changeItem = (id, change) => (state) => ({
  ...state,
  items: state.items.map((item) => (item.id === id ? { ...item, ...change } : item)),
});

/**
 * What was read of a file takes the place of what was read of it before.
 * @param {string} id
 * @param {Page[]} pages
 * @returns {Change}
 */
export const addPages = (id, pages) => (state) => {
  const item = state.items.find((one) => one.id === id);
  if (!item) return state;
  const kept = { ...without(state.pages, item.pages), ...Object.fromEntries(pages.map((page) => [page.id, page])) };
  const selected = state.selected === null || state.selected === id ? (pages[0]?.id ?? null) : state.selected;
  /** @type {Partial<Item>} */
  const done = { stage: "done", pages: pages.map((page) => page.id), problem: undefined, note: undefined };
  return changeItem(id, done)({ ...state, pages: kept, selected });
};

/**
 * More pages of a file, in their order.
 * @param {string} id
 * @param {Page[]} added
 * @returns {Change}
 */
export const appendPages = (id, added) => (state) => {
  const item = state.items.find((one) => one.id === id);
  if (!item) return state;
  const pages = { ...state.pages, ...Object.fromEntries(added.map((page) => [page.id, page])) };
  const ids = [...item.pages, ...added.map((page) => page.id)];
  ids.sort((a, b) => pages[a].sourcePage - pages[b].sourcePage || pages[b].side.localeCompare(pages[a].side));
  return changeItem(id, { pages: ids })({ ...state, pages, selected: state.selected ?? ids[0] });
};

/**
 * @param {string} id
 * @returns {Change}
 */
export const removeItem = (id) => (state) => {
  const item = state.items.find((one) => one.id === id);
  if (!item) return state;
  const items = state.items.filter((one) => one.id !== id);
  const left = items.flatMap(shownIds);
  const gone = state.selected !== null && [id, ...item.pages].includes(state.selected);
  const selected = gone ? (left[0] ?? null) : state.selected;
  return { ...state, items, pages: without(state.pages, item.pages), selected, correcting: state.correcting && !gone };
};

/**
 * @param {string} id
 * @param {1 | -1} by
 * @returns {Change}
 */
export const moveItem = (id, by) => (state) => {
  const from = state.items.findIndex((item) => item.id === id);
  const to = from + by;
  if (from < 0 || to < 0 || to >= state.items.length) return state;
  const items = state.items.toSpliced(from, 1);
  return { ...state, items: items.toSpliced(to, 0, state.items[from]) };
};

/**
 * @param {string | null} id of a page, or of a file that failed
 * @returns {Change}
 */
export const select = (id) => (state) =>
  state.selected === id ? state : { ...state, selected: id, correcting: state.correcting && id !== null && id in state.pages };

/**
 * @param {Partial<Options>} change
 * @returns {Change}
 */
export const choose = (change) => (state) => ({ ...state, options: { ...state.options, ...change } });

/**
 * @param {boolean} correcting
 * @returns {Change}
 */
export const correct = (correcting) => (state) => ({ ...state, correcting });

/**
 * @param {Place} cursor
 * @returns {Change}
 */
export const moveTo = (cursor) => (state) =>
  onPage(state, state.selected, (page) => {
    const place = inside(page.content.lines, cursor);
    const { line, cell } = page.content.cursor;
    return place.line === line && place.cell === cell ? page : { ...page, content: { ...page.content, cursor: place } };
  });

/**
 * Corrects the page that is shown.
 * @param {(lines: Line[], at: Place) => Edited} how
 * @param {boolean} [stale] whether the texts have to be derived anew
 * @returns {Change}
 */
export const edit = (how, stale = true) => (state) =>
  onPage(state, state.selected, (page) => {
    const { content } = page;
    const { lines, cursor } = how(content.lines, content.cursor);
    if (lines === content.lines) return page;
    const past = [...page.past, content].slice(-MOST_UNDOS);
    const next = { ...content, lines, cursor: inside(lines, cursor), stale: content.stale || stale };
    return { ...page, past, future: [], content: next, edited: true };
  });

/** @type {Change} */
export const undo = (state) =>
  onPage(state, state.selected, (page) => {
    const content = page.past.at(-1);
    if (!content) return page;
    return { ...page, content, past: page.past.slice(0, -1), future: [page.content, ...page.future] };
  });

/** @type {Change} */
export const redo = (state) =>
  onPage(state, state.selected, (page) => {
    const [content, ...future] = page.future;
    if (!content) return page;
    return { ...page, content, past: [...page.past, page.content], future };
  });

/**
 * Puts the texts that the service derived into the lines that it derived them from; dropped where these have changed.
 * @param {string} id of the page
 * @param {Line[]} from
 * @param {{lines: Line[], paragraphs: Paragraph[]}} derived
 * @returns {Change}
 */
export const putTexts = (id, from, derived) => (state) =>
  onPage(state, id, (page) => {
    if (page.content.lines !== from) return page;
    const lines = from.map((line, at) => withTexts(line, derived.lines[at] ?? line));
    return { ...page, content: { ...page.content, lines, paragraphs: derived.paragraphs, stale: false } };
  });

/**
 * @param {Line} line
 * @param {Line} derived
 * @returns {Line} the same line where nothing changes
 */
function withTexts(line, derived) {
  let same = true;
  const cells = line.cells.map((cell, at) => {
    const { text, doubtful } = derived.cells[at] ?? cell;
    // What a word made of a faint cell is known only when the picture is read.
    const doubt = cell.checked ? undefined : (doubtful ?? (cell.doubtful === "by_its_word" ? cell.doubtful : undefined));
    if (cell.text === text && cell.doubtful === doubt) return cell;
    same = false;
    const { doubtful: _, ...rest } = cell;
    return { ...rest, text, ...(doubt && { doubtful: doubt }) };
  });
  return same && line.text === derived.text ? line : { ...line, text: derived.text, cells };
}

/**
 * @param {Line[]} lines
 * @param {Place} place
 * @returns {Place}
 */
function inside(lines, { line, cell }) {
  const at = Math.max(0, Math.min(line, lines.length - 1));
  return { line: at, cell: Math.max(0, Math.min(cell, lines[at]?.cells.length ?? 0)) };
}

/**
 * @param {State} state
 * @param {string | null} id
 * @param {(page: Page) => Page} change
 * @returns {State}
 */
function onPage(state, id, change) {
  const page = id === null ? undefined : state.pages[id];
  if (!page) return state;
  const changed = change(page);
  return changed === page ? state : { ...state, pages: { ...state.pages, [page.id]: changed } };
}

/**
 * @template T
 * @param {Record<string, T>} record
 * @param {string[]} keys
 * @returns {Record<string, T>}
 */
const without = (record, keys) => Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));

/**
 * What can be selected of a file: its pages, or itself where it failed.
 * @param {Item} item
 */
export const shownIds = (item) => (item.stage === "failed" ? [item.id] : item.pages);

/**
 * The pages in the order of the document.
 * @param {State} state
 * @returns {Page[]}
 */
export const pagesInOrder = (state) => state.items.flatMap((item) => item.pages.map((id) => state.pages[id]));

/**
 * @param {State} state
 * @returns {Page | null}
 */
export const shownPage = (state) => (state.selected === null ? null : (state.pages[state.selected] ?? null));

/**
 * @param {Page} page
 * @param {"page" | "flow"} layout
 */
export const textOf = ({ content }, layout) =>
  layout === "flow"
    ? content.paragraphs.map((paragraph) => paragraph.text).join("\n\n")
    : content.lines.map((line) => line.text.trimEnd()).join("\n");

/**
 * The content of a page as the service read it.
 * @param {{lines: Line[], paragraphs?: Paragraph[]}} read
 * @returns {Content}
 */
export const contentOf = ({ lines, paragraphs = [] }) => ({
  lines,
  paragraphs,
  stale: false,
  cursor: firstSign(lines),
});

/**
 * @param {Line[]} lines
 * @returns {Place}
 */
function firstSign(lines) {
  const line = lines.findIndex(({ cells }) => cells.some((cell) => cell.dots));
  return line < 0 ? { line: 0, cell: 0 } : { line, cell: lines[line].cells.findIndex((cell) => cell.dots) };
}
