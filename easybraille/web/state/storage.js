// Results, corrections and files survive a reload: they are kept in this browser (IndexedDB), and only there.

/** @import { Item, Page, State } from "../types.js" */
/** @import { Store } from "./store.js" */

import { clear, createStore as open, del, get, getMany, set, setMany } from "../vendor/idb-keyval.js";

const SETTLE_MS = 150;
const INDEX = "index";
const pageKey = (/** @type {string} */ id) => `page:${id}`;
const fileKey = (/** @type {string} */ id) => `file:${id}`;

const database = open("easybraille", "results");
/** Where the browser stores nothing (private windows of some), files stay in memory. @type {Map<string, File>} */
const memory = new Map();

/**
 * Keeps a file until its item is removed.
 * @param {string} id of the item
 * @param {File} file
 */
export async function storeFile(id, file) {
  memory.set(id, file);
  await set(fileKey(id), file, database).then(
    () => memory.delete(id),
    () => {},
  );
}

/**
 * @param {string} id of the item
 * @returns {Promise<File | undefined>}
 */
export async function storedFile(id) {
  return memory.get(id) ?? (await get(fileKey(id), database).catch(() => undefined));
}

/**
 * What was there when the page was left: files that were not read wait again.
 * @returns {Promise<Pick<State, "items" | "pages" | "selected"> | null>}
 */
export async function restored() {
  try {
    const index = /** @type {{items: Item[], selected: string | null} | undefined} */ (await get(INDEX, database));
    if (!index?.items.length) return null;
    const ids = index.items.flatMap((item) => item.pages);
    const pages = /** @type {(Page | undefined)[]} */ (await getMany(ids.map(pageKey), database));
    const found = Object.fromEntries(pages.flatMap((page) => (page ? [[page.id, page]] : [])));
    const items = index.items.map((item) => ({
      ...item,
      note: undefined,
      pages: item.pages.filter((id) => id in found),
      stage: ["preparing", "sending", "reading"].includes(item.stage) ? /** @type {const} */ ("waiting") : item.stage,
    }));
    return { items, pages: found, selected: index.selected };
  } catch {
    return null;
  }
}

/** Removes everything. */
export async function forget() {
  memory.clear();
  await clear(database).catch(() => {});
}

/**
 * Writes what changes, a moment later.
 * @param {Store<State>} store
 */
export function keep(store) {
  /** @type {Set<string>} */
  const changed = new Set();
  /** @type {Set<string>} */
  const removed = new Set();
  let timer = 0;
  const write = async () => {
    clearTimeout(timer);
    timer = 0;
    const { items, pages, selected } = store.get();
    const live = [...changed].filter((id) => id in pages);
    changed.clear();
    const gone = [...removed];
    removed.clear();
    await setMany(
      [
        [INDEX, { items, selected }],
        // Undo is for the person who has just made a mistake; it would make each page many times as large.
        ...live.map((id) => /** @type {[string, Page]} */ ([pageKey(id), { ...pages[id], past: [], future: [] }])),
      ],
      database,
    ).catch(() => {});
    for (const key of gone) await del(key, database).catch(() => {});
  };
  store.subscribe((state, before) => {
    if (state.items === before.items && state.pages === before.pages && state.selected === before.selected) return;
    if (state.pages !== before.pages) {
      for (const page of Object.values(state.pages)) if (page !== before.pages[page.id]) changed.add(page.id);
      for (const id of Object.keys(before.pages)) if (!(id in state.pages)) removed.add(pageKey(id));
    }
    for (const { id } of before.items) {
      if (!state.items.some((item) => item.id === id)) {
        removed.add(fileKey(id));
        memory.delete(id);
      }
    }
    // Set once and not anew with each change: the progress of a large upload changes more often than this.
    timer ||= window.setTimeout(write, SETTLE_MS);
  });
  document.addEventListener("visibilitychange", () => void (document.visibilityState === "hidden" && write()));
}
