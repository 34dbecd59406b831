// One value that the whole page shows, and the functions to be called when it changes.

/**
 * @template S
 * @typedef {object} Store
 * @property {() => S} get
 * @property {(change: (state: S) => S) => void} update replaces the state by what `change` makes of it
 * @property {(view: (state: S, before: S) => void) => void} subscribe calls a view after each change
 */

/**
 * @template S
 * @param {S} initial
 * @returns {Store<S>}
 */
export function createStore(initial) {
  let state = initial;
  /** @type {((state: S, before: S) => void)[]} */
  const views = [];
  return {
    get: () => state,
    update(change) {
      const before = state;
      state = change(before);
      if (state === before) return;
      const now = state;
      for (const view of views) view(now, before);
    },
    subscribe: (view) => void views.push(view),
  };
}
