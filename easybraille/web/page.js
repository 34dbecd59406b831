// Files come in by button, camera, drop and paste, are read one after another, and their results are shown.

import { copy, save } from "./output.js";
import { pageArticle, problemArticle } from "./result.js";
import { Problem, read } from "./service.js";
import { translatePage, words } from "./words.js";

const at = (id) => document.getElementById(id);
const queue = [];
const documents = [];
const addresses = [];
let failures = [];
let stopper = null;

translatePage();

for (const [button, input] of [["choose-files", "files"], ["take-photo", "camera"]]) {
  at(button).addEventListener("click", () => at(input).click());
  at(input).addEventListener("change", () => {
    add([...at(input).files]);
    // So that choosing the same file again counts as a change.
    at(input).value = "";
  });
}

document.addEventListener("paste", (event) => add([...event.clipboardData.files]));
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  at("choose").classList.add("over");
});
for (const end of ["dragleave", "drop"]) {
  document.addEventListener(end, () => at("choose").classList.remove("over"));
}
document.addEventListener("drop", (event) => {
  event.preventDefault();
  add([...event.dataTransfer.files]);
});

for (const [box, name] of [["show-doubts", "doubts"], ["show-marks", "marked"], ["show-letters", "lettered"]]) {
  const show = () => at("pages").classList.toggle(name, at(box).checked);
  at(box).addEventListener("change", show);
  show();
}

at("stop").addEventListener("click", () => stopper?.abort());
at("copy").addEventListener("click", async () => say((await copy(whole().text)) ? words.copied : words.not_copied));
at("save-text").addEventListener("click", () => save(`${whole().text}\n`, `${stem()}.txt`, "text/plain"));
at("save-json").addEventListener("click", () => {
  save(JSON.stringify(whole(), null, 1), `${stem()}.json`, "application/json");
});
at("clear").addEventListener("click", clear);

/** Said politely by a screen reader and shown to everyone else. */
function say(text) {
  at("status").textContent = text;
}

function add(files) {
  queue.push(...files);
  if (queue.length && !stopper) readAll();
}

async function readAll() {
  stopper = new AbortController();
  at("bar").hidden = at("stop").hidden = false;
  at("results").setAttribute("aria-busy", "true");
  let [done, read, news] = [0, 0, ""];
  try {
    while (queue.length) {
      const file = queue.shift();
      const of = done + queue.length + 1;
      Object.assign(at("bar"), { max: of, value: done });
      // What became of the last file goes into the same announcement, which would cut it off otherwise.
      const now = words.reading(file.name, done + 1, of);
      say(`${news} ${now}`.trim());
      const outcome = await readOne(file, now);
      if (stopper.signal.aborted) break;
      read += outcome.read;
      news = outcome.news;
      // Only the first result takes the focus: the others must not tear a reader out of it.
      show(outcome.articles, done === 0);
      done += 1;
    }
  } finally {
    queue.length = 0;
    const stopped = stopper.signal.aborted;
    stopper = null;
    const left = document.activeElement === at("stop");
    at("bar").hidden = at("stop").hidden = true;
    at("results").removeAttribute("aria-busy");
    if (stopped) say(words.stopped);
    else say(done > 1 ? `${news} ${words.all_done(read, done - read)}` : news);
    if (left) at("choose-files").focus();
  }
}

/** Reads one file, and says what to show and to announce of it. */
async function readOne(file, now) {
  try {
    const tell = {
      waiting: (seconds) => say(words.waiting(seconds)),
      shrinking: () => say(`${words.shrinking} ${now}`),
    };
    const document = await read(file, stopper.signal, tell);
    documents.push(document);
    const shown = document.pages.map((page) => {
      return pageArticle(page, document.language, addressOf(file, page), document.pages.length === 1);
    });
    const news = words.was_read(file.name, shown.map(({ facts }) => facts).join("; "));
    return { articles: shown.map(({ article }) => article), news, read: 1 };
  } catch (error) {
    if (error.name === "AbortError") return { articles: [], news: "", read: 0 };
    if (!(error instanceof Problem)) console.error(error);
    const { code = "other", detail = "" } = error;
    const { article, why } = problemArticle(file.name, { code, detail });
    failures.push({ source: file.name, code, message: detail || why });
    return { articles: [article], news: words.was_not_read(file.name, why), read: 0 };
  }
}

/** Browsers show the first page of a picture; a PDF has none that an image element could show. */
function addressOf(file, page) {
  if (file.type === "application/pdf" || page.source_page > 1) return null;
  addresses.push(URL.createObjectURL(file));
  return addresses.at(-1);
}

function show(articles, focus) {
  at("results").hidden = false;
  for (const id of ["copy", "save-text", "save-json", "options"]) at(id).hidden = !documents.length;
  at("pages").append(...articles);
  if (focus) articles[0]?.querySelector("h3").focus();
}

/** Everything that was read as one document, in the shape that the service gives several files. */
function whole() {
  const pages = documents.flatMap((document) => document.pages);
  return {
    ...documents[0],
    text: documents.map((document) => document.text).join("\n\n"),
    pages: pages.map((page, index) => ({ ...page, number: index + 1 })),
    errors: failures,
  };
}

/** The name of the first file, without its suffix. */
function stem() {
  return (documents[0]?.pages[0]?.source ?? "braille").replace(/\.[^.]*$/, "") || "braille";
}

function clear() {
  stopper?.abort();
  documents.length = queue.length = 0;
  failures = [];
  for (const address of addresses.splice(0)) URL.revokeObjectURL(address);
  at("pages").replaceChildren();
  at("results").hidden = true;
  say(words.cleared);
  at("choose-files").focus();
}
