// The picture of a page, upright, with its cells marked; to be zoomed and moved by mouse, touch and keys.

/** @import { Box, Cell, Line, Page, Place, State } from "../types.js" */
/** @import { Store } from "../state/store.js" */

import { button, html, svg } from "../element.js";
import { addressOf, needsPreview } from "../service/pictures.js";
import { moveTo, shownPage } from "../state/actions.js";
import { sureness } from "../state/cells.js";
import { shownBox, shownSize } from "../state/geometry.js";
import { words } from "../words/words.js";

const MOST_ZOOM = 12;
const STEP = 1.4;
const KEY_PAN = 60;
const STILL = 6;
// Of a cell that is being corrected, in CSS pixels.
const LEGIBLE_CELL = 24;

/**
 * @param {Store<State>} store
 * @param {Store<Place | null>} pointed
 */
export function createPicture(store, pointed) {
  const image = html("img", { alt: "", draggable: "false" });
  const lines = svg("g", { class: "marks" });
  const pointedMark = svg("rect", { class: "pointed" });
  const currentMark = svg("rect", { class: "current" });
  const lineMark = svg("polyline", { class: "current-line" });
  const overlay = svg("svg", { "aria-hidden": "true" }, lineMark, lines, pointedMark, currentMark);
  const sheet = html("div", { class: "sheet" }, image, overlay);
  const frame = html("div", { class: "frame", tabindex: 0, role: "group" }, sheet);
  const caption = html("figcaption", {});
  const zoomOut = button("−", () => zoom(1 / STEP), { class: "small-button", "aria-label": words.zoom_out, title: words.zoom_out });
  const zoomIn = button("+", () => zoom(STEP), { class: "small-button", "aria-label": words.zoom_in, title: words.zoom_in });
  const whole = button(words.zoom_fit, () => fit(), { class: "small-button wide" });
  const tools = html("div", { class: "zoom", role: "group", "aria-label": words.zoom }, zoomOut, zoomIn, whole);
  const view = html("figure", { class: "picture" }, frame, tools, caption);

  /** What is shown; `lines` are those that the marks are drawn from. @type {{page: Page, lines: Line[], letters: boolean} | null} */
  let shown = null;
  /** How: `scale` in CSS pixels for one of the page, with the sheet's corner at x, y of the frame. */
  let scale = 1;
  let fitting = 1;
  let x = 0;
  let y = 0;
  /** The frame's size in CSS pixels, asked for once a change: asking the browser after a change lays out all marks. */
  let frameWidth = 0;
  let frameHeight = 0;

  // ---- what is shown

  /** @param {State} state */
  function render(state) {
    const page = shownPage(state);
    if (!page) {
      shown = null;
      return;
    }
    const isNew = shown?.page.id !== page.id;
    if (isNew) open(page);
    const { letters } = state.options;
    const old = isNew || letters !== shown?.letters ? [] : shown.lines;
    const draw = (/** @type {Line} */ line, /** @type {number} */ at) => group(page, line, at, letters);
    if (old !== page.content.lines) {
      if (old.length !== page.content.lines.length) lines.replaceChildren(...page.content.lines.map(draw));
      else page.content.lines.forEach((line, at) => line !== old[at] && lines.children[at].replaceWith(draw(line, at)));
    }
    shown = { page, lines: page.content.lines, letters };
    place(currentMark, boxAt(page.content.cursor));
    underline(lineMark, page, page.content.cursor.line);
  }

  /** @param {Page} page */
  function open(page) {
    const { width, height } = shownSize(page);
    overlay.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const turn = `translate(-50%, -50%) ${page.side === "back" ? "scaleX(-1) " : ""}rotate(${page.rotation}deg)`;
    Object.assign(image.style, { width: `${(page.width / width) * 100}%`, height: `${(page.height / height) * 100}%`, transform: turn });
    image.alt = words.picture(page.source);
    frame.setAttribute("aria-label", words.picture_keys(page.source));
    caption.textContent = words.legend;
    lines.replaceChildren();
    shown = { page, lines: [], letters: false };
    view.classList.add("loading");
    view.classList.remove("blank");
    image.removeAttribute("src");
    void load(page);
    fit();
  }

  /** @param {Page} page */
  async function load(page) {
    const current = () => shown?.page.id === page.id;
    const show = async (/** @type {boolean} */ preview) => {
      const address = await addressOf(page, preview);
      if (!current()) return;
      image.src = address;
      await image.decode();
    };
    const preview = await needsPreview(page);
    try {
      await show(preview).catch((error) => {
        // Formats that this browser does not show, HEIC in most, the service does.
        if (preview) throw error;
        return show(true);
      });
    } catch {
      if (!current()) return;
      image.removeAttribute("src");
      view.classList.add("blank");
      caption.textContent = `${words.no_picture} ${words.legend}`;
    }
    if (current()) view.classList.remove("loading");
  }

  /**
   * The marks of a line, and its dots where there is no picture to see them on.
   *
   * A page has hundreds of cells, and each element costs time whenever the picture's size changes: so the dots are one
   * path, and letters are there only while they are wanted.
   * @param {Page} page
   * @param {Line} line
   * @param {number} at
   * @param {boolean} letters
   */
  function group(page, line, at, letters) {
    const cells = line.cells.flatMap((cell, index) => (cell.box ? [{ cell, index, box: shownBox(page, cell.box) }] : []));
    return svg(
      "g",
      { "data-line": at },
      svg("path", { d: cells.map(({ cell, box }) => dots(cell, box)).join("") }),
      ...cells.map(({ cell, index, box }) => mark(cell, index, box)),
      ...(letters ? cells.filter(({ cell }) => cell.text.trim()).map(({ cell, box }) => letter(cell, box)) : []),
    );
  }

  /** @param {Place} place @returns {Box | null} */
  function boxAt({ line, cell }) {
    const box = shown?.page.content.lines[line]?.cells[cell]?.box;
    return box && shown ? shownBox(shown.page, box) : null;
  }

  // ---- how it is shown

  /** @returns {boolean} whether there is a page, in a frame that is seen */
  function measure() {
    frameWidth = frame.clientWidth;
    frameHeight = frame.clientHeight;
    if (!shown || !frameWidth) return false;
    const { width, height } = shownSize(shown.page);
    fitting = Math.min(frameWidth / width, frameHeight / height);
    return true;
  }

  function fit() {
    if (!measure()) return;
    scale = fitting;
    apply();
  }

  function apply() {
    if (!shown) return;
    const { width, height } = shownSize(shown.page);
    const [w, h] = [width * scale, height * scale];
    x = w <= frameWidth ? (frameWidth - w) / 2 : Math.min(0, Math.max(frameWidth - w, x));
    y = h <= frameHeight ? (frameHeight - h) / 2 : Math.min(0, Math.max(frameHeight - h, y));
    Object.assign(sheet.style, { width: `${w}px`, height: `${h}px`, transform: `translate(${x}px, ${y}px)` });
    const zoomed = scale > fitting * 1.01;
    frame.classList.toggle("zoomed", zoomed);
    zoomOut.disabled = whole.disabled = !zoomed;
    zoomIn.disabled = scale >= fitting * MOST_ZOOM;
  }

  /**
   * @param {number} by
   * @param {number} [atX] what stays in its place, CSS pixels of the frame
   * @param {number} [atY]
   */
  function zoom(by, atX = frameWidth / 2, atY = frameHeight / 2) {
    const next = Math.max(fitting, Math.min(fitting * MOST_ZOOM, scale * by));
    x = atX - ((atX - x) * next) / scale;
    y = atY - ((atY - y) * next) / scale;
    scale = next;
    apply();
  }

  /**
   * Brings a box into sight.
   * @param {Box | null} box
   */
  function reveal(box) {
    if (!box) return;
    const [left, top, right, bottom] = box.map((value) => value * scale);
    const margin = 3 * (right - left);
    if (left + x < margin || right + x > frameWidth - margin) x = frameWidth / 2 - (left + right) / 2;
    if (top + y < margin || bottom + y > frameHeight - margin) y = frameHeight / 2 - (top + bottom) / 2;
    apply();
  }

  /** As large as a cell has to be to be checked. */
  function enlarge() {
    if (!measure()) return;
    const widths = (shown?.page.content.lines ?? []).flatMap((line) => line.cells.flatMap(({ box }) => (box ? [box[2] - box[0]] : [])));
    widths.sort((a, b) => a - b);
    const wanted = LEGIBLE_CELL / (widths[widths.length >> 1] ?? LEGIBLE_CELL);
    if (wanted > scale) zoom(wanted / scale);
    reveal(shown && boxAt(shown.page.content.cursor));
  }

  // ---- mouse, touch and keys

  /** Fingers and buttons that are down. @type {Map<number, {x: number, y: number}>} */
  const held = new Map();
  let moved = 0;
  const at = (/** @type {{clientX: number, clientY: number}} */ event) => {
    const { left, top } = frame.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };

  frame.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    held.set(event.pointerId, at(event));
    if (held.size === 1) moved = 0;
    else moved = Infinity;
  });
  frame.addEventListener("pointermove", (event) => {
    const from = held.get(event.pointerId);
    if (!from) {
      if (event.pointerType !== "touch") pointed.update(() => cellUnder(event));
      return;
    }
    const to = at(event);
    moved += Math.hypot(to.x - from.x, to.y - from.y);
    if (moved > STILL && !frame.hasPointerCapture(event.pointerId)) frame.setPointerCapture(event.pointerId);
    const other = [...held].find(([id]) => id !== event.pointerId)?.[1];
    held.set(event.pointerId, to);
    if (other) {
      const apart = (/** @type {{x: number, y: number}} */ one) => Math.max(1, Math.hypot(one.x - other.x, one.y - other.y));
      zoom(apart(to) / apart(from), (to.x + other.x) / 2, (to.y + other.y) / 2);
    }
    x += (to.x - from.x) / held.size;
    y += (to.y - from.y) / held.size;
    apply();
  });
  for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
    frame.addEventListener(end, (event) => {
      const place = end === "pointerup" && held.has(event.pointerId) && moved <= STILL ? cellUnder(event) : null;
      held.delete(event.pointerId);
      if (place) store.update(moveTo(place));
    });
  }
  frame.addEventListener("pointerleave", () => pointed.update(() => null));
  frame.addEventListener("dblclick", (event) => zoom(2, at(event).x, at(event).y));
  frame.addEventListener(
    "wheel",
    (event) => {
      // A wheel alone scrolls the page, as everywhere; with Ctrl, and by pinching a touchpad, it zooms.
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoom(Math.exp(-event.deltaY / 200), at(event).x, at(event).y);
    },
    { passive: false },
  );
  frame.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    /** @type {Record<string, () => void>} */
    const keys = {
      "+": () => zoom(STEP),
      "-": () => zoom(1 / STEP),
      0: fit,
      ArrowLeft: () => (x += KEY_PAN),
      ArrowRight: () => (x -= KEY_PAN),
      ArrowUp: () => (y += KEY_PAN),
      ArrowDown: () => (y -= KEY_PAN),
    };
    const act = keys[event.key];
    if (!act || (event.key.startsWith("Arrow") && scale <= fitting)) return;
    event.preventDefault();
    act();
    apply();
  });

  /** @param {PointerEvent} event @returns {Place | null} */
  function cellUnder(event) {
    const mark = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-cell]");
    const line = mark?.closest("[data-line]");
    return mark && line ? { line: Number(line.getAttribute("data-line")), cell: Number(mark.getAttribute("data-cell")) } : null;
  }

  pointed.subscribe((to) => place(pointedMark, to && boxAt(to)));
  store.subscribe((state, before) => {
    render(state);
    const [now, then] = [shownPage(state), shownPage(before)];
    if (now && state.correcting && !before.correcting) requestAnimationFrame(enlarge);
    else if (!state.correcting && before.correcting) requestAnimationFrame(fit);
    else if (now && now.id === then?.id && now.content.cursor !== then.content.cursor) reveal(boxAt(now.content.cursor));
  });
  new ResizeObserver(() => {
    const zoomed = scale / fitting;
    if (!measure()) return;
    scale = fitting * (zoomed > 1.01 ? zoomed : 1);
    apply();
    if (store.get().correcting && shown) reveal(boxAt(shown.page.content.cursor));
  }).observe(frame);
  render(store.get());
  return view;
}

