// The picture of a page, upright as the text runs; by the browser itself where it can, else by the service.

/** @import { Page } from "../types.js" */

import { encoded } from "../files/shrink.js";
import { storedFile } from "../state/storage.js";
import { send } from "./http.js";

const SHOWN_SIDE = 1800;
const KEPT_ADDRESSES = 12;
// Of these browsers show the first page at most, or none.
const OF_THE_SERVICE = ["image/tiff", "application/pdf"];

/** Addresses of pictures, the ones used last at the end. @type {Map<string, Promise<string>>} */
const addresses = new Map();

/**
 * The address of a page's picture, not yet turned by the page's `rotation`.
 * @param {Page} page
 * @param {boolean} preview by the service, where the browser has turned out to be unable
 * @returns {Promise<string>}
 */
export function addressOf(page, preview) {
  const key = `${page.item} ${page.sourcePage} ${preview}`;
  const known = addresses.get(key);
  if (known) addresses.delete(key);
  const address = known ?? make(page, preview);
  addresses.set(key, address);
  address.catch(() => addresses.delete(key));
  if (addresses.size > KEPT_ADDRESSES) {
    const [oldest, old] = /** @type {[string, Promise<string>]} */ (addresses.entries().next().value);
    addresses.delete(oldest);
    void old.then(URL.revokeObjectURL).catch(() => {});
  }
  return address;
}

/** @param {Page} page */
export async function needsPreview(page) {
  const file = await storedFile(page.item);
  return !file || page.sourcePage > 1 || OF_THE_SERVICE.includes(file.type);
}

/**
 * @param {Page} page
 * @param {boolean} preview
 */
async function make(page, preview) {
  return URL.createObjectURL(preview ? await previewOf(page) : await fileOf(page));
}

/** @param {Page} page */
async function fileOf(page) {
  const file = await storedFile(page.item);
  if (!file) throw new Error("the file is no longer there");
  return file;
}

/**
 * @param {Page} page
 * @param {number} [longest] side, pixels
 * @returns {Promise<Blob>}
 */
async function previewOf(page, longest = SHOWN_SIDE) {
  const file = await fileOf(page);
  const query = new URLSearchParams({ page: String(page.sourcePage), longest: String(longest) });
  const headers = { "Content-Type": file.type || "application/octet-stream" };
  return (await send(`v1/preview?${query}`, { body: file, headers, seconds: 60, tries: 2 })).blob;
}

/**
 * A page's picture as a JPEG, upright by the photo's own orientation and not turned further.
 * @param {Page} page
 * @param {number} longest side, pixels
 * @returns {Promise<{blob: Blob, width: number, height: number}>}
 */
export async function jpegOf(page, longest) {
  let picture;
  try {
    if (await needsPreview(page)) throw new Error("the browser has no picture of this page");
    picture = await createImageBitmap(await fileOf(page));
  } catch {
    picture = await createImageBitmap(await previewOf(page, Math.min(longest, 2400)));
  }
  const share = Math.min(1, longest / Math.max(picture.width, picture.height));
  const size = { width: Math.round(picture.width * share), height: Math.round(picture.height * share) };
  const blob = await encoded(picture, share, 0.9);
  picture.close();
  return { blob, ...size };
}
