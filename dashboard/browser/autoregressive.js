/** A picture that is drawn pixel by pixel, at the pace of whoever watches. */

import { complainIn, plainWords } from "./feed.js";
import { CSS as INSIDE_CSS, InsideView, part } from "./inside.js";
import { channels as channelsOf } from "./layers.js";
import { button, element, mounter, penOf } from "./view.js";

const PLAY_MS = 16;
/** Pixels a second that the slider can be set to, as powers of 2. */
const SLOWEST = 1;
const FASTEST = 11;
const SEEDS = 2 ** 31;

const CSS = `${INSIDE_CSS}
.inside { grid-template-columns: repeat(3, minmax(0, 19rem)); }
@container (max-width: 520px) { .inside { grid-template-columns: minmax(0, 19rem); } }
.part canvas { display: block; width: 100%; image-rendering: pixelated; background: #000;
  border-radius: var(--st-base-radius, 0.5rem); }
.part canvas.chosen { cursor: crosshair; }
.autoregressive label { display: grid; grid-template-columns: 9rem 1fr 6rem; gap: 0.6rem;
  align-items: center; max-width: 40rem; }
`;

const whole = (/** @type {number} */ number) => Math.round(number).toLocaleString("en");

/**
 * @typedef {import("./inside.js").Data & {label: number | null}} Data
 * @typedef {import("./view.js").Mounted<Data>} Component
 *
 * @typedef {object} SamplingTrace a picture, the mean of each pixel before it was drawn, and its entropy in bits
 * @property {number} step
 * @property {number[]} shape height, width, channels
 * @property {Uint8Array} samples
 * @property {Uint8Array} expected
 * @property {Float32Array} entropy
 */

/** A small picture on a canvas, a colour for each pixel. */
class Cells {
  constructor(/** @type {string} */ words) {
    this.canvas = element("canvas", { role: "img", "aria-label": words });
    this.pen = penOf(this.canvas);
  }

  /**
   * @param {number[]} shape
   * @param {(place: number) => number[]} colour red, green, blue and opacity of each pixel
   */
  draw([height, width], colour) {
    if (this.canvas.width !== width) Object.assign(this.canvas, { width, height });
    const image = this.pen.createImageData(width, height);
    for (let i = 0; i < width * height; i += 1) image.data.set(colour(i), 4 * i);
    this.pen.putImageData(image, 0, 0);
  }
}

/** @extends {InsideView<Data>} */
class AutoregressiveView extends InsideView {
  #seed = 0;
  #number = 0;
  #place = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;
  #owed = 0;
  #isWanted = false;
  /** @type {SamplingTrace | null} */
  #drawn = null;
  /** Of the pixel that was asked about. */
  #complain;

