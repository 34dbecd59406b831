// Reads a text aloud with a voice of the browser, in the text's language.

import { button } from "../element.js";
import { say } from "../say.js";
import { words } from "../words/words.js";

/**
 * The buttons that start and stop it; none where the browser has no voices.
 * @param {() => {text: string, language: string} | null} current what to read
 * @returns {HTMLElement[]}
 */
export function createReadAloud(current) {
  if (!("speechSynthesis" in window)) return [];
  const start = button(words.listen, () => speak(), { id: "listen" });
  const stop = button(words.stop_listening, () => end(true), { id: "stop-listening", hidden: true });

  function speak() {
    const what = current();
    if (!what?.text.trim()) return;
    speechSynthesis.cancel();
    // Piece by piece: some browsers fall silent within a long one.
    const pieces = what.text.split(/\n{2,}/).filter((piece) => piece.trim());
    for (const [at, piece] of pieces.entries()) {
      const spoken = new SpeechSynthesisUtterance(piece.replaceAll("\n", " "));
      spoken.lang = what.language.split("-")[0];
      spoken.onerror = ({ error }) => {
        end(false);
        if (error !== "canceled" && error !== "interrupted") say(words.no_voice);
      };
      if (at === pieces.length - 1) spoken.onend = () => end(false);
      speechSynthesis.speak(spoken);
    }
    const focused = document.activeElement === start;
    start.hidden = true;
    stop.hidden = false;
    if (focused) stop.focus();
  }

  /** @param {boolean} asked */
  function end(asked) {
    const focused = document.activeElement === stop;
    if (asked) speechSynthesis.cancel();
    start.hidden = false;
    stop.hidden = true;
    if (focused) start.focus();
  }

  return [start, stop];
}
