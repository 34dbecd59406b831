// Files are read one after another, in their order; what became of each goes into the store.

/** @import { Item, Options, Page, State } from "../types.js" */
/** @import { Store } from "../state/store.js" */

import { addPages, changeItem, contentOf } from "../state/actions.js";
import { storedFile } from "../state/storage.js";
import { sentForm } from "../files/shrink.js";
import { facts } from "./facts.js";
import { Problem, send } from "./http.js";

const PICTURE_SECONDS = 120;
// A PDF of fifty pages on a slow machine.
const BOOK_SECONDS = 600;

/**
 * @typedef {object} Listener
 * @property {(item: Item, at: number, of: number) => void} onStart
 * @property {(item: Item, seconds: number, code: string) => void} onPause
 * @property {(item: Item, pages: Page[]) => void} onRead
 * @property {(item: Item, problem: Problem) => void} onFailed
 * @property {() => Promise<boolean>} onKey asks for a key; tells whether there is one now
 * @property {(items: Item[], stopped: boolean) => void} onEnd gets all that were handled in this run
 */

/**
 * @param {Store<State>} store
 * @param {Listener} tell
 */
export function createQueue(store, tell) {
  /** @type {AbortController | null} */
  let stopper = null;

  const waiting = () => store.get().items.find((item) => item.stage === "waiting" && !item.job);

  async function run() {
    if (stopper) return;
    stopper = new AbortController();
    const { signal } = stopper;
    /** @type {string[]} */
    const handled = [];
    for (let item = waiting(); item && !signal.aborted; item = waiting()) {
      const left = store.get().items.filter((one) => one.stage === "waiting" && !one.job).length;
      tell.onStart(item, handled.length + 1, handled.length + left);
      await readItem(store, item, signal, tell);
      handled.push(item.id);
    }
    stopper = null;
    const items = store.get().items.filter((item) => handled.includes(item.id));
    tell.onEnd(items, signal.aborted);
  }

  return {
    /** Reads all that waits. */
    run: () => void run(),
    isRunning: () => stopper !== null,
    /** Stops; what waits does not wait any more. */
    stop() {
      stopper?.abort();
      for (const item of store.get().items) {
        if (item.stage === "waiting" && !item.job) store.update(changeItem(item.id, { stage: "stopped" }));
      }
    },
  };
}

/**
 * @param {Store<State>} store
 * @param {Item} item
 * @param {AbortSignal} signal
 * @param {Listener} tell
 */
async function readItem(store, item, signal, tell) {
  const change = (/** @type {Partial<Item>} */ what) => store.update(changeItem(item.id, what));
  try {
    change({ stage: "preparing", progress: 0, note: undefined, problem: undefined });
    const file = await storedFile(item.id);
    if (!file) throw new Problem("gone");
    const document = await withKey(tell, () =>
      readFile(file, item, store.get().options, signal, {
        onSent: (share) => change(share < 1 ? { stage: "sending", progress: share, note: undefined } : { stage: "reading", since: Date.now(), note: undefined }),
        onPause: (seconds, code) => {
          change({ stage: "waiting", note: code });
          tell.onPause(item, seconds, code);
        },
      }),
    );
    const pages = pagesOf(document, item.id);
    store.update(addPages(item.id, pages));
    tell.onRead(item, pages);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") {
      change({ stage: "stopped", note: undefined });
      return;
    }
    if (!(error instanceof Problem)) console.error(error);
    const problem = error instanceof Problem ? error : new Problem("other");
    change({ stage: "failed", note: undefined, problem: { code: problem.code, detail: problem.detail } });
    tell.onFailed(item, problem);
  }
}

/**
 * Does something once more after the person has entered a key, where it was refused for want of one.
 * @template T
 * @param {{onKey: () => Promise<boolean>}} tell
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withKey(tell, work) {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const refused = error instanceof Problem && ["key_required", "key_not_allowed"].includes(error.code);
      if (!refused || !(await tell.onKey())) throw error;
    }
  }
}

/**
 * @param {File} file
 * @param {Item} item
 * @param {Options} options
 * @param {AbortSignal} signal
 * @param {{onSent: (share: number) => void, onPause: (seconds: number, code: string) => void}} tell
 */
async function readFile(file, item, options, signal, tell) {
  const { rotation, max_body_bytes } = await facts();
  const query = new URLSearchParams({ language: options.language, sides: options.sides });
  if (options.code !== "current") query.set("code", options.code);
  if (rotation && options.rotation !== "auto") query.set("rotation", options.rotation);
  const path = `v1/read?${query}`;
  const seconds = file.type === "application/pdf" ? BOOK_SECONDS : PICTURE_SECONDS;
  const request = { headers: { Accept: "application/json" }, signal, seconds, ...tell };
  const ask = async (/** @type {Blob} */ blob) => {
    const answer = await send(path, { ...request, body: form(blob, item.name) });
    return JSON.parse(await answer.blob.text());
  };
  try {
    return await ask(await sentForm(file, max_body_bytes));
  } catch (error) {
    // A gateway in front may take less than the service says of itself.
    if (!(error instanceof Problem) || error.code !== "too_large") throw error;
    const smaller = await sentForm(file, max_body_bytes / 4);
    if (smaller === file) throw error;
    return ask(smaller);
  }
}

/**
 * @param {Blob} blob
 * @param {string} name
 */
function form(blob, name) {
  const data = new FormData();
  data.append("file", blob, name);
  return data;
}

/**
 * The pages of a document as the store has them.
 * @param {any} document
 * @param {string} item
 * @returns {Page[]}
 */
export const pagesOf = (document, item) =>
  document.pages.map((/** @type {any} */ page) => ({
    id: crypto.randomUUID?.() ?? `${item}-${page.number}-${Math.random()}`,
    item,
    source: page.source,
    sourcePage: page.source_page,
    side: page.side,
    width: page.width,
    height: page.height,
    rotation: page.rotation,
    advice: page.advice ?? [],
    language: document.language,
    code: document.code,
    model: document.model,
    edited: false,
    content: contentOf(page),
    past: [],
    future: [],
  }));