  /** @param {HTMLElement} root @param {Component} component */
  constructor(root, component) {
    super(root, component);
    this.#complain = complainIn(this.complaint, plainWords);
    this.picture = new Cells("The picture while it is drawn.");
    this.expected = new Cells("What was expected of each pixel before it was drawn.");
    this.saliency = new Cells("Saliency: the pixels that the chosen one depends on.");
    this.expected.canvas.className = "chosen";
    this.expected.canvas.dataset.control = "pixel";
    this.expected.canvas.onclick = (event) => this.#look(event);
    this.words = element("p", { class: "number", role: "status" });
    this.thought = element("p");
    this.seen = element("p", {}, "Click a pixel of the middle picture.");
    this.play = button("play", "Pause", () => this.#toggle());
    this.speed = this.#slider("speed", "Pixels a second", SLOWEST, FASTEST, 7, () => this.#tell());
    this.given = this.#slider("given", "Rows that are given", 0, 0, 0, () => this.#want());
    this.original = button("original", "Another to complete", () => {
      this.#number += 1;
      this.#want();
    });
    root.append(
      element("div", { class: "autoregressive" }, this.#controls()),
      element(
        "div",
        { class: "inside" },
        part("Drawn so far", this.picture.canvas, this.words),
        part("What it expected of each pixel", this.expected.canvas, this.thought),
        part("Saliency: what one pixel depends on", this.saliency.canvas, this.seen),
      ),
      this.complaint,
    );
  }

  #controls() {
    const step = button("step", "One pixel", () => this.#stepOnce());
    const again = button("again", "From the start", () => this.#begin(this.known));
    const other = button("other", "Another picture", () => this.#roll());
    const row = element("div", { class: "row" }, this.play, step, again, other, this.original);
    return element("div", { class: "part" }, row, this.speed.root, this.given.root);
  }

  /**
   * @param {string} control @param {string} words @param {number} min @param {number} max @param {number} value
   * @param {() => void} act
   */
  #slider(control, words, min, max, value, act) {
    const bounds = { min: String(min), max: String(max), value: String(value) };
    const input = element("input", {
      type: "range",
      ...bounds,
      "aria-label": words,
      "data-control": control,
    });
    const readout = element("span", { class: "number" });
    input.oninput = act;
    return {
      input,
      readout,
      root: element("label", {}, element("span", {}, words), input, readout),
    };
  }

  /** Pixels that are given. */
  get known() {
    return Number(this.given.input.value) * (this.#drawn?.shape[1] ?? 0);
  }

  get pace() {
    return 2 ** Number(this.speed.input.value);
  }

  get length() {
    return this.#drawn?.entropy.length ?? 0;
  }

  /** @param {Component} component */
  update(component) {
    const isOther = this.data.label !== component.data.label;
    super.update(component);
    if (isOther) this.#want();
  }

  close() {
    super.close();
    clearInterval(this.#timer);
  }

  /** Have another picture, as a person wants. */
  #want() {
    this.#isWanted = true;
    this.feed.now();
  }

  #roll() {
    this.#seed = Math.floor(Math.random() * SEEDS);
    this.#want();
  }

  /** @param {AbortSignal} signal */
  async look(signal) {
    // A newer generator draws another picture: not while someone watches one come into being.
    const isWatched = this.#drawn && (this.#timer || this.#place < this.length);
    if (isWatched && !this.#isWanted) return;
    const [seed, known, number] = [this.#seed, this.known, this.#number].map(String);
    const query = new URLSearchParams({ seed, known, number, label: String(this.data.label ?? 0) });
    const message = await this.ask(`drawn?${query}`, { signal });
    this.#isWanted = false;
    const samples = message.bytes("samples");
    const shape = message.arrays.get("samples")?.shape.slice(1) ?? [];
    const [expected, entropy] = [message.bytes("expected"), message.floats("entropy")];
    this.#drawn = { step: message.header.step, shape, samples, expected, entropy };
    this.given.input.max = String(shape[0] - 1);
    this.saliency.draw(shape, () => [0, 0, 0, 0]);
    this.#begin(Math.min(this.known, this.length - 1));
  }

  #begin(/** @type {number} */ place) {
    this.#place = place;
    this.#run();
    this.#draw();
  }

  #run() {
    clearInterval(this.#timer);
    this.#owed = 0;
    this.#timer = setInterval(() => this.#go(), PLAY_MS);
    this.play.textContent = "Pause";
  }

  #rest() {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.play.textContent = "Play";
  }

  #toggle() {
    if (this.#timer) this.#rest();
    else if (this.#drawn) this.#begin(this.#place < this.length ? this.#place : this.known);
  }

  #stepOnce() {
    if (!this.#drawn) return;
    this.#rest();
    this.#place = Math.min(this.#place + 1, this.length);
    this.#draw();
  }

  #go() {
    this.#owed += (this.pace * PLAY_MS) / 1000;
    const steps = Math.floor(this.#owed);
    this.#owed -= steps;
    if (!steps) return;
    this.#place = Math.min(this.#place + steps, this.length);
    if (this.#place >= this.length) this.#rest();
    this.#draw();
  }

  #role(/** @type {string} */ name) {
    return channelsOf(this.data.colours[name]);
  }

  #draw() {
    if (!this.#drawn) return;
    const { shape, samples, expected } = this.#drawn;
    const channels = shape[2];
    /** @param {Uint8Array} pixels @param {number} i @param {number} opacity */
    const tint = (pixels, i, opacity) => [
      ...[0, 1, 2].map((c) => pixels[i * channels + (c % channels)]),
      opacity,
    ];
    const next = [...this.#role("generator"), 255];
    this.picture.draw(shape, (i) =>
      i < this.#place ? tint(samples, i, 255) : i === this.#place ? next : [0, 0, 0, 0],
    );
    this.expected.draw(shape, (i) => tint(expected, i, i <= this.#place ? 255 : 0));
    this.#tell();
  }

  #tell() {
    this.speed.readout.textContent = `${whole(this.pace)} px/s`;
    if (!this.#drawn) return;
    const { shape, entropy, step } = this.#drawn;
    const rows = Number(this.given.input.value);
    this.given.readout.textContent = rows ? `${rows} of ${shape[0]}` : "none";
    this.original.hidden = !rows;
    const done = entropy.subarray(rows * shape[1], this.#place);
    const total = done.reduce((sum, one) => sum + one, 0);
    this.words.textContent =
      `Pixel ${whole(this.#place)} of ${whole(this.length)}, each given all before it. ` +
      `After step ${whole(step)}.`;
    const now = entropy[Math.min(this.#place, this.length - 1)];
    this.thought.textContent =
      `The next pixel has an entropy of ${now.toFixed(2)} bits; those drawn so far had ` +
      `${total.toFixed(0)} in all. A sure pixel has 0.`;
  }

  async #look(/** @type {MouseEvent} */ { offsetX, offsetY }) {
    if (!this.#drawn) return;
    const { shape, samples } = this.#drawn;
    const { clientWidth, clientHeight } = this.expected.canvas;
    const column = Math.min(Math.floor((offsetX / clientWidth) * shape[1]), shape[1] - 1);
    const row = Math.min(Math.floor((offsetY / clientHeight) * shape[0]), shape[0] - 1);
    const place = row * shape[1] + column;
    const header = { place, label: this.data.label ?? 0 };
    const arrays = { picture: { shape, values: samples } };
    try {
      const message = await this.ask("saliency", { header, arrays });
      this.#show(shape, place, message.floats("saliency"));
      this.#complain(null);
    } catch (problem) {
      this.#complain(/** @type {Error} */ (problem));
    }
  }

  /** @param {number[]} shape @param {number} place @param {Float32Array} sizes */
  #show(shape, place, sizes) {
    const most = sizes.reduce((high, one) => Math.max(high, one), 1e-12);
    const count = sizes.filter((one) => one > 0.01 * most).length;
    const [chosen, others] = ["generator", "discriminator"].map((role) => this.#role(role));
    this.saliency.draw(shape, (i) => {
      if (i === place) return [...chosen, 255];
      const share = Math.sqrt(sizes[i] / most);
      const colour = others.map((level) => level + (255 - level) * 0.75 * share);
      return [...colour, i < place ? 40 + 215 * share : 0];
    });
    const [row, column] = [Math.floor(place / shape[1]) + 1, (place % shape[1]) + 1];
    this.seen.textContent =
      `Row ${row}, column ${column}: ${whole(count)} of the ${whole(place)} pixels before it ` +
      "matter noticeably to what is expected of it; none of those after it can.";
  }
}

/** Show it; called by Streamlit for every change of data or theme. */
export const mount = mounter(AutoregressiveView, CSS);
