// Files as the person gives them: chosen, dropped with their folders, pasted, in ZIP files; in natural order.

import { unzipSync } from "../vendor/fflate.js";

/** @type {Record<string, string>} */
const TYPES = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  tif: "image/tiff",
  tiff: "image/tiff",
  heic: "image/heic",
  heif: "image/heif",
  pdf: "application/pdf",
};
const MOST_UNPACKED = 500_000_000;
const order = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/**
 * The files to read, pag2 before pag10, those of ZIP files in their place.
 * @param {File[]} files
 * @returns {Promise<File[]>}
 */
export async function unpacked(files) {
  const groups = await Promise.all(files.toSorted(byName).map((file) => (isZip(file) ? contents(file) : [file])));
  return groups.flat();
}

/**
 * The files of what was dropped, those of folders too; only what can be read of a folder.
 * @param {DataTransfer} dropped
 * @returns {Promise<File[]>}
 */
export async function droppedFiles(dropped) {
  const entries = [...dropped.items].map((item) => item.webkitGetAsEntry?.() ?? null);
  if (!entries.some((entry) => entry?.isDirectory)) return [...dropped.files];
  return (await Promise.all(entries.map((entry) => (entry ? filesOf(entry, true) : [])))).flat();
}

/**
 * Only what can be read, of a folder with other things in it.
 * @param {File[]} files
 */
export const readable = (files) => files.filter((file) => isZip(file) || typeOf(file.name) !== undefined);

/**
 * @param {FileSystemEntry} entry
 * @param {boolean} asked whether the person has named it, rather than a folder around it
 * @returns {Promise<File[]>}
 */
async function filesOf(entry, asked) {
  if (entry.isFile) {
    const file = await new Promise((/** @type {(file: File) => void} */ resolve, reject) => {
      /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject);
    });
    return asked ? [file] : readable([file]);
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  /** @type {File[]} */
  const found = [];
  for (;;) {
    const some = await new Promise((/** @type {(entries: FileSystemEntry[]) => void} */ resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (!some.length) return found;
    for (const one of some) found.push(...(await filesOf(one, false)));
  }
}

/**
 * @param {File} file
 * @returns {Promise<File[]>} itself where it can't be unpacked: the service then says why
 */
async function contents(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let left = MOST_UNPACKED;
  const wanted = (/** @type {{name: string, originalSize: number}} */ { name, originalSize }) => {
    if (hidden(name) || !typeOf(name)) return false;
    left -= originalSize;
    return left >= 0;
  };
  try {
    // Not with fflate's workers: the page's policy forbids scripts that are made while it runs.
    const found = unzipSync(bytes, { filter: wanted });
    const names = Object.keys(found).sort(order.compare);
    if (!names.length) return [file];
    return names.map((name) => {
      const short = name.split("/").at(-1) ?? name;
      return new File([/** @type {BlobPart} */ (found[name])], short, { type: typeOf(name) });
    });
  } catch {
    return [file];
  }
}

/** @param {string} name */
const hidden = (name) => name.startsWith("__MACOSX/") || (name.split("/").at(-1) ?? "").startsWith(".");

/** @param {string} name */
const typeOf = (name) => TYPES[name.split(".").at(-1)?.toLowerCase() ?? ""];

/** @param {File} file */
const isZip = (file) => file.type.includes("zip") || file.name.toLowerCase().endsWith(".zip");

/**
 * @param {File} a
 * @param {File} b
 */
const byName = (a, b) => order.compare(a.webkitRelativePath || a.name, b.webkitRelativePath || b.name);

/**
 * The file with the type that its name says, where the browser knows none: HEIC, on most machines.
 * @param {File} file
 */
export function typed(file) {
  const type = file.type || typeOf(file.name) || "";
  return type === file.type ? file : new File([file], file.name, { type });
}
