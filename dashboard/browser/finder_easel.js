/** A small picture to paint on, pixel by pixel, and to hide parts of. */

import { channels as rgb } from "./layers.js";
import { element, penOf } from "./view.js";

const DRAWN = 0.055;
const HIDDEN = 0.12;
/** @type {Record<string, [number, number]>} */
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

export const CSS = `
.easel { position: relative; aspect-ratio: 1; touch-action: none; cursor: crosshair;
  overflow: hidden; user-select: none; border-radius: var(--st-base-radius, 0.5rem); }
.easel canvas { position: absolute; inset: 0; width: 100%; height: 100%;
  image-rendering: pixelated; background: #000; }
.easel canvas + canvas { background: none; pointer-events: none; }
`;

/** @typedef {"draw" | "hide" | "uncover"} Tool */

export class Easel {
  /** @type {[number, number] | null} */
  #cursor = null;
  #shape = [0, 0, 0];
  /** (H, W, C) */
  pixels = new Uint8Array(0);
  /** (H, W): 0 hides a pixel */
  known = new Uint8Array(0);

  /** @param {() => void} changed called when a stroke is done */
  constructor(changed) {
    this.changed = changed;
    /** @type {Tool} */
    this.tool = "draw";
    this.colour = "#ffffff";
    this.picture = element("canvas");
    this.veil = element("canvas");
    const label = "The picture to find. Arrow keys move the brush, the space bar uses it.";
    this.root = element("div", { class: "easel", tabindex: "0", role: "application" });
    this.root.setAttribute("aria-label", label);
    this.root.append(this.picture, this.veil);
    this.root.onpointerdown = (event) => this.#press(event);
    this.root.onpointermove = (event) => {
      if (event.buttons) this.#stroke(event);
    };
    this.root.onpointerup = () => this.changed();
    this.root.onkeydown = (event) => this.#key(event);
  }

  /** Begin with an empty picture of this form: height, width, channels. */
  open(/** @type {number[]} */ shape) {
    this.#shape = shape;
    const [height, width, channels] = shape;
    for (const canvas of [this.picture, this.veil]) Object.assign(canvas, { width, height });
    this.pixels = new Uint8Array(height * width * channels);
    this.known = new Uint8Array(height * width).fill(1);
    this.#show();
  }

  /** Show other pixels, (H, W, C); what is hidden stays so. */
  load(/** @type {Uint8Array} */ pixels) {
    this.pixels = Uint8Array.from(pixels);
    this.#show();
  }

  invert() {
    this.pixels = this.pixels.map((level) => 255 - level);
    this.#show();
  }

  get channels() {
    return this.#shape[2];
  }

  /** What a search is told: the picture, and what is known of it. */
  get arrays() {
    return {
      picture: { shape: this.#shape, values: this.pixels },
      known: { shape: this.#shape.slice(0, 2), values: this.known },
    };
  }

  /** Hide this share of all pixels, scattered at random. */
  scatter(/** @type {number} */ share) {
    this.known = this.known.map(() => (Math.random() < share ? 0 : 1));
    this.#show();
  }

  uncover() {
    this.known.fill(1);
    this.#show();
  }

  get isWhole() {
    return this.known.every(Boolean);
  }

  #press(/** @type {PointerEvent} */ event) {
    event.preventDefault();
    this.root.focus({ preventScroll: true });
    this.root.setPointerCapture(event.pointerId);
    this.#stroke(event);
  }

  #stroke(/** @type {PointerEvent} */ event) {
    const box = this.root.getBoundingClientRect();
    const [height, width] = this.#shape;
    const x = ((event.clientX - box.left) / box.width) * width;
    const y = ((event.clientY - box.top) / box.height) * height;
    this.#dab(x, y);
  }

  #key(/** @type {KeyboardEvent} */ event) {
    const [height, width] = this.#shape;
    const [x, y] = this.#cursor ?? [width / 2, height / 2];
    if (event.key in KEYS) {
      const [across, down] = KEYS[event.key];
      this.#cursor = [x + across, y + down];
      this.#show();
    } else if (event.key === " ") {
      this.#dab(x, y);
      this.changed();
    } else return;
    event.preventDefault();
  }

  /**
   * Use the brush here; it is round, and soft at its edge where it draws.
   * @param {number} x @param {number} y
   */
  #dab(x, y) {
    const [height, width, channels] = this.#shape;
    const radius = (this.tool === "draw" ? DRAWN : HIDDEN) * width;
    const ink = channels === 1 ? [255] : rgb(this.colour);
    for (let row = 0; row < height; row += 1) {
      for (let column = 0; column < width; column += 1) {
        const away = Math.hypot(column + 0.5 - x, row + 0.5 - y);
        const share = Math.min(1, Math.max(0, radius + 0.5 - away));
        const at = row * width + column;
        if (this.tool === "draw") this.#ink(at, ink, share);
        else if (share >= 0.5) this.known[at] = this.tool === "hide" ? 0 : 1;
      }
    }
    this.#show();
  }

  /** @param {number} at @param {number[]} ink @param {number} share */
  #ink(at, ink, share) {
    for (const [c, level] of ink.entries()) {
      const place = at * ink.length + c;
      // A second stroke over grey does not make the grey lighter than it is.
      const mixed = this.pixels[place] + share * (level - this.pixels[place]);
      this.pixels[place] = ink.length === 1 ? Math.max(this.pixels[place], mixed) : mixed;
    }
  }

  #show() {
    const [height, width, channels] = this.#shape;
    const image = new ImageData(width, height);
    const veil = new ImageData(width, height);
    for (let at = 0; at < this.known.length; at += 1) {
      for (let c = 0; c < 3; c += 1) {
        image.data[4 * at + c] = this.pixels[at * channels + (c % channels)];
      }
      image.data[4 * at + 3] = 255;
      if (!this.known[at]) veil.data.set([47, 134, 214, 235], 4 * at);
    }
    if (this.#cursor) {
      const [x, y] = this.#cursor.map(Math.floor);
      const inside = x >= 0 && y >= 0 && x < width && y < height;
      if (inside) veil.data.set([240, 138, 46, 255], 4 * (y * width + x));
    }
    penOf(this.picture).putImageData(image, 0, 0);
    penOf(this.veil).putImageData(veil, 0, 0);
  }
}
