/** Style mixing: the coarse layers of some samples with the fine layers of others. */

import { afterSteps, askLatent, showBlob, stepOf } from "./latent_ask.js";
import { button, CSS as SHARED_CSS, floats, saveNpy } from "./latent.js";
import { CSS as SLIDERS_CSS, Slider } from "./latent_sliders.js";
import { savePng } from "./save.js";
import { Latest } from "./together.js";
import { element, mounter } from "./view.js";

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

class MixingView {
  #key = "";

  constructor(root) {
    const complain = (sentence) => (this.problem.textContent = sentence);
    this.made = {};
    this.after = element("span", { class: "number" });
    this.problem = element("div", { class: "problem", role: "status" });
    this.ends = new Latest(root, () => this.#drawEnds(), complain);
    this.middle = new Latest(root, () => this.#drawMiddle(), complain);
    const [left, above, mixed] = ["coarse", "fine", "mixed"].map((name) =>
      element("img", { alt: "", class: name }),
    );
    Object.assign(this, { left, above, mixed });
    const corner = element("span", { class: "corner" }, "B →", element("br"), "A ↓");
    this.sheets = element("div", { class: "sheets" }, corner);
    this.sheets.append(...[above, left, mixed].map((image) => element("div", {}, image)));
    this.side = element("div", { class: "side" });
    root.append(element("div", { class: "mixing" }, this.sheets, this.side));
  }

  update(component) {
    const { data } = component;
    Object.assign(this, { component, data });
    [this.coarse, this.fine] = [floats(data.coarse), floats(data.fine)];
    this.rows = this.coarse.length / data.latent_dim;
    this.columns = this.fine.length / data.latent_dim;
    if (!this.slider) this.#lay();
    this.#key = JSON.stringify([data.coarse, data.fine]);
    this.#refresh();
  }

  #lay() {
    const { layers, crossover } = this.data;
    const most = layers.length;
    this.crossover = Math.min(most, crossover ?? Math.floor(most / 2));
    const bounds = { least: 0, most, step: 1, home: Math.floor(most / 2) };
    this.slider = new Slider(
      "Layers from A",
      bounds,
      (value) => this.#cross(value),
      () => this.component.setTriggerValue("crossover", this.crossover),
      0,
    );
    this.list = element("ul");
    this.sheets.style.gridTemplateColumns = `1fr ${this.columns}fr`;
    const save = button("Save picture", () => this.#savePicture());
    const saveZ = button("Save z", () => this.#saveZ());
    saveZ.title = "The latent vectors of A, then those of B, as rows";
    const files = element("div", { class: "row" }, save, saveZ);
    this.side.append(this.slider.root, this.list, this.after, files, this.problem);
  }

  show({ header }) {
    if (!header) return;
    this.newest = header.frames.at(-1);
    this.#refresh();
  }

  close() {
    for (const work of [this.ends, this.middle]) work.close();
    for (const { src } of [this.left, this.above, this.mixed]) if (src) URL.revokeObjectURL(src);
  }

  #cross(value) {
    this.crossover = value;
    this.#refresh();
  }

  #refresh() {
    this.slider.show(this.crossover);
    const lines = this.data.layers.map((name, number) => {
      const isCoarse = number < this.crossover;
      const line = element("li", {}, element("span", {}, name), element("b", {}, isCoarse ? "A" : "B"));
      line.classList.toggle("coarse", isCoarse);
      return line;
    });
    this.list.replaceChildren(...lines);
    if (this.newest === undefined) return;
    this.ends.want(JSON.stringify([this.newest, this.#key]));
    this.middle.want(JSON.stringify([this.newest, this.#key, this.crossover]));
  }

  async #drawEnds() {
    const [left, above] = await Promise.all([
      askLatent(this.data, "decode?columns=1", this.coarse),
      askLatent(this.data, `decode?columns=${this.columns}`, this.fine),
    ]);
    [this.made.A, this.made.B] = [stepOf(left), stepOf(above)];
    this.#tell();
    this.left.alt = `${this.rows} samples A, whose coarse layers are kept.`;
    this.above.alt = `${this.columns} samples B, whose fine layers are taken.`;
    await showBlob(this.left, await left.blob());
    await showBlob(this.above, await above.blob());
  }

  get #vectors() {
    const all = new Float32Array(this.coarse.length + this.fine.length);
    all.set(this.coarse);
    all.set(this.fine, this.coarse.length);
    return all;
  }

  async #drawMiddle() {
    const asked = `mix?rows=${this.rows}&crossover=${this.crossover}`;
    const response = await askLatent(this.data, asked, this.#vectors);
    this.made["A and B mixed"] = stepOf(response);
    this.#tell();
    this.mixed.alt = `Each sample A mixed with each sample B, ${this.crossover} layers from A.`;
    await showBlob(this.mixed, await response.blob());
  }

  #tell() {
    this.after.textContent = afterSteps(this.made);
  }

  #savePicture() {
    const { left, above, mixed } = this;
    const width = left.naturalWidth + GAP + mixed.naturalWidth;
    const height = above.naturalHeight + GAP + mixed.naturalHeight;
    const canvas = element("canvas", { width: String(width), height: String(height) });
    const pen = canvas.getContext("2d");
    pen.drawImage(above, width - above.naturalWidth, 0);
    pen.drawImage(left, 0, height - left.naturalHeight);
    pen.drawImage(mixed, width - mixed.naturalWidth, height - mixed.naturalHeight);
    const size = { width: ENLARGED * width, height: ENLARGED * height, ground: "white" };
    savePng(canvas, size, `mixed-${this.data.run_id}.png`);
  }

  #saveZ() {
    saveNpy(this.#vectors, `mixed-z-${this.data.run_id}.npy`, this.rows + this.columns);
  }
}

/** Show the mixtures; called by Streamlit for every change of data or theme. */
export const mount = mounter(MixingView, CSS);
