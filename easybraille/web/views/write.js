// The other way: text becomes Braille, to be read here or saved for an embosser.

import { at, button, html } from "../element.js";
import { copy, save } from "../files/output.js";
import { say } from "../say.js";
import { Problem, send, sendForJson } from "../service/http.js";
import { languages, WITH_EDITIONS } from "../service/languages.js";
import { withKey } from "../service/reading.js";
import { problemText } from "../words/outcomes.js";
import { words } from "../words/words.js";
import { askForKey } from "./dialogs.js";

const SETTLE_MS = 300;
/** @type {Record<string, string>} */
const SUFFIXES = { brf: "brf", pef: "pef", braille: "brl.txt", text: "txt" };
const PAPERS = ["40x25", "32x28", "30x25", "28x25"];

export function showWrite() {
  const text = html("textarea", { id: "write-text", rows: 8, spellcheck: "true", lang: "es" });
  const language = html("select", { id: "write-language" }, html("option", { value: "es" }, words.languages.es));
  const code = html("select", { id: "write-code" }, ...Object.entries(words.codes).map(([value, text]) => html("option", { value }, text)));
  const codeField = html("label", { class: "field" }, html("span", {}, words.spanish_code), code);
  const paper = html("select", { id: "write-paper" }, ...PAPERS.map((size) => html("option", { value: size }, words.paper_size(size))));
  const result = html("div", { id: "written", class: "written", tabindex: 0, role: "region", "aria-label": words.written, lang: "zxx" });
  const problem = html("p", { class: "error", role: "alert" });
  const tools = html(
    "div",
    { class: "buttons", role: "group", "aria-label": words.tools },
    button(words.copy_braille, () => void copyResult(), { id: "copy-braille" }),
    ...["brf", "pef", "braille"].map((format) => button(words.save_as(words.formats[format][0]), () => void saveAs(format), { "data-format": format })),
  );
  let timer = 0;
  let asked = 0;

  void languages().then((found) => {
    const known = found.filter(({ code, writes }) => writes && code !== "es" && code !== "braille");
    language.append(...known.map(({ code, name }) => html("option", { value: code }, words.languages[code] ?? name)));
  });
  text.addEventListener("input", later);
  language.addEventListener("change", () => {
    text.lang = language.value.split("-")[0];
    codeField.hidden = !WITH_EDITIONS.includes(language.value);
    later();
  });
  code.addEventListener("change", later);

  function later() {
    clearTimeout(timer);
    timer = window.setTimeout(() => void translate(), SETTLE_MS);
  }

  async function translate() {
    const turn = ++asked;
    tools.hidden = !text.value.trim();
    problem.textContent = "";
    if (!text.value.trim()) {
      result.textContent = "";
      return;
    }
    try {
      const { braille, warnings = [] } = await withKey({ onKey: () => askForKey(true) }, () => sendForJson(`v1/translate?${new URLSearchParams(edition())}`, body("json")));
      if (turn !== asked) return;
      result.textContent = braille.replaceAll("\f", "\n\n");
      problem.textContent = warnings.join(" ");
    } catch (error) {
      if (turn === asked) explain(error);
    }
  }

  /** @returns {Record<string, string>} */
  const edition = () => (codeField.hidden || code.value === "current" ? {} : { code: code.value });

  /**
   * @param {string} format
   * @returns {import("../service/http.js").Request}
   */
  const body = (format) => ({
    body: JSON.stringify({ text: text.value, language: language.value }),
    headers: { "Content-Type": "application/json", ...(format === "json" && { Accept: "application/json" }) },
    seconds: 30,
    tries: 2,
  });

  async function copyResult() {
    say((await copy(result.textContent ?? "")) ? words.copied : words.not_copied);
  }

  /** @param {string} format */
  async function saveAs(format) {
    const query = new URLSearchParams({ format, paper: paper.value, ...edition() });
    try {
      const { blob } = await withKey({ onKey: () => askForKey(true) }, () => send(`v1/translate?${query}`, body(format)));
      const name = `braille.${SUFFIXES[format]}`;
      save(blob, name);
      say(words.saved(name));
    } catch (error) {
      explain(error);
    }
  }

  /** @param {unknown} error */
  function explain(error) {
    if (!(error instanceof Problem)) console.error(error);
    const { code, detail } = error instanceof Problem ? error : { code: "other", detail: "" };
    problem.textContent = problemText({ code, detail });
  }

  tools.hidden = true;
  at("write").append(
    html("h2", { id: "write-title", tabindex: -1 }, words.write_title),
    html("p", { class: "hint" }, words.write_hint),
    html(
      "div",
      { class: "write-pair" },
      html(
        "div",
        {},
        html("label", { class: "field" }, html("span", {}, words.write_text), text),
        html("div", { class: "fields" }, html("label", { class: "field" }, html("span", {}, words.language), language), codeField, html("label", { class: "field" }, html("span", {}, words.paper), paper)),
      ),
      html("div", {}, html("h3", {}, words.written), result, problem, tools),
    ),
  );
}