/**
 * @param {SVGElement} mark
 * @param {Box | null} box
 */
function place(mark, box) {
  mark.toggleAttribute("hidden", !box);
  mark.style.display = box ? "" : "none";
  if (!box) return;
  const [x, y, right, bottom] = box;
  const grown = (right - x) * 0.12;
  const shape = { x: x - grown, y: y - grown, width: right - x + 2 * grown, height: bottom - y + 2 * grown, rx: (right - x) * 0.2 };
  for (const [name, value] of Object.entries(shape)) mark.setAttribute(name, String(value));
}

/**
 * Marks a line as with a felt pen, through the middles of its cells, however it runs.
 * @param {SVGElement} mark
 * @param {Page} page
 * @param {number} line
 */
function underline(mark, page, line) {
  const boxes = (page.content.lines[line]?.cells ?? []).flatMap(({ box }) => (box ? [shownBox(page, box)] : []));
  const points = boxes.map(([x1, y1, x2, y2]) => `${(x1 + x2) / 2},${(y1 + y2) / 2}`);
  const [first] = boxes;
  // A line of one cell has no length to be drawn.
  if (points.length === 1) points.push(points[0]);
  mark.setAttribute("points", points.join(" "));
  mark.setAttribute("stroke-width", String(first ? (first[3] - first[1]) * 1.35 : 0));
}

