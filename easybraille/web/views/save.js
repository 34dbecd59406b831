// What was read, taken away: this page or all of them, in any format, as one file or a ZIP; and as training labels.

/** @import { State } from "../types.js" */
/** @import { Store } from "../state/store.js" */
/** @import { Format } from "../service/documents.js" */

import { button, html } from "../element.js";
import { labelsOf } from "../files/labels.js";
import { save, stemOf } from "../files/output.js";
import { say } from "../say.js";
import { asOneFile, asZip, fileName, FORMATS } from "../service/documents.js";
import { Problem } from "../service/http.js";
import { withKey } from "../service/reading.js";
import { pagesInOrder, shownPage } from "../state/actions.js";
import { read, write } from "../state/preferences.js";
import { problemText } from "../words/outcomes.js";
import { words } from "../words/words.js";
import { askForKey, dialogOf } from "./dialogs.js";

const LAST_FORMAT = "easybraille.format";
const PAPERS = ["", "40x25", "32x28", "30x25", "28x25"];
const ON_PAPER = ["braille", "brf", "pef"];

/**
 * @param {Store<State>} store
 * @param {(ids: string[]) => Promise<boolean>} settled
 */
export function openSave(store, settled) {
  const all = pagesInOrder(store.get());
  const page = shownPage(store.get());
  const several = all.length > 1;
  const last = read(LAST_FORMAT) ?? "text";
  const formats = html(
    "fieldset",
    { class: "formats" },
    html("legend", {}, words.format),
    ...Object.keys(FORMATS).map((format) =>
      html(
        "label",
        { class: "choice" },
        html("input", { type: "radio", name: "format", value: format, checked: format === last }),
        html("span", {}, html("b", {}, words.formats[format][0]), " ", html("small", {}, words.formats[format][1])),
      ),
    ),
  );
  const scope = choices("scope", words.scope, { all: words.scope_all(all.length), page: words.scope_page }, "all");
  const files = choices("files", words.files, { one: words.files_one, zip: words.files_zip }, "one");
  scope.hidden = !several || !page;
  files.hidden = !several;
  const paper = html("select", { id: "paper" }, ...PAPERS.map((size) => html("option", { value: size }, size ? words.paper_size(size) : words.paper_as_read)));
  const paperField = html("label", { class: "field" }, html("span", {}, words.paper), paper);
  const problem = html("p", { class: "error", role: "alert" });
  const go = html("button", { type: "submit", class: "main" }, words.save_now);
  const form = html("form", {}, formats, scope, files, paperField, problem, html("p", { class: "buttons" }, go, button(words.close, () => dialog.close())));
  const labels = html(
    "details",
    { class: "give" },
    html("summary", {}, words.labels_title),
    html("p", {}, words.labels_what),
    html("p", { class: "buttons" }, button(words.labels_save, () => void run(saveLabels), { id: "save-labels" })),
  );
  const dialog = dialogOf(words.save_title, form, labels);
  dialog.classList.add("save");

  const chosen = (/** @type {string} */ name) => String(new FormData(form).get(name));
  const update = () => {
    paperField.hidden = !ON_PAPER.includes(chosen("format"));
    files.hidden = !several || chosen("scope") === "page";
  };
  form.addEventListener("change", update);
  update();

  async function saveChosen() {
    const format = /** @type {Format} */ (chosen("format"));
    write(LAST_FORMAT, format);
    const wanted = page && several && chosen("scope") === "page" ? [page.id] : all.map(({ id }) => id);
    const pages = await current(wanted);
    const size = ON_PAPER.includes(format) ? paper.value : "";
    const zipped = pages.length > 1 && chosen("files") === "zip";
    const blob = await withKey({ onKey: () => askForKey(true) }, () => (zipped ? asZip : asOneFile)(pages, format, size));
    const stem = pages.length > 1 ? stemOf(pages[0].source || "braille") : fileName(pages[0]);
    const name = `${stem}.${zipped ? "zip" : FORMATS[format]}`;
    save(blob, name);
    return words.saved(name);
  }

  async function saveLabels() {
    const corrected = all.filter(({ id }) => store.get().pages[id]?.edited).map(({ id }) => id);
    if (!corrected.length) throw new Problem("nothing_corrected");
    const { blob, count } = await labelsOf(await current(corrected));
    if (!count) throw new Problem("only_backs");
    save(blob, "corrections.zip");
    return words.labels_saved(count);
  }

  /** The pages as they are now, once their texts follow from their cells. @param {string[]} ids */
  async function current(ids) {
    if (!(await settled(ids))) throw new Problem("offline");
    return ids.map((id) => store.get().pages[id]);
  }

  /** @param {() => Promise<string>} work */
  async function run(work) {
    problem.textContent = "";
    go.disabled = true;
    dialog.setAttribute("aria-busy", "true");
    try {
      const done = await work();
      dialog.close();
      say(done);
    } catch (error) {
      if (!(error instanceof Problem)) console.error(error);
      const { code, detail } = error instanceof Problem ? error : { code: "other", detail: "" };
      problem.textContent = words.save_problems[code] ?? problemText({ code, detail });
    } finally {
      go.disabled = false;
      dialog.removeAttribute("aria-busy");
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void run(saveChosen);
  });
  dialog.showModal();
}

/**
 * @param {string} name
 * @param {string} legend
 * @param {Record<string, string>} entries
 * @param {string} chosen
 */
function choices(name, legend, entries, chosen) {
  return html(
    "fieldset",
    { class: "choices" },
    html("legend", {}, legend),
    ...Object.entries(entries).map(([value, text]) =>
      html("label", { class: "choice" }, html("input", { type: "radio", name, value, checked: value === chosen }), html("span", {}, text)),
    ),
  );
}
