// After a correction the service derives the page's texts anew from its cells, by the same code that read them first.

/** @import { Page, State, Line, Paragraph } from "../types.js" */
/** @import { Store } from "../state/store.js" */

import { putTexts } from "../state/actions.js";
import { pause, sendForJson } from "./http.js";

const SETTLE_SECONDS = 0.05;
const RETRY_SECONDS = 5;

/**
 * Keeps the texts of corrected pages up to date.
 * @param {Store<State>} store
 * @param {{onDerived: (page: Page) => void, onFailed: (page: Page) => void}} tell hears of a page whose texts follow
 *   its cells again, and of one whose texts can't be had now
 * @returns {{settled: (ids: string[]) => Promise<boolean>}} `settled` tells, after one more try where it is needed,
 *   whether the texts of these pages follow from their cells
 */
export function keepTexts(store, tell) {
  /** @type {Map<string, Promise<boolean>>} */
  const running = new Map();

  /**
   * @param {string} id
   * @returns {Promise<boolean>}
   */
  async function derive(id) {
    await pause(SETTLE_SECONDS);
    for (;;) {
      const page = store.get().pages[id];
      if (!page?.content.stale) return true;
      const { lines } = page.content;
      let derived;
      try {
        derived = await textsOf(lines, page);
      } catch {
        tell.onFailed(page);
        return false;
      }
      store.update(putTexts(id, lines, derived));
      const now = store.get().pages[id];
      if (now && !now.content.stale) tell.onDerived(now);
    }
  }

  /** @param {string} id */
  function start(id) {
    let attempt = running.get(id);
    if (!attempt) {
      attempt = derive(id).finally(() => running.delete(id));
      running.set(id, attempt);
      void attempt.then((done) => (done ? undefined : retry(id)));
    }
    return attempt;
  }

  /** @param {string} id */
  async function retry(id) {
    await pause(RETRY_SECONDS, undefined, true);
    if (store.get().pages[id]?.content.stale && !running.has(id)) void start(id);
  }

  store.subscribe((state, before) => {
    if (state.pages === before.pages) return;
    for (const page of Object.values(state.pages)) {
      const old = before.pages[page.id];
      if (page.content.stale && page.content.lines !== old?.content.lines && !running.has(page.id)) void start(page.id);
    }
  });

  const isStale = (/** @type {string} */ id) => Boolean(store.get().pages[id]?.content.stale);
  return {
    async settled(ids) {
      const results = await Promise.all(ids.filter(isStale).map(start));
      return results.every(Boolean) && !ids.some(isStale);
    },
  };
}

/**
 * @param {Line[]} lines
 * @param {Page} page
 * @returns {Promise<{lines: Line[], paragraphs: Paragraph[]}>}
 */
async function textsOf(lines, { language, code }) {
  // The service takes one line end away at the end of a page.
  const braille = `${lines.map((line) => line.braille).join("\n")}\n`;
  const answer = await sendForJson(`v1/translate?${new URLSearchParams({ detail: "cells", ...(code && { code }) })}`, {
    body: JSON.stringify({ braille, language }),
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    seconds: 20,
    tries: 2,
  });
  return answer.pages[0];
}
