// Corrected pages as training data: a picture and a CSV each, as training/pages.py reads them.

/** @import { Page } from "../types.js" */

import { zipSync } from "../vendor/fflate.js";
import { fileName } from "../service/documents.js";
import { jpegOf } from "../service/pictures.js";
import { shownBox, shownSize } from "../state/geometry.js";
import { encoded } from "./shrink.js";

// As LONGEST_SIDE in easybraille/imaging/files.py.
const LONGEST = 3200;
const HEAD = "x1,y1,x2,y2,dots,row,col";

/**
 * A ZIP of labels: the pictures upright as the text runs, and beside each the boxes and dots of its cells.
 * Back pages are left out: their dots are dents, and the labels of a picture are those of its raised side.
 * @param {Page[]} pages
 * @returns {Promise<{blob: Blob, count: number}>}
 */
export async function labelsOf(pages) {
  /** @type {Record<string, Uint8Array>} */
  const files = {};
  let count = 0;
  for (const page of pages.filter(({ side }) => side === "front")) {
    const { blob, width } = await uprightJpeg(page);
    let name = fileName(page);
    while (`corrections/${name}.csv` in files) name += "_";
    files[`corrections/${name}.jpg`] = new Uint8Array(await blob.arrayBuffer());
    files[`corrections/${name}.csv`] = new TextEncoder().encode(csvOf(page, width / shownSize(page).width));
    count += 1;
  }
  return { blob: new Blob([/** @type {BlobPart} */ (zipSync(files, { level: 0 }))], { type: "application/zip" }), count };
}

/**
 * @param {Page} page
 * @param {number} scale pixels of the picture for one of the page
 */
function csvOf(page, scale) {
  const rows = page.content.lines.flatMap((line, row) =>
    line.cells.flatMap((cell, column) => {
      if (!cell.dots || !cell.box) return [];
      const box = shownBox(page, cell.box).map((value) => (value * scale).toFixed(1));
      return [[...box, cell.dots, row, column].join(",")];
    }),
  );
  return `${[HEAD, ...rows].join("\n")}\n`;
}

/** @param {Page} page */
async function uprightJpeg(page) {
  const jpeg = await jpegOf(page, LONGEST);
  if (!page.rotation) return jpeg;
  const picture = await createImageBitmap(jpeg.blob);
  const aside = page.rotation % 180 !== 0;
  const [width, height] = aside ? [picture.height, picture.width] : [picture.width, picture.height];
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas");
  pen.translate(width / 2, height / 2);
  pen.rotate((page.rotation * Math.PI) / 180);
  pen.drawImage(picture, -picture.width / 2, -picture.height / 2);
  picture.close();
  const turned = canvas.transferToImageBitmap();
  const blob = await encoded(turned, 1, 0.9);
  turned.close();
  return { blob, width, height };
}
