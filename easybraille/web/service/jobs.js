// A whole book as a bulk job of the service: it goes on while the page is closed, and is found again.

/** @import { Item, State } from "../types.js" */
/** @import { Store } from "../state/store.js" */

import { appendPages, changeItem } from "../state/actions.js";
import { storedFile } from "../state/storage.js";
import { pause, Problem, send, sendForJson } from "./http.js";
import { pagesOf, withKey } from "./reading.js";

const POLL_SECONDS = 2;
const PIECE = 500;

/**
 * @typedef {object} JobListener
 * @property {(done: number, total: number, secondsLeft: number | null) => void} onProgress
 * @property {(items: Item[], stopped: boolean) => void} onEnd
 * @property {() => Promise<boolean>} onKey
 * @property {(problem: Problem) => void} onRefused the files then wait to be read one by one
 */

/**
 * @param {Store<State>} store
 * @param {JobListener} tell
 */
export function createJobs(store, tell) {
  /** @type {Map<string, AbortController>} */
  const running = new Map();
  const itemsOf = (/** @type {string} */ job) => store.get().items.filter((item) => item.job === job);

  /** @param {string} job */
  async function follow(job) {
    if (running.has(job)) return;
    const stopper = new AbortController();
    running.set(job, stopper);
    const { signal } = stopper;
    try {
      await withKey(tell, () => upload(job, signal));
      await collect(job, signal);
      tell.onEnd(itemsOf(job), false);
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") {
        for (const item of unfinished(job)) store.update(changeItem(item.id, { stage: "stopped", job: undefined }));
        tell.onEnd(itemsOf(job), true);
        return;
      }
      const problem = error instanceof Problem ? error : new Problem("other");
      if (!(error instanceof Problem)) console.error(error);
      for (const item of unfinished(job)) {
        const { code, detail } = problem;
        store.update(changeItem(item.id, { stage: "failed", job: undefined, problem: { code, detail } }));
      }
      tell.onEnd(itemsOf(job), false);
    } finally {
      running.delete(job);
    }
  }

  const unfinished = (/** @type {string} */ job) =>
    itemsOf(job).filter((item) => !["done", "failed"].includes(item.stage));

  /**
   * Sends what the service does not have yet, and starts the job.
   * @param {string} job
   * @param {AbortSignal} signal
   */
  async function upload(job, signal) {
    const path = `v1/jobs/${job}`;
    if ((await sendForJson(path, { method: "GET", signal })).state !== "uploading") return;
    for (;;) {
      const { uploads } = await sendForJson(`${path}/uploads?limit=${PIECE}`, { signal });
      if (!uploads.length) break;
      for (const one of uploads) {
        const item = itemsOf(job).find((candidate) => candidate.jobFile === one.file);
        const file = item && (await storedFile(item.id));
        if (!item || !file) throw new Problem("gone");
        const url = new URL(one.url, document.baseURI);
        // The page's policy lets nothing leave the service's own address.
        if (url.origin !== location.origin) throw new Problem("no_jobs");
        const change = (/** @type {Partial<Item>} */ what) => store.update(changeItem(item.id, what));
        change({ stage: "sending", progress: 0 });
        const onSent = (/** @type {number} */ share) => change({ stage: "sending", progress: share });
        await send(url.href, { method: one.method, body: file, headers: one.headers, keyless: true, signal, onSent });
        change({ stage: "reading", since: Date.now() });
      }
    }
    await send(`${path}/start`, { signal });
  }

  /**
   * Fetches pages as they are read, until the job has ended.
   * @param {string} job
   * @param {AbortSignal} signal
   */
  async function collect(job, signal) {
    const path = `v1/jobs/${job}`;
    for (const item of unfinished(job)) store.update(changeItem(item.id, { stage: "reading", since: Date.now() }));
    /** @type {Set<string>} */
    const fetched = new Set();
    for (;;) {
      const status = await sendForJson(path, { method: "GET", signal });
      await fetchResults(job, path, fetched, signal);
      tell.onProgress(status.pages.done + status.pages.failed, status.pages.total, status.seconds_left);
      if (status.state === "done" || status.state === "cancelled") break;
      await pause(POLL_SECONDS, signal);
    }
    for (const item of unfinished(job)) {
      store.update(changeItem(item.id, item.pages.length ? { stage: "done" } : { stage: "failed", problem: { code: "other", detail: "" } }));
    }
  }

  /**
   * @param {string} job
   * @param {string} path
   * @param {Set<string>} fetched
   * @param {AbortSignal} signal
   */
  async function fetchResults(job, path, fetched, signal) {
    /** @type {string | null} */
    let after = "";
    while (after !== null) {
      const query = new URLSearchParams({ limit: String(PIECE), ...(after && { after }) });
      /** @type {{results: {file: number, page: number | null, url: string, code: string | null, reason: string | null}[], next: string | null}} */
      const piece = await sendForJson(`${path}/results?${query}`, { method: "GET", signal });
      for (const { file, page, url, code, reason } of piece.results) {
        const name = `${file}/${page}`;
        const item = itemsOf(job).find((candidate) => candidate.jobFile === file);
        if (fetched.has(name) || !item) continue;
        fetched.add(name);
        if (code) {
          const problem = { code, detail: reason ?? "" };
          store.update(changeItem(item.id, item.pages.length ? { problem } : { stage: "failed", problem }));
          continue;
        }
        if (item.pages.some((id) => store.get().pages[id]?.sourcePage === (page ?? 1))) continue;
        const read = await sendForJson(url, { method: "GET", keyless: true, signal });
        const pages = pagesOf(read, item.id).map((one) => ({ ...one, source: item.name }));
        store.update(appendPages(item.id, pages));
      }
      after = piece.next;
    }
  }

  return {
    /**
     * Makes a job of the files that wait.
     * @param {Item[]} items
     */
    async start(items) {
      const { language, sides, code } = store.get().options;
      try {
        const files = await Promise.all(
          items.map(async (item) => ({ name: item.name, size: (await storedFile(item.id))?.size ?? 0 })),
        );
        const made = await withKey(tell, () =>
          sendForJson("v1/jobs", {
            body: JSON.stringify({ files, language, sides, layout: "page", ...(code !== "current" && { code }) }),
            headers: { "Content-Type": "application/json" },
          }),
        );
        for (const [at, item] of items.entries()) store.update(changeItem(item.id, { job: made.id, jobFile: at + 1 }));
        void follow(made.id);
      } catch (error) {
        tell.onRefused(error instanceof Problem ? error : new Problem("other"));
      }
    },
    /** Goes on with the jobs that had not ended when the page was left. */
    resume() {
      const jobs = new Set(
        store.get().items.flatMap((item) => (item.job && !["done", "failed"].includes(item.stage) ? [item.job] : [])),
      );
      for (const job of jobs) void follow(job);
    },
    isRunning: () => running.size > 0,
    /** Stops following, and has the service begin no further page. */
    stop() {
      for (const [job, stopper] of running) {
        stopper.abort();
        void send(`v1/jobs/${job}`, { method: "DELETE", tries: 1 }).catch(() => {});
      }
    },
  };
}
