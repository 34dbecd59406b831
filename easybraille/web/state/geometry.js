// Where cells are in the picture as it is shown: turned upright, and mirrored where it is the back of the sheet.

/** @import { Box, Page } from "../types.js" */

/**
 * The size of a page as it is shown.
 * @param {Page} page
 */
export function shownSize({ width, height, rotation }) {
  return rotation % 180 ? { width: height, height: width } : { width, height };
}

/**
 * A box of the page as it is shown; as `Shown.place` in easybraille/formats/pictures.py.
 * @param {Page} page
 * @param {Box} box
 * @returns {Box}
 */
export function shownBox(page, [x1, y1, x2, y2]) {
  const { width, height, rotation, side } = page;
  /** @type {Box} */
  let box = [x1, y1, x2, y2];
  if (rotation === 90) box = [height - y2, x1, height - y1, x2];
  if (rotation === 180) box = [width - x2, height - y2, width - x1, height - y1];
  if (rotation === 270) box = [y1, width - x2, y2, width - x1];
  if (side !== "back") return box;
  const whole = shownSize(page).width;
  return [whole - box[2], box[1], whole - box[0], box[3]];
}
