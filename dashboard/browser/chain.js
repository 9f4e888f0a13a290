/** A picture that is drawn pixel by pixel, at the pace of whoever watches. */

import { unpack } from "./latent_asker.js";
import { fetchArrays } from "./arrays.js";
import { CSS as INSIDE_CSS, InsideView, part } from "./inside.js";
import { button } from "./latent.js";
import { channels as channelsOf } from "./layers.js";
import { sentenceOf } from "./live.js";
import { element, mounter } from "./view.js";

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
.part canvas.asked { cursor: crosshair; }
.chain label { display: grid; grid-template-columns: 9rem 1fr 6rem; gap: 0.6rem;
  align-items: center; max-width: 40rem; }
`;

const whole = (number) => Math.round(number).toLocaleString("en");

/** A small picture on a canvas, a colour for each pixel. */
class Cells {
  constructor(words) {
    this.canvas = element("canvas", { role: "img", "aria-label": words });
    this.pen = this.canvas.getContext("2d");
  }

  /** @param {(place: number) => number[]} colour red, green, blue and opacity of each pixel */
  draw([height, width], colour) {
    if (this.canvas.width !== width) Object.assign(this.canvas, { width, height });
    const image = this.pen.createImageData(width, height);
    for (let i = 0; i < width * height; i += 1) image.data.set(colour(i), 4 * i);
    this.pen.putImageData(image, 0, 0);
  }
}

class ChainView extends InsideView {
  #seed = 0;
  #number = 0;
  #place = 0;
  #timer = 0;
  #owed = 0;

  constructor(root) {
    super();
    this.picture = new Cells("The picture while it is drawn.");
    this.expected = new Cells("What was expected of each pixel before it was drawn.");
    this.sight = new Cells("The pixels that sway the chosen one.");
    this.expected.canvas.className = "asked";
    this.expected.canvas.onclick = (event) => this.#look(event);
    this.words = element("p", { class: "number", role: "status" });
    this.thought = element("p");
    this.seen = element("p", {}, "Click a pixel of the middle picture.");
    root.append(
      element("div", { class: "chain" }, this.#controls()),
      element(
        "div",
        { class: "inside" },
        part("Drawn so far", this.picture.canvas, this.words),
        part("What it expected of each pixel", this.expected.canvas, this.thought),
        part("What sways one pixel", this.sight.canvas, this.seen),
      ),
      this.complaint,
    );
  }

  #controls() {
    this.play = button("Pause", () => this.#toggle());
    const step = button("One pixel", () => this.#stepOnce());
    const again = button("From the start", () => this.#begin(this.known));
    const other = button("Another picture", () => this.#roll());
    this.speed = this.#slider("Pixels a second", SLOWEST, FASTEST, 7, () => this.#tell());
    this.given = this.#slider("Rows that are given", 0, 0, 0, () => this.#ask());
    this.original = button("Another to complete", () => {
      this.#number += 1;
      this.#ask();
    });
    const row = element("div", { class: "row" }, this.play, step, again, other, this.original);
    return element("div", { class: "part" }, row, this.speed.root, this.given.root);
  }

  #slider(words, min, max, value, act) {
    const attributes = { type: "range", min, max, value, "aria-label": words };
    const input = element("input", attributes);
    const told = element("span", { class: "number" });
    input.oninput = act;
    return { input, told, root: element("label", {}, element("span", {}, words), input, told) };
  }

  get known() {
    return Number(this.given.input.value) * (this.shape?.[1] ?? 0);
  }

  get pace() {
    return 2 ** Number(this.speed.input.value);
  }

  update(component) {
    const isOther = this.data && this.data.label !== component.data.label;
    super.update(component);
    if (isOther) this.#ask();
  }

  close() {
    super.close();
    clearInterval(this.#timer);
  }

  /** A newer moment draws another picture: not while someone watches one come into being. */
  async ask() {
    if (this.samples && (this.#timer || this.#place < this.length)) return;
    await this.#fetch();
  }

  #ask() {
    this.latest.complain("");
    this.#fetch().catch((problem) => this.latest.complain(sentenceOf(problem)));
  }

  #roll() {
    this.#seed = Math.floor(Math.random() * SEEDS);
    this.#ask();
  }

  async #fetch() {
    const { label } = this.data;
    const asked = { seed: this.#seed, known: this.known, number: this.#number, label: label ?? 0 };
    const response = await this.answer(`drawn?${new URLSearchParams(asked)}`);
    const { header, body } = unpack(await response.arrayBuffer());
    const [height, width, channels] = header.shape;
    const size = height * width * channels;
    this.shape = header.shape;
    this.length = height * width;
    this.samples = body.slice(0, size);
    this.means = body.slice(size, 2 * size);
    this.bits = new Float32Array(body.slice(2 * size).buffer);
    this.step = header.step;
    this.given.input.max = String(height - 1);
    this.sight.draw(this.shape, () => [0, 0, 0, 0]);
    this.#begin(Math.min(this.known, this.length - 1));
  }

  #begin(place) {
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
    this.#timer = 0;
    this.play.textContent = "Play";
  }

  #toggle() {
    if (this.#timer) this.#rest();
    else if (this.samples) this.#begin(this.#place < this.length ? this.#place : this.known);
  }

  #stepOnce() {
    if (!this.samples) return;
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

  #role(name) {
    return channelsOf(this.data.colours[name]);
  }

  #draw() {
    const channels = this.shape[2];
    const level = (pixels, i, c) => pixels[i * channels + (c % channels)];
    const tint = (pixels, i, opacity) => [...[0, 1, 2].map((c) => level(pixels, i, c)), opacity];
    const next = [...this.#role("generator"), 255];
    this.picture.draw(this.shape, (i) =>
      i < this.#place ? tint(this.samples, i, 255) : i === this.#place ? next : [0, 0, 0, 0],
    );
    this.expected.draw(this.shape, (i) => tint(this.means, i, i <= this.#place ? 255 : 0));
    this.#tell();
  }

  #tell() {
    this.speed.told.textContent = `${whole(this.pace)} px/s`;
    if (!this.samples) return;
    const rows = Number(this.given.input.value);
    this.given.told.textContent = rows ? `${rows} of ${this.shape[0]}` : "none";
    this.original.hidden = !rows;
    const done = this.bits.subarray(rows * this.shape[1], this.#place);
    const open = done.reduce((sum, one) => sum + one, 0);
    this.words.textContent =
      `Pixel ${whole(this.#place)} of ${whole(this.length)}, each given all before it. ` +
      `After step ${whole(this.step)}.`;
    const now = this.bits[Math.min(this.#place, this.length - 1)];
    this.thought.textContent =
      `The next pixel is open by ${now.toFixed(2)} bits; those drawn so far were by ` +
      `${open.toFixed(0)} in all. A sure pixel has 0.`;
  }

  async #look({ offsetX, offsetY }) {
    if (!this.samples) return;
    const { clientWidth, clientHeight } = this.expected.canvas;
    const column = Math.min(Math.floor((offsetX / clientWidth) * this.shape[1]), this.shape[1] - 1);
    const row = Math.min(Math.floor((offsetY / clientHeight) * this.shape[0]), this.shape[0] - 1);
    const place = row * this.shape[1] + column;
    const label = this.data.label ?? 0;
    try {
      const url = this.url(`sight?place=${place}&label=${label}`);
      const { arrays } = await fetchArrays(url, { method: "POST", body: this.samples });
      this.#show(place, row, column, arrays.get("sight").values);
    } catch (problem) {
      this.latest.complain(sentenceOf(problem));
    }
  }

  #show(place, row, column, sizes) {
    const most = sizes.reduce((high, one) => Math.max(high, one), 1e-12);
    const count = sizes.filter((one) => one > 0.01 * most).length;
    const [asked, seen] = ["generator", "discriminator"].map((role) => this.#role(role));
    this.sight.draw(this.shape, (i) => {
      if (i === place) return [...asked, 255];
      const share = Math.sqrt(sizes[i] / most);
      const colour = seen.map((level) => level + (255 - level) * 0.75 * share);
      return [...colour, i < place ? 40 + 215 * share : 0];
    });
    this.seen.textContent =
      `Row ${row + 1}, column ${column + 1}: ${whole(count)} of the ${whole(place)} pixels before ` +
      "it sway what is expected of it noticeably; none of those after it can.";
  }
}

/** Show the chain; called by Streamlit for every change of data or theme. */
export const mount = mounter(ChainView, CSS);
