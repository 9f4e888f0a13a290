/** Style mixing: the coarse layers of some samples with the fine layers of others. */

import { complainIn, Feed } from "./feed.js";
import { CSS as SHARED_CSS, saveNpy } from "./latent.js";
import { afterSteps, fetchLatent, vectors } from "./latent_http.js";
import { CSS as SLIDERS_CSS, Slider } from "./latent_sliders.js";
import { showWebp } from "./pictures.js";
import { savePng } from "./save.js";
import { button, element, mounter, penOf } from "./view.js";

const ENLARGED = 4;
/** Pixels between the sheets of a saved picture, before it is enlarged. */
const GAP = 4;

const CSS = `${SHARED_CSS}${SLIDERS_CSS}
.mixing { display: grid; gap: 1.5rem; grid-template-columns: minmax(16rem, 36rem) minmax(13rem, 1fr);
  align-items: start; }
.sheets { display: grid; gap: 0.5rem; }
.sheets img { display: block; width: 100%; image-rendering: pixelated; }
.sheets div { border-radius: var(--st-base-radius, 0.5rem); overflow: hidden; background: #000; }
.corner { display: grid; align-content: end; line-height: 1.25; font-size: 0.8125rem; }
.side { display: grid; gap: 0.6rem; }
ul { display: grid; gap: 0.2rem; margin: 0; padding: 0; list-style: none; }
li { display: flex; justify-content: space-between; max-width: 16rem; padding: 0.1rem 0.5rem;
  border-left: 3px solid var(--st-border-color); }
li.coarse { border-color: var(--st-primary-color); }
`;

/**
 * @typedef {object} More
 * @property {Float32Array} coarse latent vectors of A, one after another
 * @property {Float32Array} fine of B
 * @property {number} latent_dim
 * @property {string[]} layers
 * @property {number | null} crossover
 *
 * @typedef {import("./latent.js").RunInfo & More} Data
 * @typedef {import("./view.js").Mounted<Data>} Component
 */

class MixingView {
  /** @type {number | undefined} */
  #newest;
  /** @type {Record<string, number>} after which step each sheet was made */
  #made = {};

