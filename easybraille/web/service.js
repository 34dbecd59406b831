// One picture to the service and its document back, with patience for what can pass.

const TRIES = 8;
const WAIT_SECONDS = 5;
// The service looks at no more than this; what is larger only takes longer to send.
const LONGEST_SIDE = 3200;

/** Why a file could not be read: `code` as in RFC 9457 problems of the service, `detail` in its own words. */
export class Problem extends Error {
  constructor(code, detail = "") {
    super(detail || code);
    this.code = code;
    this.detail = detail;
  }
}

/**
 * Reads a picture or PDF.
 * @param {File} file
 * @param {AbortSignal} signal stops it, with an AbortError
 * @param {{waiting: (seconds: number) => void, shrinking: () => void}} tell hears why it takes longer
 * @returns {Promise<object>} the document
 * @throws {Problem}
 */
export async function read(file, signal, tell) {
  let body = file;
  for (let tries = 1; ; tries++) {
    const response = await send(body, file.name, signal);
    if (response.ok) return response.json();
    if (response.status === 413 && body === file) {
      const smaller = await shrunk(file);
      if (smaller) {
        body = smaller;
        tell.shrinking();
        continue;
      }
    }
    if ((response.status !== 503 && response.status !== 429) || tries >= TRIES) throw await problem(response);
    const seconds = Number.parseInt(response.headers.get("Retry-After"), 10) || WAIT_SECONDS;
    tell.waiting(seconds);
    await pause(seconds, signal);
  }
}

async function send(body, name, signal) {
  const form = new FormData();
  form.append("file", body, name);
  try {
    // Relative, so that it also works below a prefix such as a gateway's stage.
    return await fetch("v1/read", { method: "POST", body: form, headers: { Accept: "application/json" }, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem("offline");
  }
}

/** A gateway in front answers with JSON of its own, or with a page: then only the status is known. */
async function problem(response) {
  const body = await response.json().catch(() => ({}));
  const known = { 413: "too_large", 429: "not_ready", 502: "not_ready", 503: "not_ready", 504: "not_ready" };
  return new Problem(body.code ?? known[response.status] ?? "other", body.detail ?? "");
}

/** A photo as a JPEG of bounded size; null for what the browser can't decode or what is small already. */
async function shrunk(file) {
  try {
    const picture = await createImageBitmap(file);
    const share = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * share);
    canvas.height = Math.round(picture.height * share);
    const pen = canvas.getContext("2d");
    pen.imageSmoothingQuality = "high";
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const smaller = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.88));
    return smaller && smaller.size < file.size ? smaller : null;
  } catch {
    return null;
  }
}

function pause(seconds, signal) {
  return new Promise((done, stop) => {
    const timer = setTimeout(done, seconds * 1000);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      stop(signal.reason);
    });
  });
}
