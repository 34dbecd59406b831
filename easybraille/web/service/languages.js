// Which languages the service reads and writes, asked for once.

/** @typedef {{code: string, name: string, reads: boolean, writes: boolean, available: boolean}} Language */

/** Those that follow the Spanish code, of which an older edition can be chosen; also what may be one of them. */
export const WITH_EDITIONS = ["auto", "es", "ca", "gl", "eu"];

/** @type {Promise<Language[]> | undefined} */
let asked;

/**
 * The languages that are available; none where the service can't be reached.
 * @returns {Promise<Language[]>}
 */
export function languages() {
  asked ??= fetch("v1/languages")
    .then((response) => (response.ok ? response.json() : []))
    .catch(() => [])
    .then((/** @type {Language[]} */ found) => found.filter(({ available }) => available));
  return asked;
}
