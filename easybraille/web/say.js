// What is said politely by a screen reader and shown to everyone else.

import { at } from "./element.js";

/** @param {string} text */
export function say(text) {
  at("status").textContent = text;
}

/** Said only: what those who see have before their eyes. @param {string} text */
export function tell(text) {
  const region = at("told");
  // The same text twice in a row is news too.
  region.textContent = region.textContent === text ? `${text}\u00a0` : text;
}