  /** @param {HTMLElement} root @param {Component} component */
  constructor(root, component) {
    const { data } = component;
    this.component = component;
    this.data = data;
    const most = data.layers.length;
    this.crossover = Math.min(most, data.crossover ?? Math.floor(most / 2));
    this.after = element("span", { class: "number" });
    this.problem = element("div", { class: "problem", role: "status" });
    this.ends = new Feed(root, (signal) => this.#drawEnds(signal), {
      tell: complainIn(this.problem),
    });
    this.middle = new Feed(root, (signal) => this.#drawMiddle(signal), {
      tell: complainIn(this.problem),
    });
    this.left = element("img", { alt: "", class: "coarse" });
    this.above = element("img", { alt: "", class: "fine" });
    this.mixed = element("img", { alt: "", class: "mixed" });
    const corner = element("span", { class: "corner" }, "B →", element("br"), "A ↓");
    const images = [this.above, this.left, this.mixed].map((one) => element("div", {}, one));
    const sheets = element("div", { class: "sheets" }, corner, ...images);
    sheets.style.gridTemplateColumns = `1fr ${data.fine.length / data.latent_dim}fr`;
    this.slider = new Slider(
      "crossover",
      "Layers from A",
      { least: 0, most, step: 1, home: Math.floor(most / 2) },
      (value) => this.#cross(value),
      () => this.component.setTriggerValue("crossover", this.crossover),
      0,
    );
    this.list = element("ul");
    const side = element("div", { class: "side" }, this.slider.root, this.list, this.after);
    side.append(this.#files(), this.problem);
    root.append(element("div", { class: "mixing" }, sheets, side));
  }

  #files() {
    const save = button("save_picture", "Save picture", () => this.#savePicture());
    const title = "The latent vectors of A, then those of B, as rows";
    const saveZ = button("save_z", "Save z", () => this.#saveZ(), { title });
    return element("div", { class: "row" }, save, saveZ);
  }

  /** @param {Component} component */
  update(component) {
    this.component = component;
    this.data = component.data;
    this.#refresh();
  }

  get #rows() {
    return this.data.coarse.length / this.data.latent_dim;
  }

  get #columns() {
    return this.data.fine.length / this.data.latent_dim;
  }

  /** @param {import("./live.js").News} news */
  show({ header }) {
    if (!header) return;
    this.#newest = header.frames.at(-1);
    this.#refresh();
  }

  close() {
    this.ends.close();
    this.middle.close();
    for (const { src } of [this.left, this.above, this.mixed]) URL.revokeObjectURL(src);
  }

  #cross(/** @type {number} */ value) {
    this.crossover = value;
    this.#refresh();
  }

  #refresh() {
    this.slider.show(this.crossover);
    const lines = this.data.layers.map((name, number) => {
      const isCoarse = number < this.crossover;
      const letter = element("b", {}, isCoarse ? "A" : "B");
      return element("li", { class: isCoarse ? "coarse" : "" }, element("span", {}, name), letter);
    });
    this.list.replaceChildren(...lines);
    if (this.#newest === undefined) return;
    const { coarse, fine } = this.data;
    const key = JSON.stringify([this.#newest, coarse.join(), fine.join()]);
    this.ends.want(key);
    this.middle.want(key + this.crossover);
  }

  get #run() {
    return { ...this.data, label: null };
  }

  /** @param {AbortSignal} signal */
  async #drawEnds(signal) {
    const [rows, columns] = [this.#rows, this.#columns];
    const { coarse, fine } = this.data;
    const [left, above] = await Promise.all([
      fetchLatent(this.#run, "decode", { z: vectors(coarse, rows) }, { signal, columns: 1 }),
      fetchLatent(this.#run, "decode", { z: vectors(fine, columns) }, { signal, columns }),
    ]);
    this.#made.A = left.header.step;
    this.#made.B = above.header.step;
    this.#tell();
    this.left.alt = `${rows} samples A, whose coarse layers are kept.`;
    this.above.alt = `${columns} samples B, whose fine layers are taken.`;
    await showWebp(this.left, left.bytes("webp"));
    await showWebp(this.above, above.bytes("webp"));
  }

  /** @param {AbortSignal} signal */
  async #drawMiddle(signal) {
    const { crossover } = this;
    const { coarse, fine } = this.data;
    const arrays = { coarse: vectors(coarse, this.#rows), fine: vectors(fine, this.#columns) };
    const message = await fetchLatent(this.#run, "mix", arrays, { signal, crossover });
    this.#made["A and B mixed"] = message.header.step;
    this.#tell();
    this.mixed.alt = `Each sample A mixed with each sample B, ${crossover} layers from A.`;
    await showWebp(this.mixed, message.bytes("webp"));
  }

  #tell() {
    this.after.textContent = afterSteps(this.#made);
  }

  #savePicture() {
    const { left, above, mixed } = this;
    const width = left.naturalWidth + GAP + mixed.naturalWidth;
    const height = above.naturalHeight + GAP + mixed.naturalHeight;
    const canvas = element("canvas", { width: String(width), height: String(height) });
    const pen = penOf(canvas);
    pen.drawImage(above, width - above.naturalWidth, 0);
    pen.drawImage(left, 0, height - left.naturalHeight);
    pen.drawImage(mixed, width - mixed.naturalWidth, height - mixed.naturalHeight);
    const size = { width: ENLARGED * width, height: ENLARGED * height, ground: "white" };
    savePng(canvas, size, `mixed-${this.data.run_id}.png`);
  }

  #saveZ() {
    const { coarse, fine, run_id } = this.data;
    const z = Float32Array.from([...coarse, ...fine]);
    saveNpy(z, `mixed-z-${run_id}.npy`, this.#rows + this.#columns);
  }
}

/** Show the mixtures; called by Streamlit for every change of data or theme. */
export const mount = mounter(MixingView, CSS);
