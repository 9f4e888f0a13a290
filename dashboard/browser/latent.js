/** What all views of latent space share: vectors, samples on a canvas, words for D, files. */

import { saveBlob } from "./save.js";
import { element, penOf } from "./view.js";

/** @typedef {import("./plane_snapshot.js").Reading} Reading */

/**
 * What every view of latent space knows of its run.
 *
 * @typedef {object} RunInfo
 * @property {string} run_id
 * @property {string[]} classes that can be asked for
 * @property {boolean} is_2d
 * @property {Reading | null} reading
 * @property {Record<string, string>} colours
 */

const PLANE_SIDE = 240;
const DOT = 5;

/**
 * A latent vector with steps along some directions added to it.
 *
 * @param {Float32Array} origin (d)
 * @param {number} psi what the origin is multiplied by
 * @param {Float32Array|null} vectors (K * d); null for the axes themselves
 * @param {number[]} steps (K)
 * @returns {Float32Array} (d)
 */
export function combine(origin, psi, vectors, steps) {
  const z = origin.map((number) => psi * number);
  steps.forEach((step, k) => {
    if (!step) return;
    if (!vectors) z[k] += step;
    else for (let i = 0; i < z.length; i += 1) z[i] += step * vectors[k * z.length + i];
  });
  return z;
}

/**
 * What D says of a sample, read as its loss has it; empty where it says nothing of one alone.
 * @param {number | null} logit @param {Reading | null} reading
 */
export function verdict(logit, reading) {
  if (logit === null || !reading) return "";
  return `${reading.spoken}: ${shortVerdict(logit, reading)}`;
}

/**
 * The same as a number only.
 * @param {number} logit @param {Reading} reading
 */
export function shortVerdict(logit, { kind, undecided }) {
  if (kind !== "probability") return logit.toFixed(2).replace("-", "−");
  const share = 1 / (1 + Math.exp(-logit));
  if (undecided !== 0) return share.toFixed(2);
  return share < 0.01 ? "under 1 %" : `${(100 * share).toFixed(0)} %`;
}

/** A sample on a canvas of its own: a picture in its own pixels, or a point over real ones. */
export class SampleCanvas {
  /** @type {HTMLImageElement | null} what lies below a point */
  ground = null;

  constructor(/** @type {Record<string, string>} */ colours) {
    this.colours = colours;
    this.canvas = element("canvas", { role: "img", class: "sample" });
    this.pen = penOf(this.canvas);
  }

  /** @param {{shape: number[], values: ArrayLike<number>}} sample */
  draw({ shape, values }) {
    if (shape.length === 3) this.#picture(shape, values);
    else this.#point(values);
  }

  /** @param {number[]} shape @param {ArrayLike<number>} pixels */
  #picture([height, width, channels], pixels) {
    if (this.canvas.width !== width) Object.assign(this.canvas, { width, height });
    const image = this.pen.createImageData(width, height);
    for (let i = 0; i < width * height; i += 1) {
      for (let c = 0; c < 3; c += 1) image.data[4 * i + c] = pixels[i * channels + (c % channels)];
      image.data[4 * i + 3] = 255;
    }
    this.pen.putImageData(image, 0, 0);
  }

  /** The plane reaches from -1.3 to 1.3, as in the picture of the real points below. */
  #point(/** @type {ArrayLike<number>} */ { 0: x, 1: y }) {
    const side = PLANE_SIDE;
    if (this.canvas.width !== side) Object.assign(this.canvas, { width: side, height: side });
    this.pen.clearRect(0, 0, side, side);
    if (this.ground?.complete) this.pen.drawImage(this.ground, 0, 0, side, side);
    this.pen.fillStyle = this.colours.fake;
    this.pen.beginPath();
    const place = (/** @type {number} */ number) => ((number / 1.3 + 1) / 2) * side;
    this.pen.arc(place(x), place(-y), DOT, 0, 2 * Math.PI);
    this.pen.fill();
  }
}

/**
 * Save latent vectors as NumPy reads them: rows of float32 numbers.
 * @param {Float32Array} z @param {string} name @param {number} rows
 */
export function saveNpy(z, name, rows = 1) {
  const shape = `(${rows}, ${z.length / rows})`;
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`;
  // Magic, version and length take 10 bytes; all of it ends at a multiple of 64.
  const head = `${header.padEnd(64 * Math.ceil((header.length + 11) / 64) - 11)}\n`;
  const length = new Uint8Array([head.length & 255, head.length >> 8]);
  const magic = new Uint8Array([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  saveBlob(new Blob([magic, length, head, Float32Array.from(z)]), name);
}

export const CSS = `
canvas.sample, .sample img { display: block; width: 100%; image-rendering: pixelated;
  border-radius: var(--st-base-radius, 0.5rem); background: #000; }
canvas.sample.plane { background: transparent; border: 1px solid var(--st-border-color); }
button { padding: 0 0.6rem; }
button[aria-pressed="true"] { font-weight: 600; }
select { height: 2rem; padding: 0 0.6rem; font: inherit; color: inherit; cursor: pointer;
  max-width: 100%; border-radius: var(--st-button-radius, 0.5rem);
  background: var(--st-background-color);
  border: 1px solid var(--st-widget-border-color, var(--st-border-color)); }
input[type="range"] { width: 100%; margin: 0; }
.row { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem; }
.problem { min-height: 1.2em; }
`;
