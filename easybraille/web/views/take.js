// Where files come in: by button, camera, folder, drop and paste; and how they are to be read.

/** @import { State, Options } from "../types.js" */
/** @import { Store } from "../state/store.js" */

import { at, button, html } from "../element.js";
import { droppedFiles, readable } from "../files/intake.js";
import { facts } from "../service/facts.js";
import { languages, WITH_EDITIONS } from "../service/languages.js";
import { choose } from "../state/actions.js";
import { words } from "../words/words.js";

const KINDS = "image/jpeg,image/png,image/webp,image/tiff,image/heic,image/heif,application/pdf,application/zip,.heic,.heif,.zip";

/**
 * @param {Store<State>} store
 * @param {(files: File[]) => void} add takes the files
 */
export function showTake(store, add) {
  const files = input("files", { multiple: true, accept: KINDS, "aria-label": words.choose_files });
  const camera = input("camera", { accept: "image/*", capture: "environment", "aria-label": words.take_photo });
  const folder = input("folder", { webkitdirectory: true, multiple: true, "aria-label": words.choose_folder });
  for (const element of [files, camera]) onFiles(element, add);
  onFiles(folder, (chosen) => add(readable(chosen)));

  const buttons = html(
    "p",
    { class: "buttons" },
    button(words.take_photo, () => camera.click(), { id: "take-photo", class: "main" }),
    button(words.choose_files, () => files.click(), { id: "choose-files", class: "main", "aria-describedby": "kinds" }),
  );
  if ("webkitdirectory" in folder) buttons.append(button(words.choose_folder, () => folder.click(), { id: "choose-folder" }));
  const area = at("take");
  area.append(
    html("h2", { id: "read-title" }, words.take_title),
    html("p", { class: "hint" }, words.take_hint, " ", html("a", { href: "#help" }, words.take_help)),
    buttons,
    html(
      "p",
      { class: "small" },
      html("span", { id: "kinds" }, words.kinds),
      " ",
      html("span", { class: "with-mouse" }, words.drop_hint),
    ),
    files,
    camera,
    folder,
    optionsOf(store),
  );
  onDropAndPaste(area, add);
}

/**
 * @param {string} id
 * @param {import("../element.js").Attributes} attributes
 */
const input = (id, attributes) => html("input", { type: "file", id, hidden: true, ...attributes });

/**
 * @param {HTMLInputElement} element
 * @param {(files: File[]) => void} add
 */
function onFiles(element, add) {
  element.addEventListener("change", () => {
    add([...(element.files ?? [])]);
    // So that choosing the same file again counts as a change.
    element.value = "";
  });
}

/**
 * @param {HTMLElement} area
 * @param {(files: File[]) => void} add
 */
function onDropAndPaste(area, add) {
  document.addEventListener("paste", (event) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (pasted.length) add(pasted);
  });
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    area.classList.add("over");
  });
  for (const end of ["dragleave", "drop"]) document.addEventListener(end, () => area.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer) void droppedFiles(event.dataTransfer).then(add);
  });
}

/** @param {Store<State>} store */
function optionsOf(store) {
  const language = html("select", { id: "language" });
  const chosen = store.get().options;
  language.append(option("auto", words.language_auto, chosen.language), option("es", words.languages.es, chosen.language));
  void languages().then((found) => {
    const known = found.filter(({ code, reads }) => reads && code !== "es");
    language.append(...known.map(({ code, name }) => option(code, words.languages[code] ?? name, chosen.language)));
  });
  const sides = select("sides", { front: words.sides_front, both: words.sides_both }, chosen.sides);
  const rotation = select(
    "rotation",
    { auto: words.rotation_auto, 0: words.rotation_0, 90: words.rotation_90, 180: words.rotation_180, 270: words.rotation_270 },
    chosen.rotation,
  );
  const code = select("code", words.codes, chosen.code);
  const job = html("input", { type: "checkbox", id: "job", checked: chosen.job });
  const on = (/** @type {HTMLSelectElement} */ element, /** @type {keyof Options} */ name) =>
    element.addEventListener("change", () => store.update(choose({ [name]: element.value })));
  on(language, "language");
  on(sides, "sides");
  on(rotation, "rotation");
  on(code, "code");
  job.addEventListener("change", () => store.update(choose({ job: job.checked })));

  const codeField = field(words.spanish_code, code);
  const showCode = () => (codeField.hidden = !WITH_EDITIONS.includes(store.get().options.language));
  language.addEventListener("change", showCode);
  showCode();
  const rotationField = field(words.rotation, rotation);
  const jobField = html("label", { class: "check" }, job, html("span", {}, words.job));
  rotationField.hidden = jobField.hidden = true;
  void facts().then((service) => {
    rotationField.hidden = !service.rotation;
    jobField.hidden = !service.jobs;
  });
  return html(
    "details",
    { id: "options" },
    html("summary", {}, words.options),
    html("div", { class: "fields" }, field(words.language, language), codeField, field(words.sides, sides), rotationField, jobField),
  );
}

/**
 * @param {string} text
 * @param {HTMLElement} control
 */
const field = (text, control) => html("label", { class: "field" }, html("span", {}, text), control);

/**
 * @param {string} id
 * @param {Record<string, string>} choices
 * @param {string} chosen
 */
function select(id, choices, chosen) {
  const entries = Object.entries(choices);
  // Numbers come first in an object: "auto" is to stay at the top.
  entries.sort(([a], [b]) => Number(b === "auto") - Number(a === "auto"));
  return html("select", { id }, ...entries.map(([value, text]) => option(value, text, chosen)));
}

/**
 * @param {string} value
 * @param {string} text
 * @param {string} chosen
 */
const option = (value, text, chosen) => html("option", { value, selected: value === chosen }, text);
