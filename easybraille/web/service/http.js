// Requests to the service: with the key, with upload progress, with an end to waiting, and tried again where that helps.

import { storedKey } from "../state/preferences.js";

const TRIES = 5;
const FIRST_PAUSE = 1;
const LONGEST_PAUSE = 30;
const UPLOAD_STALL_SECONDS = 30;
const ANSWER_SECONDS = 120;
// Too many requests, and what gateways answer while the service behind them starts or is away.
const PASSING = [429, 502, 503, 504];

/** Why something could not be done: `code` as in the service's RFC 9457 problems, `detail` in its own words. */
export class Problem extends Error {
  /**
   * @param {string} code
   * @param {string} [detail]
   */
  constructor(code, detail = "") {
    super(detail || code);
    this.code = code;
    this.detail = detail;
  }
}

/**
 * @typedef {object} Request
 * @property {string} [method]
 * @property {XMLHttpRequestBodyInit} [body]
 * @property {Record<string, string>} [headers]
 * @property {boolean} [keyless] whether the key must not be sent: to signed addresses
 * @property {AbortSignal} [signal]
 * @property {number} [seconds] longest wait for the answer once all is sent
 * @property {(share: number) => void} [onSent] hears how much is sent, 0 to 1
 * @property {(seconds: number, code: string) => void} [onPause] hears that it will be tried again, and why
 * @property {number} [tries]
 */

/**
 * The answer to a request, once it succeeds.
 * @param {string} path relative, so that it also works below a prefix such as a gateway's stage
 * @param {Request} request
 * @returns {Promise<{status: number, blob: Blob, header: (name: string) => string | null}>}
 * @throws {Problem} or an AbortError where the signal stops it
 */
export async function send(path, request = {}) {
  for (let tries = 1; ; tries++) {
    try {
      return await sendOnce(path, request);
    } catch (error) {
      if (!(error instanceof PassingProblem) || tries >= (request.tries ?? TRIES)) throw error;
      const seconds = error.after || Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (tries - 1));
      request.onPause?.(seconds, error.code);
      await pause(seconds, request.signal, error.code === "offline");
    }
  }
}

/**
 * @param {string} path
 * @param {Request} [request]
 */
export const sendForJson = async (path, request) => JSON.parse(await (await send(path, request)).blob.text());

/** One that may be over in a moment. */
class PassingProblem extends Problem {
  /**
   * @param {string} code
   * @param {string} detail
   * @param {number} after seconds that the service asks to wait; 0 where it says nothing
   */
  constructor(code, detail, after) {
    super(code, detail);
    this.after = after;
  }
}

/**
 * @param {string} path
 * @param {Request} request
 * @returns {Promise<{status: number, blob: Blob, header: (name: string) => string | null}>}
 */
function sendOnce(path, { method = "POST", body, headers = {}, keyless, signal, seconds = ANSWER_SECONDS, onSent }) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(stopped());
      return;
    }
    const exchange = new XMLHttpRequest();
    let timer = 0;
    const stop = () => exchange.abort();
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    };
    // A server that hangs must not be waited for without an end, neither while it takes nor while it thinks.
    const waitFor = (/** @type {number} */ most) => {
      clearTimeout(timer);
      timer = window.setTimeout(() => {
        end();
        exchange.onabort = null;
        exchange.abort();
        reject(new PassingProblem("timeout", "", 0));
      }, most * 1000);
    };
    exchange.open(method, path);
    exchange.responseType = "blob";
    for (const [name, value] of Object.entries(headers)) exchange.setRequestHeader(name, value);
    // The service says its sentences in the language of the page, which may not be the browser's first.
    if (!keyless) exchange.setRequestHeader("Accept-Language", document.documentElement.lang);
    if (!keyless && storedKey()) exchange.setRequestHeader("X-API-Key", storedKey());
    exchange.upload.onprogress = ({ loaded, total }) => {
      onSent?.(total ? loaded / total : 0);
      waitFor(UPLOAD_STALL_SECONDS);
    };
    exchange.upload.onload = () => {
      onSent?.(1);
      waitFor(seconds);
    };
    exchange.onprogress = () => waitFor(seconds);
    exchange.onload = async () => {
      end();
      const answer = { status: exchange.status, blob: exchange.response, header: exchange.getResponseHeader.bind(exchange) };
      if (exchange.status >= 200 && exchange.status < 300) resolve(answer);
      else reject(await problem(answer));
    };
    exchange.onerror = () => {
      end();
      reject(new PassingProblem("offline", "", 0));
    };
    exchange.onabort = () => {
      end();
      reject(stopped());
    };
    signal?.addEventListener("abort", stop);
    waitFor(body ? UPLOAD_STALL_SECONDS : seconds);
    exchange.send(body ?? null);
  });
}

const stopped = () => new DOMException("stopped", "AbortError");

/**
 * A gateway in front answers with JSON of its own, or with a page: then only the status is known.
 * @param {{status: number, blob: Blob, header: (name: string) => string | null}} answer
 */
async function problem({ status, blob, header }) {
  /** @type {Record<number, string>} */
  const known = { 401: "key_required", 403: "key_not_allowed", 413: "too_large", 429: "not_ready", 500: "internal" };
  let body = /** @type {{code?: unknown, detail?: unknown}} */ ({});
  try {
    body = JSON.parse(await blob.text());
  } catch {
    // As said above.
  }
  const passing = PASSING.includes(status);
  const code = typeof body.code === "string" ? body.code : (known[status] ?? (passing ? "not_ready" : "other"));
  const detail = typeof body.detail === "string" ? body.detail : "";
  if (!passing) return new Problem(code, detail);
  return new PassingProblem(code, detail, Number.parseInt(header("Retry-After") ?? "", 10) || 0);
}

/**
 * @param {number} seconds
 * @param {AbortSignal} [signal] ends it with an AbortError
 * @param {boolean} [offline] whether it ends early when the network is back
 * @returns {Promise<void>}
 */
export function pause(seconds, signal, offline = false) {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      window.removeEventListener("online", resume);
      signal?.removeEventListener("abort", stop);
    };
    const resume = () => {
      end();
      resolve();
    };
    const stop = () => {
      end();
      reject(stopped());
    };
    // Without any network there is nothing to try until it is back.
    const waits = offline && !navigator.onLine;
    const timer = waits ? 0 : window.setTimeout(resume, seconds * 1000);
    if (offline) window.addEventListener("online", resume);
    signal?.addEventListener("abort", stop);
  });
}
