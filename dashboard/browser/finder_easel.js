/** A small picture to paint on, pixel by pixel, and to hide parts of. */

import { element } from "./view.js";

const DRAWN = 0.055;
const HIDDEN = 0.12;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

export const CSS = `
.easel { position: relative; aspect-ratio: 1; touch-action: none; cursor: crosshair;
  overflow: hidden; user-select: none; border-radius: var(--st-base-radius, 0.5rem); }
.easel canvas { position: absolute; inset: 0; width: 100%; height: 100%;
  image-rendering: pixelated; background: #000; }
.easel canvas + canvas { background: none; pointer-events: none; }
`;

function rgb(colour) {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}

export class Easel {
  #cursor = null;

  /** @param {() => void} changed called when a stroke is done */
  constructor(changed) {
    this.changed = changed;
    this.tool = "draw";
    this.colour = "#ffffff";
    this.picture = element("canvas");
    this.veil = element("canvas");
    const label = "The picture to find. Arrow keys move the brush, the space bar uses it.";
    this.root = element("div", { class: "easel", tabindex: "0", role: "application" });
    this.root.setAttribute("aria-label", label);
    this.root.append(this.picture, this.veil);
    this.root.onpointerdown = (event) => this.#press(event);
    this.root.onpointermove = (event) => event.buttons && this.#stroke(event);
    this.root.onpointerup = () => this.changed();
    this.root.onkeydown = (event) => this.#key(event);
  }

  /** Begin with an empty picture of this form. */
  open([height, width, channels]) {
    Object.assign(this, { height, width, channels });
    for (const canvas of [this.picture, this.veil]) Object.assign(canvas, { width, height });
    this.pixels = new Uint8Array(height * width * channels);
    this.known = new Uint8Array(height * width).fill(1);
    this.#show();
  }

  /** Show other pixels, (H, W, C); what is hidden stays so. */
  load(pixels) {
    this.pixels = Uint8Array.from(pixels);
    this.#show();
  }

  invert() {
    this.pixels = this.pixels.map((level) => 255 - level);
    this.#show();
  }

  /** Hide this share of all pixels, scattered at random. */
  scatter(share) {
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

  #press(event) {
    event.preventDefault();
    this.root.focus({ preventScroll: true });
    this.root.setPointerCapture(event.pointerId);
    this.#stroke(event);
  }

  #stroke(event) {
    const box = this.root.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * this.width;
    const y = ((event.clientY - box.top) / box.height) * this.height;
    this.#dab(x, y);
  }

  #key(event) {
    const middle = [this.width / 2, this.height / 2];
    if (event.key in KEYS) {
      const [x, y] = this.#cursor ?? middle;
      const [across, down] = KEYS[event.key];
      this.#cursor = [x + across, y + down];
      this.#show();
    } else if (event.key === " ") {
      this.#dab(...(this.#cursor ?? middle));
      this.changed();
    } else return;
    event.preventDefault();
  }

  /** Use the brush here; it is round, and soft at its edge where it draws. */
  #dab(x, y) {
    const radius = (this.tool === "draw" ? DRAWN : HIDDEN) * this.width;
    const ink = this.channels === 1 ? [255] : rgb(this.colour);
    for (let row = 0; row < this.height; row += 1) {
      for (let column = 0; column < this.width; column += 1) {
        const away = Math.hypot(column + 0.5 - x, row + 0.5 - y);
        const share = Math.min(1, Math.max(0, radius + 0.5 - away));
        const at = row * this.width + column;
        if (this.tool === "draw") this.#ink(at, ink, share);
        else if (share >= 0.5) this.known[at] = this.tool === "hide" ? 0 : 1;
      }
    }
    this.#show();
  }

  #ink(at, ink, share) {
    ink.forEach((level, c) => {
      const place = at * this.channels + c;
      // A second stroke over grey does not make the grey lighter than it is.
      const mixed = this.pixels[place] + share * (level - this.pixels[place]);
      this.pixels[place] = this.channels === 1 ? Math.max(this.pixels[place], mixed) : mixed;
    });
  }

  #show() {
    const image = new ImageData(this.width, this.height);
    const veil = new ImageData(this.width, this.height);
    for (let at = 0; at < this.known.length; at += 1) {
      for (let c = 0; c < 3; c += 1) {
        image.data[4 * at + c] = this.pixels[at * this.channels + (c % this.channels)];
      }
      image.data[4 * at + 3] = 255;
      if (!this.known[at]) veil.data.set([47, 134, 214, 235], 4 * at);
    }
    if (this.#cursor) {
      const [x, y] = this.#cursor.map(Math.floor);
      const inside = x >= 0 && y >= 0 && x < this.width && y < this.height;
      if (inside) veil.data.set([240, 138, 46, 255], 4 * (y * this.width + x));
    }
    this.picture.getContext("2d").putImageData(image, 0, 0);
    this.veil.getContext("2d").putImageData(veil, 0, 0);
  }
}
