// Photos are sent no larger than the service looks at.

// As LONGEST_SIDE in easybraille/imaging/files.py.
const LONGEST_SIDE = 3200;
const QUALITIES = [0.9, 0.8, 0.65];
const SHARES = [1, 0.75, 0.5];
// Several pages in one file, or a format whose decoding the browsers that can do it leave unfinished.
const KEPT = ["image/tiff", "application/pdf", "application/zip"];

/**
 * The form in which a file is sent: itself where it is small enough, or cannot be decoded here; else a smaller JPEG,
 * upright by the photo's own orientation.
 * @param {File} file
 * @param {number} mostBytes
 * @returns {Promise<Blob>}
 */
export async function sentForm(file, mostBytes) {
  if (KEPT.includes(file.type)) return file;
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return file;
  }
  try {
    const whole = Math.max(picture.width, picture.height);
    // The form around the file takes a few hundred bytes.
    const most = mostBytes - 2000;
    if (whole <= LONGEST_SIDE && file.size <= most) return file;
    /** @type {Blob} */
    let smaller = file;
    for (const [i, quality] of QUALITIES.entries()) {
      const share = Math.min(1, (LONGEST_SIDE * SHARES[i]) / whole);
      smaller = await encoded(picture, share, quality);
      if (smaller.size <= most) break;
    }
    return smaller.size < file.size ? smaller : file;
  } finally {
    picture.close();
  }
}

/**
 * @param {ImageBitmap} picture
 * @param {number} share of its size
 * @param {number} quality 0 to 1
 * @returns {Promise<Blob>}
 */
export async function encoded(picture, share, quality) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * share);
  canvas.height = Math.round(picture.height * share);
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas");
  pen.imageSmoothingQuality = "high";
  // Transparency is paper, as for the service; a JPEG would make it black.
  pen.fillStyle = "white";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/jpeg", quality);
  });
}
