// Puts the page together: what changes goes into one store, and every view shows what is in it.

/** @import { Item, Page } from "./types.js" */

import { at, button, html } from "./element.js";
import { typed, unpacked } from "./files/intake.js";
import { say, tell } from "./say.js";
import { facts } from "./service/facts.js";
import { createJobs } from "./service/jobs.js";
import { createQueue } from "./service/reading.js";
import { keepTexts } from "./service/rereading.js";
import { addItems, changeItem, initial, pagesInOrder, select } from "./state/actions.js";
import { storedKey, storedOptions, storeOptions } from "./state/preferences.js";
import { forget, keep, restored, storeFile } from "./state/storage.js";
import { createStore } from "./state/store.js";
import { askForKey, confirmed } from "./views/dialogs.js";
import { showHelp } from "./views/help.js";
import { createList } from "./views/list.js";
import { printPages } from "./views/print.js";
import { openSave } from "./views/save.js";
import { showTake } from "./views/take.js";
import { createViewer } from "./views/viewer.js";
import { showWrite } from "./views/write.js";
import { cellText } from "./words/cells.js";
import { firstAdvice, outcomeOf, problemText } from "./words/outcomes.js";
import { showFrame, words } from "./words/words.js";

// From here on a book is worth a job of its own.
const MANY_FILES = 12;
const store = createStore(initial(storedOptions()));

const texts = keepTexts(store, {
  onDerived: (page) => {
    if (store.get().correcting && store.get().selected === page.id) tell(cellText(page));
  },
  onFailed: () => say(words.texts_wait),
});

// ---- reading

const queue = createQueue(store, {
  onStart: (item, number, of) => say([news, words.reading(item.name, number, of)].filter(Boolean).join(" ")),
  onPause: (item, seconds, code) => say((words.pauses[code] ?? words.pauses.other)(item.name, seconds)),
  onRead: (item, pages) => (news = newsOf(item, pages)),
  onFailed: (item, problem) => (news = words.was_not_read(item.name, problemText(problem))),
  onKey: () => askForKey(true),
  onEnd: ended,
});
const jobs = createJobs(store, {
  onProgress: (done, total, left) => {
    Object.assign(at("bar"), { max: Math.max(1, total), value: done });
    say(words.job_progress(done, total, left));
  },
  onEnd: ended,
  onKey: () => askForKey(true),
  onRefused: () => {
    say(words.job_refused);
    queue.run();
  },
});
/** What became of the last file; it goes into the next announcement, which would cut it off otherwise. */
let news = "";

/**
 * @param {Item} item
 * @param {Page[]} pages
 */
function newsOf(item, pages) {
  if (!pages.length) return words.nothing_in(item.name);
  const outcomes = pages.map(outcomeOf);
  const bad = outcomes.findIndex(({ kind }) => kind !== "read");
  const text = pages.length === 1 || bad >= 0 ? outcomes[Math.max(bad, 0)].text : words.pages_read(pages.length);
  const advice = bad >= 0 ? firstAdvice(pages[bad]) : "";
  const kind = bad >= 0 ? outcomes[bad].kind : "read";
  return [words.news[kind](item.name), text, advice].filter(Boolean).join(" ");
}

/** @param {Item} item */
const wasRead = (item) =>
  item.stage === "done" && item.pages.some((id) => outcomeOf(store.get().pages[id]).kind !== "none");

/**
 * @param {Item[]} items
 * @param {boolean} stopped
 */
function ended(items, stopped) {
  const read = items.filter(wasRead).length;
  const failed = items.filter((item) => item.stage === "done" || item.stage === "failed").length - read;
  if (stopped) say(words.stopped);
  else say(items.length > 1 ? `${news} ${words.all_done(read, failed)}`.trim() : news);
  news = "";
  const left = document.activeElement === at("stop");
  showProgress();
  if (left) at("choose-files").focus();
  // One file is what the person waits for; several are read while they may be doing something else.
  const [only] = items;
  if (items.length === 1 && store.get().items.length === 1 && !stopped) {
    store.update(select(only.pages[0] ?? only.id));
    viewer.focus();
  } else if (store.get().selected === null) {
    store.update(select(store.get().items.find(({ stage }) => stage === "failed")?.id ?? null));
  }
}

