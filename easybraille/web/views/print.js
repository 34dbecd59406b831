// What is printed: the text of every page, each on its own sheet, without the page around it.

/** @import { Page } from "../types.js" */

import { at, html } from "../element.js";
import { titleOf } from "../service/documents.js";
import { textOf } from "../state/actions.js";

/**
 * @param {Page[]} pages
 * @param {"page" | "flow"} layout
 */
export function printPages(pages, layout) {
  at("print").replaceChildren(
    ...pages.map((page) =>
      html("section", {}, html("h2", {}, titleOf(page)), html("div", { class: `print-${layout}`, lang: page.language.split("-")[0] }, textOf(page, layout))),
    ),
  );
  window.print();
}
