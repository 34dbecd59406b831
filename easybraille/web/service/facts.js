// What this service offers, asked for once.

/** @import { ServiceFacts } from "../types.js" */

/** @type {ServiceFacts} */
const UNKNOWN = {
  build: "",
  files: [],
  formats: [],
  key: [],
  jobs: false,
  rotation: false,
  max_body_bytes: 50_000_000,
  max_files: 20,
};

/** @type {Promise<ServiceFacts> | undefined} */
let asked;

/**
 * The service's facts; cautious ones where it can't be reached.
 * @returns {Promise<ServiceFacts>}
 */
export function facts() {
  asked ??= fetch("web/service.json")
    .then((response) => (response.ok ? response.json() : UNKNOWN))
    .catch(() => UNKNOWN)
    .then((found) => {
      if (found === UNKNOWN) asked = undefined;
      return found;
    });
  return asked;
}
