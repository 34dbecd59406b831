// What the page says, in the language that the person wants.

import { at, html } from "../element.js";
import { read, write } from "../state/preferences.js";
import { en } from "./en.js";
import { es } from "./es.js";

/** @typedef {typeof es} Words */

const LANGUAGE = "easybraille.lang";

/** The words that the address (?lang=) asks for, else those chosen before, else the browser's; Spanish otherwise. */
function preferred() {
  const asked = new URLSearchParams(location.search).get("lang");
  if (asked === "es" || asked === "en") write(LANGUAGE, asked);
  const wanted = [asked, read(LANGUAGE), ...navigator.languages].map((code) => (code ?? "").slice(0, 2).toLowerCase());
  return wanted.find((code) => code === "es" || code === "en") === "en" ? en : es;
}

/** @type {Words} */
export const words = preferred();

/** Puts the words into the frame of the page. */
export function showFrame() {
  document.documentElement.lang = words.code;
  document.title = words.title;
  at("skip").textContent = words.skip;
  at("places").setAttribute("aria-label", words.places_title);
  at("places").append(...Object.entries(words.places).map(([place, text]) => html("a", { href: `#${place}` }, text)));
  at("stop").textContent = words.stop;
  at("bar").setAttribute("aria-label", words.progress);
  const link = /** @type {HTMLAnchorElement} */ (at("other-language"));
  link.textContent = words.other.name;
  link.href = `?lang=${words.other.code}`;
  link.lang = link.hreflang = words.other.code;
  at("foot").append(html("p", {}, words.privacy, " ", html("a", { href: "docs" }, words.api)));
}