/**
 * @param {Cell} cell
 * @param {number} index
 * @param {Box} box
 */
function mark(cell, index, [x, y, right, bottom]) {
  const shape = { x, y, width: right - x, height: bottom - y, rx: (right - x) * 0.15 };
  return svg("rect", { ...shape, class: sureness(cell), "data-cell": index });
}

/**
 * @param {Cell} cell
 * @param {Box} box
 */
function letter(cell, [x, , right, bottom]) {
  const size = (right - x) * 0.95;
  return svg("text", { x: (x + right) / 2, y: bottom + size * 0.85, "font-size": size }, cell.text);
}

/**
 * The outline of a cell's dots. A box is the 2 × 3 grid of dots grown on every side by 0.3 of the grid's width.
 * @param {Cell} cell
 * @param {Box} box
 */
function dots(cell, [x, y, right, bottom]) {
  const margin = ((right - x) / 1.6) * 0.3;
  const column = right - x - 2 * margin;
  const row = (bottom - y - 2 * margin) / 2;
  const r = column * 0.26;
  const half = (/** @type {number} */ by) => `a${r},${r} 0 1 0 ${by},0`;
  const circles = [...cell.dots].map((digit) => {
    const spot = Number(digit) - 1;
    const cx = x + margin + column * Math.floor(spot / 3);
    const cy = y + margin + row * (spot % 3);
    return `M${cx - r},${cy}${half(2 * r)}${half(-2 * r)}Z`;
  });
  return circles.join("");
}