/** @param {File[]} chosen */
async function add(chosen) {
  if (!chosen.length) return;
  location.hash = "";
  const files = (await unpacked(chosen)).map(typed);
  const items = files.map((file) => ({ id: newId(), name: file.name, stage: /** @type {const} */ ("waiting"), pages: [] }));
  await Promise.all(files.map((file, i) => storeFile(items[i].id, file)));
  store.update(addItems(items));
  const { jobs: offered, key } = await facts();
  const free = !key.includes("jobs") || storedKey() !== "";
  if (offered && (store.get().options.job || (free && items.length >= MANY_FILES))) await jobs.start(items);
  else queue.run();
  showProgress();
}

/** `crypto.randomUUID` is there over https and on this machine only. */
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {Item} item */
function retry(item) {
  store.update(changeItem(item.id, { stage: "waiting", problem: undefined, note: undefined, job: undefined }));
  queue.run();
  showProgress();
}

function stop() {
  queue.stop();
  jobs.stop();
}

function showProgress() {
  const { items } = store.get();
  const busy = queue.isRunning() || jobs.isRunning();
  at("bar").hidden = at("stop").hidden = !busy;
  at("work").toggleAttribute("aria-busy", busy);
  if (!jobs.isRunning()) {
    const over = items.filter(({ stage }) => stage === "done" || stage === "failed").length;
    Object.assign(at("bar"), { max: Math.max(1, items.length), value: over });
  }
}

async function clear() {
  const pages = pagesInOrder(store.get());
  if (pages.length && !(await confirmed(words.clear_title, words.clear_text(pages.length), words.clear_yes))) return;
  stop();
  store.update((state) => ({ ...initial(state.options) }));
  await forget();
  say(words.cleared);
  at("choose-files").focus();
}

// ---- views

showFrame();
showTake(store, (files) => void add(files));
const viewer = createViewer(store, {
  save: () => openSave(store, texts.settled),
  print: () => printPages(pagesInOrder(store.get()), store.get().options.layout),
  retry,
  settled: texts.settled,
});
const list = createList(store, retry);
const clearButton = button(words.clear, () => void clear(), { id: "clear" });
list.append(html("p", { class: "buttons" }));
at("work").append(list, viewer.view, html("p", { class: "kept small" }, words.kept, " ", clearButton));
at("stop").addEventListener("click", stop);
showWrite();
showHelp();

store.subscribe((state, before) => {
  at("work").hidden = !state.items.length;
  document.body.classList.toggle("has-results", state.items.length > 0);
  if (state.items !== before.items) showProgress();
  if (state.options !== before.options) storeOptions(state.options);
});

// ---- places of the page

function showPlace() {
  const place = ["write", "help"].find((name) => location.hash === `#${name}`) ?? "read";
  for (const name of ["read", "write", "help"]) at(name).hidden = name !== place;
  for (const link of at("places").querySelectorAll("a")) {
    link.toggleAttribute("aria-current", false);
    if (link.hash === `#${place}`) link.setAttribute("aria-current", "page");
  }
}
window.addEventListener("hashchange", () => {
  showPlace();
  const title = /** @type {HTMLElement | null} */ (document.querySelector("main > section:not([hidden]) h2"));
  if (location.hash) title?.focus?.({ preventScroll: true });
});
showPlace();

// ---- network, key, installing

function showConnection() {
  at("offline").hidden = navigator.onLine;
  at("offline").textContent = words.offline;
}
window.addEventListener("offline", showConnection);
window.addEventListener("online", () => {
  showConnection();
  // What failed for want of a network is tried again without being asked.
  for (const item of store.get().items) if (item.problem?.code === "offline") retry(item);
});
showConnection();

void facts().then(({ key }) => {
  if (key.includes("read")) at("corner").prepend(button(words.key_button, () => void askForKey(false), { id: "key-button" }));
});

window.addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  const install = button(words.install, () => {
    install.remove();
    void (/** @type {Event & {prompt: () => Promise<void>}} */ (event).prompt());
  }, { id: "install" });
  if (!document.getElementById("install")) at("corner").prepend(install);
});
if ("serviceWorker" in navigator) navigator.serviceWorker.register("sw.js").catch(() => {});

// ---- what was there before

const before = await restored();
if (before && !store.get().items.length) {
  store.update((state) => ({ ...state, ...before }));
  const back = words.restored(pagesInOrder(store.get()).length);
  jobs.resume();
  if (store.get().items.some(({ stage, job }) => stage === "waiting" && !job)) {
    news = back;
    queue.run();
  } else {
    say(back);
  }
  showProgress();
}
keep(store);
document.documentElement.dataset.ready = "yes";
