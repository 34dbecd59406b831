// The document as it is now, corrections included, in every format.

/** @import { Cell, Page } from "../types.js" */

import { zipSync } from "../vendor/fflate.js";
import { stemOf } from "../files/output.js";
import { sentForm } from "../files/shrink.js";
import { textOf } from "../state/actions.js";
import { storedFile } from "../state/storage.js";
import { words } from "../words/words.js";
import { facts } from "./facts.js";
import { Problem, send } from "./http.js";

/** Formats with their suffix; those of the service by its own names. */
export const FORMATS = /** @type {const} */ ({
  text: "txt",
  flow: "txt",
  docx: "docx",
  pdf: "pdf",
  html: "html",
  epub: "epub",
  markdown: "md",
  braille: "brl.txt",
  brf: "brf",
  pef: "pef",
  bra: "bra",
  marked: "png",
  json: "json",
});
/** @typedef {keyof typeof FORMATS} Format */
const LOCAL = ["text", "flow"];
const WITH_PICTURES = ["pdf", "marked"];
const MOST_MARKED = 10;

/**
 * Pages as one file.
 * @param {Page[]} pages
 * @param {Format} format
 * @param {string} [paper] such as 40x25, for braille, brf and pef
 * @returns {Promise<Blob>}
 * @throws {Problem}
 */
export async function asOneFile(pages, format, paper = "") {
  if (format === "text" || format === "flow") return new Blob([joinedText(pages, format === "flow" ? "flow" : "page") + "\n"], { type: "text/plain;charset=utf-8" });
  if (new Set(pages.map((page) => `${page.language} ${page.code ?? ""}`)).size > 1) throw new Problem("languages_differ");
  if (format === "marked" && pages.length > MOST_MARKED) throw new Problem("too_many_marked");
  const query = new URLSearchParams({ format, ...(paper && { paper }) });
  const json = new Blob([JSON.stringify(documentOf(pages))], { type: "application/json" });
  const form = new FormData();
  form.append("document", json, "document.json");
  if (WITH_PICTURES.includes(format)) {
    const { max_body_bytes } = await facts();
    const items = [...new Map(pages.map((page) => [page.item, page.source])).entries()];
    for (const [item, source] of items) {
      const file = await storedFile(item);
      if (!file) throw new Problem("gone");
      form.append("file", await sentForm(file, max_body_bytes / Math.max(2, items.length)), source);
    }
  }
  return (await send(`v1/convert?${query}`, { body: form, seconds: 300, tries: 2 })).blob;
}

/**
 * Each page as a file, in a ZIP.
 * @param {Page[]} pages
 * @param {Format} format
 * @param {string} [paper]
 * @returns {Promise<Blob>}
 */
export async function asZip(pages, format, paper = "") {
  /** @type {Record<string, Uint8Array>} */
  const files = {};
  const digits = String(pages.length).length;
  for (const [at, page] of pages.entries()) {
    const blob = await asOneFile([page], format, paper);
    const name = `${String(at + 1).padStart(digits, "0")} ${fileName(page)}.${FORMATS[format]}`;
    files[name] = new Uint8Array(await blob.arrayBuffer());
  }
  return new Blob([/** @type {BlobPart} */ (zipSync(files, { level: LOCAL.includes(format) ? 6 : 0 }))], { type: "application/zip" });
}

/**
 * The text of pages; of several each under its name, with a form feed between them.
 * @param {Page[]} pages
 * @param {"page" | "flow"} layout
 */
export function joinedText(pages, layout) {
  if (pages.length === 1) return textOf(pages[0], layout);
  return pages.map((page) => `[${titleOf(page)}]\n\n${textOf(page, layout)}`).join("\n\f\n");
}

/** @param {Page} page */
export const titleOf = (page) => words.heading(page.source, page.sourcePage > 1 ? page.sourcePage : 0, page.side === "back");

/** The name for a file of the page, without a suffix. @param {Page} page */
export function fileName(page) {
  const stem = stemOf(page.source || "braille").replace(/[\\/:*?"<>|]/g, "_");
  return stem + (page.sourcePage > 1 ? `-${page.sourcePage}` : "") + (page.side === "back" ? "-b" : "");
}

/**
 * The document in the service's own shape, without what only the page knows.
 * @param {Page[]} pages
 */
export function documentOf(pages) {
  return {
    language: pages[0].language,
    code: pages[0].code,
    text: "",
    model: pages[0].model,
    pages: pages.map(({ source, sourcePage, side, width, height, rotation, advice, content }, at) => ({
      source,
      source_page: sourcePage,
      number: at + 1,
      side,
      width,
      height,
      rotation,
      advice,
      text: "",
      braille: "",
      lines: content.lines.map((line) => ({ ...line, cells: line.cells.map(plain) })),
      paragraphs: content.paragraphs,
    })),
  };
}

/**
 * A cell without what only the page knows; of one that a person has settled, without other readings.
 * @param {Cell} cell
 */
function plain({ checked, was: _, doubtful, alternatives, ...cell }) {
  if (!cell.dots || checked) return cell;
  return { ...cell, ...(doubtful && { doubtful }), ...(alternatives && { alternatives }) };
}
