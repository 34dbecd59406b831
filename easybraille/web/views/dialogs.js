// Questions to the person.

import { button, html } from "../element.js";
import { say } from "../say.js";
import { storedKey, storeKey } from "../state/preferences.js";
import { words } from "../words/words.js";

let count = 0;

/**
 * An empty dialog with its title; it is removed when it closes.
 * @param {string} title
 * @param {...(Node | string)} content
 */
export function dialogOf(title, ...content) {
  const id = `dialog-${++count}`;
  const dialog = html("dialog", { "aria-labelledby": id }, html("h2", { id }, title), ...content);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  return dialog;
}

/**
 * Whether the person really wants it.
 * @param {string} title
 * @param {string} text
 * @param {string} yes
 * @returns {Promise<boolean>}
 */
export function confirmed(title, text, yes) {
  return new Promise((resolve) => {
    let answer = false;
    const dialog = dialogOf(
      title,
      html("p", {}, text),
      html(
        "p",
        { class: "buttons" },
        button(yes, () => {
          answer = true;
          dialog.close();
        }, { class: "main" }),
        button(words.cancel, () => dialog.close()),
      ),
    );
    dialog.addEventListener("close", () => resolve(answer));
    dialog.showModal();
  });
}

/**
 * Asks for the key of the service; it is kept in this browser only.
 * @param {boolean} refused whether the service has just refused to work without one
 * @returns {Promise<boolean>} whether there is a new one
 */
export function askForKey(refused) {
  return new Promise((resolve) => {
    let entered = false;
    const input = html("input", { type: "password", id: "key", autocomplete: "off", spellcheck: "false" });
    input.value = storedKey();
    const form = html(
      "form",
      { method: "dialog" },
      html("label", { class: "field" }, html("span", {}, words.key), input),
      html("p", { class: "small" }, words.key_kept),
      html(
        "p",
        { class: "buttons" },
        html("button", { type: "submit", class: "main" }, words.key_save),
        button(words.key_forget, () => {
          storeKey("");
          dialog.close();
          say(words.key_forgotten);
        }),
        button(words.cancel, () => dialog.close()),
      ),
    );
    const dialog = dialogOf(words.key_title, html("p", {}, refused ? (storedKey() ? words.key_wrong : words.key_needed) : words.key_what), form);
    form.addEventListener("submit", () => {
      storeKey(input.value.trim());
      entered = Boolean(input.value.trim());
    });
    dialog.addEventListener("close", () => resolve(entered));
    dialog.showModal();
  });
}
