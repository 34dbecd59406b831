// What a person can do to the cell where they are: the same by key, by button and by touch, and said in each case.

/** @import { State } from "../types.js" */
/** @import { Store } from "../state/store.js" */

import { say, tell } from "../say.js";
import * as actions from "../state/actions.js";
import { doubtsOf, nextDoubt, sorted } from "../state/cells.js";
import * as editing from "../state/editing.js";
import { cellText } from "../words/cells.js";
import { words } from "../words/words.js";

/** @typedef {ReturnType<typeof createCommands>} Commands */

/** @param {Store<State>} store */
export function createCommands(store) {
  const page = () => actions.shownPage(store.get());
  const cell = () => {
    const content = page()?.content;
    return content?.lines[content.cursor.line]?.cells[content.cursor.cell];
  };
  /** @param {Parameters<typeof actions.edit>} what */
  const edit = (...what) => store.update(actions.edit(...what));
  const sayPlace = (/** @type {string} */ before = "") => {
    const now = page();
    if (now) tell(`${before} ${cellText(now)}`.trim());
  };

  const commands = {
    /** @param {string} dots in any order; "" makes a blank */
    setDots(dots) {
      edit((lines, at) => editing.setDots(lines, at, dots));
    },
    /** @param {string} dot */
    toggleDot(dot) {
      const dots = cell()?.dots ?? "";
      commands.setDots(sorted(dots.includes(dot) ? dots.replace(dot, "") : dots + dot));
    },
    /** Says that the cell is right, and goes to the next one in doubt. */
    confirm() {
      edit((lines, at) => editing.confirm(lines, at), false);
      if (!commands.step(1)) sayPlace();
    },
    /** Takes the next of the other readings, and after the last the first one again. */
    alternative() {
      const now = cell();
      const readings = [now?.was?.dots ?? now?.dots ?? "", ...(now?.alternatives ?? []).map(({ dots }) => dots)];
      const others = [...new Set(readings)];
      if (!now || others.length < 2) tell(words.no_alternatives);
      else commands.setDots(others[(others.indexOf(now.dots) + 1) % others.length]);
    },
    insert: () => edit(editing.insert),
    remove: () => edit(editing.remove),
    split: () => edit(editing.split),
    join: () => edit(editing.join),
    undo() {
      if (!page()?.past.length) return tell(words.nothing_to_undo);
      store.update(actions.undo);
      return sayPlace(words.undone);
    },
    redo() {
      if (!page()?.future.length) return tell(words.nothing_to_redo);
      store.update(actions.redo);
      return sayPlace(words.redone);
    },
    /**
     * Goes to the next doubtful cell, or the one before; tells whether there is one.
     * @param {1 | -1} by
     */
    step(by) {
      const now = page();
      if (!now) return false;
      const place = nextDoubt(now.content.lines, now.content.cursor, by);
      if (!place) {
        say(words.no_doubts_left);
        return false;
      }
      store.update(actions.moveTo(place));
      sayPlace(words.doubts_left(doubtsOf(now.content.lines).length) + ".");
      return true;
    },
    sayPlace,
  };
  return commands;
}
