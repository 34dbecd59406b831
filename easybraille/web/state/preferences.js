// Choices and the key, remembered in this browser only.

/** @import { Options } from "../types.js" */

const OPTIONS = "easybraille.options";
const KEY = "easybraille.key";

/** @type {Options} */
const DEFAULTS = {
  language: "es",
  sides: "front",
  layout: "page",
  rotation: "auto",
  code: "current",
  job: false,
  marks: true,
  doubts: true,
  letters: false,
  braille: false,
};

/** @returns {Options} */
export function storedOptions() {
  try {
    return { ...DEFAULTS, ...JSON.parse(read(OPTIONS) ?? "{}") };
  } catch {
    return DEFAULTS;
  }
}

/** @param {Options} options */
export const storeOptions = (options) => write(OPTIONS, JSON.stringify(options));

/** The key of the service, if the person has entered one. */
export const storedKey = () => read(KEY) ?? "";

/** @param {string} key "" forgets it */
export const storeKey = (key) => write(KEY, key || null);

/** @param {string} name */
export function read(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    // A browser that forbids storing still reads pages.
    return null;
  }
}

/**
 * @param {string} name
 * @param {string | null} value null removes it
 */
export function write(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // As above: it is only not remembered.
  }
}
