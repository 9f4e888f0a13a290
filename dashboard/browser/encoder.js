/** A model with an encoder: what comes back of pictures, where they lie in latent space, at what KL
 * divergence. */

import { CSS as INSIDE_CSS, InsideView, part } from "./inside.js";
import { afterSteps } from "./latent_http.js";
import { showWebp } from "./pictures.js";
import { element, mounter, penOf } from "./view.js";

const REACH = 3.5;
const RATIO = 2;
const SIDE = 340;
const LETTERS = 2;
const HUES = 1.618;

const CSS = `${INSIDE_CSS}
.inside { grid-template-columns: minmax(0, 21rem) minmax(0, 1fr); margin-top: 0; }
.inside > .part:first-child { grid-column: 1 / -1; }
@container (max-width: 480px) { .inside { grid-template-columns: minmax(0, 1fr); } }
.map canvas { width: 100%; aspect-ratio: 1; border: 1px solid var(--st-border-color);
  border-radius: var(--st-base-radius, 0.5rem); }
.bars { display: grid; gap: 2px; max-height: 18rem; overflow-y: auto; }
.bars div { display: grid; grid-template-columns: 3rem 1fr 3rem; gap: 0.4rem; align-items: center;
  font-size: 0.75rem; font-variant-numeric: tabular-nums; }
.bars i { display: block; height: 0.6rem; border-radius: 0.2rem; background: var(--kl); }
`;

/**
 * @typedef {import("./view.js").Mounted<import("./inside.js").Data>} Component
 * @typedef {import("./wire.js").Field} Field
 * @typedef {{classes: string[], mean: Field, labels: Float32Array, kl: Float32Array}} Found
 */

/**
 * A colour for each class, as far from its neighbours as may be, bright on dark ground.
 * @param {number} label @param {boolean} isDark
 */
function colourOf(label, isDark) {
  return `hsl(${(360 * label * HUES) % 360} 75% ${isDark ? 68 : 36}%)`;
}

/** The numbers of z in the order of their KL divergence, the largest first. */
function byKl(/** @type {Float32Array} */ kl) {
  return Array.from(kl, (_, i) => i).sort((one, other) => kl[other] - kl[one]);
}

/** @extends {InsideView<import("./inside.js").Data>} */
class EncoderView extends InsideView {
  /** @type {Found | null} */
  #found = null;

  /** @param {HTMLElement} root @param {Component} component */
  constructor(root, component) {
    super(root, component);
    this.root = root;
    this.image = element("img");
    const side = String(SIDE * RATIO);
    this.canvas = element("canvas", { role: "img", width: side, height: side });
    this.bars = element("div", { class: "bars", tabindex: "0" });
    this.origin = element("p");
    this.words = element("p", { class: "number" });
    this.axes = element("p");
    this.spent = element("p", { class: "number" });
    const map = element("div", { class: "map" }, this.canvas);
    root.append(
      element(
        "div",
        { class: "inside" },
        part("There and back: x → z → x", this.image, this.origin, this.words),
        part("Where they lie in latent space", map, this.axes),
        part("What each number of z tells", this.bars, this.spent),
      ),
      this.complaint,
    );
  }

  /** @param {Component} component */
  update(component) {
    super.update(component);
    this.root.style.setProperty("--kl", this.data.colours.discriminator);
    if (this.#found) this.#drawMap(this.#found);
  }

  /** @param {AbortSignal} signal */
  async look(signal) {
    const back = await this.ask("back", { signal });
    const encoded = await this.ask("encoded", { signal });
    const { step, classes } = encoded.header;
    const [mean, labels, kl] = [
      encoded.field("mean"),
      encoded.floats("labels"),
      encoded.floats("kl"),
    ];
    this.#found = { classes, mean, labels, kl };
    const kind = back.header.are_held_out ? "held-out pictures" : "training pictures";
    this.image.alt = `First row: ${kind}. Second row: what comes back of each.`;
    const learnt = back.header.are_held_out
      ? "Pictures that no run learnt from,"
      : "Training pictures, as none are held out,";
    this.origin.textContent = `${learnt} and below each what comes back through z.`;
    await showWebp(this.image, back.bytes("webp"));
    this.words.textContent = afterSteps({ Pictures: back.header.step, "Places in z": step });
    this.#drawMap(this.#found);
    this.#drawBars(kl);
  }

  /** @param {Found} found */
  #drawMap({ classes, mean, labels, kl }) {
    const [rows, columns] = mean.shape;
    const largest = byKl(kl).slice(0, 2);
    const [across, second] = [Math.min(...largest), Math.max(...largest)];
    const pen = penOf(this.canvas);
    const side = this.canvas.width;
    const place = (/** @type {number} */ value) => ((value / REACH + 1) / 2) * side;
    const ink = getComputedStyle(this.root).color;
    pen.clearRect(0, 0, side, side);
    this.#drawPrior(pen, place, ink);
    pen.font = `600 ${11 * RATIO}px sans-serif`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    const isDark = isBright(ink);
    for (let i = 0; i < rows; i += 1) {
      const label = labels[i];
      pen.fillStyle = colourOf(label, isDark);
      const word = classes[label]?.slice(0, LETTERS) ?? "•";
      const [x, y] = [across, second].map((k) => mean.values[i * columns + k]);
      pen.fillText(word, place(x), place(-y));
    }
    const names = `z${across + 1} to the right, z${second + 1} upwards`;
    this.axes.textContent =
      `The means of ${rows} pictures, named by their class; the circles hold 39 % and 86 % of ` +
      `the prior. The two numbers that tell most: ${names}.`;
    this.canvas.setAttribute("aria-label", `Scatter of z of ${rows} pictures: ${names}.`);
  }

  /**
   * @param {CanvasRenderingContext2D} pen @param {(value: number) => number} place
   * @param {string} ink
   */
  #drawPrior(pen, place, ink) {
    pen.strokeStyle = ink;
    pen.globalAlpha = 0.45;
    pen.lineWidth = RATIO;
    for (const radius of [1, 2]) {
      pen.beginPath();
      pen.arc(place(0), place(0), place(radius) - place(0), 0, 2 * Math.PI);
      pen.stroke();
    }
    pen.globalAlpha = 1;
  }

  #drawBars(/** @type {Float32Array} */ kl) {
    const most = Math.max(...kl, 0.01);
    const rows = byKl(kl).map((k) => {
      const bar = element("i", { style: `width: ${(100 * kl[k]) / most}%` });
      const value = element("span", {}, kl[k].toFixed(2));
      return element("div", {}, element("span", {}, `z${k + 1}`), bar, value);
    });
    this.bars.replaceChildren(...rows);
    const total = kl.reduce((sum, one) => sum + one, 0);
    const active = kl.filter((one) => one > 0.01).length;
    this.bars.setAttribute("aria-label", `${active} of ${kl.length} numbers of z are used.`);
    this.spent.textContent =
      `Mean KL to the prior in nats, ${total.toFixed(1)} in all. ${active} of ${kl.length} ` +
      "numbers are used (over 0.01): the rest say nothing of the picture.";
  }
}

/** Whether a computed "rgb(…)" colour is a bright one: the ground is dark then. */
function isBright(/** @type {string} */ colour) {
  const [r, g, b] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return 0.3 * r + 0.59 * g + 0.11 * b > 128;
}

/** Show what the encoder does; called by Streamlit for every change of data or theme. */
export const mount = mounter(EncoderView, CSS);
