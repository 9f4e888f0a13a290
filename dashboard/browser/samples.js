/** A sheet of samples to pick from: A - B + C, or what sets some of them apart from others. */

import { afterSteps, askLatent, showBlob, stepOf } from "./latent_ask.js";
import { button, CSS as SHARED_CSS, floats } from "./latent.js";
import { Latest } from "./together.js";
import { element, mounter } from "./view.js";

const COLUMNS = 8;
const STEPS = [-3, -2, -1, 0, 1, 2, 3];
const MODES = { arithmetic: "A − B + C", apart: "What sets them apart" };
const HINTS = {
  arithmetic: "Click three samples: A, then B, then C. What B has is taken from A, what C has is added.",
  apart: "Click samples that have something in common (once: yes), and some that lack it (twice: no).",
};
const LETTERS = ["A", "B", "C"];
const VOTES = ["", "yes", "no"];

const CSS = `${SHARED_CSS}
.samples { display: grid; gap: 1.25rem; grid-template-columns: minmax(18rem, 1.2fr) 1fr;
  align-items: start; }
.sheet { position: relative; border-radius: var(--st-base-radius, 0.5rem); overflow: hidden; }
.sheet img, .result img { display: block; width: 100%; image-rendering: pixelated; }
.cells { position: absolute; inset: 0; display: grid;
  grid-template-columns: repeat(${COLUMNS}, 1fr); grid-auto-rows: 1fr; }
.cells button { height: auto; padding: 0; border: 2px solid transparent; border-radius: 0;
  display: grid; place-items: start; }
.cells button:hover, .cells button.on { border-color: var(--st-primary-color); }
.cells button.no { border-color: #2f86d6; }
.cells span { font-weight: 700; font-size: 0.75rem; line-height: 1.1rem; padding: 0 0.3rem;
  color: white; background: var(--st-primary-color); }
.cells .no span { background: #2f86d6; }
.cells span:empty { display: none; }
.side { display: grid; gap: 0.6rem; align-content: start; }
.modes button[aria-pressed="true"] { border-color: var(--st-primary-color);
  color: var(--st-primary-color); font-weight: 600; }
.result { display: grid; gap: 0.3rem; }
.result .picture { border-radius: var(--st-base-radius, 0.5rem); overflow: hidden; }
.under { display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; text-align: center; }
input.name { height: 2rem; padding: 0 0.6rem; font: inherit; color: inherit; min-width: 8rem;
  background: var(--st-background-color); border-radius: var(--st-button-radius, 0.5rem);
  border: 1px solid var(--st-widget-border-color, var(--st-border-color)); }
`;

class SamplesView {
  #key = "";

  constructor(root) {
    this.mode = "arithmetic";
    this.picked = [];
    this.votes = [];
    const complain = (sentence) => (this.problem.textContent = sentence);
    this.sheetWork = new Latest(root, () => this.#drawSheet(), complain);
    this.resultWork = new Latest(root, () => this.#drawResult(), complain);
    this.sheet = element("img");
    this.cells = element("div", { class: "cells" });
    this.modes = element("div", { class: "row modes", role: "group", "aria-label": "What to do" });
    this.modes.append(...Object.keys(MODES).map((mode) => this.#modeButton(mode)));
    this.hint = element("div");
    this.picture = element("img");
    this.under = element("div", { class: "under number" });
    const picture = element("div", { class: "picture" }, this.picture);
    this.result = element("div", { class: "result", hidden: "" }, picture, this.under);
    this.name = element("input", { class: "name", maxlength: "40", "aria-label": "Its name" });
    this.name.placeholder = "Name of this direction";
    this.keep = button("Save the direction", () => this.#save(), "keep");
    this.name.oninput = () => (this.keep.disabled = !this.name.value.trim());
    this.saving = element("div", { class: "row", hidden: "" }, this.name, this.keep);
    this.clear = button("Clear", () => this.#forget());
    this.made = {};
    this.after = element("span", { class: "number" });
    this.problem = element("div", { class: "problem", role: "status" });
    const left = element("div", { class: "sheet" }, this.sheet, this.cells);
    const side = element("div", { class: "side" }, this.modes, this.hint, this.result, this.saving);
    side.append(element("div", { class: "row" }, this.clear, this.after), this.problem);
    root.append(element("div", { class: "samples" }, left, side));
  }

  #modeButton(mode) {
    const made = button(MODES[mode], () => {
      this.mode = mode;
      this.#refresh();
    });
    made.dataset.mode = mode;
    return made;
  }

  update(component) {
    const { data } = component;
    Object.assign(this, { component, data });
    this.z = floats(data.z);
    this.size = data.latent_dim;
    this.count = this.z.length / this.size;
    const key = JSON.stringify([data.z, data.label]);
    if (key !== this.#key) {
      this.#key = key;
      this.#lay();
    }
    this.#refresh();
  }

  show({ header }) {
    if (!header) return;
    this.newest = header.frames.at(-1);
    this.#refresh();
  }

  close() {
    for (const work of [this.sheetWork, this.resultWork]) work.close();
  }

  #lay() {
    this.picked = [];
    this.votes = new Array(this.count).fill(0);
    const buttons = this.votes.map((_, i) => {
      const button = element("button", { type: "button" }, element("span"));
      button.onclick = () => this.#click(i);
      return button;
    });
    this.cells.replaceChildren(...buttons);
  }

  #click(i) {
    if (this.mode === "arithmetic") {
      if (this.picked.length === LETTERS.length) this.picked = [];
      this.picked.push(i);
    } else this.votes[i] = (this.votes[i] + 1) % VOTES.length;
    this.#refresh();
  }

  #forget() {
    if (this.mode === "arithmetic") this.picked = [];
    else this.votes.fill(0);
    this.#refresh();
  }

  #mark(i) {
    if (this.mode === "apart") return VOTES[this.votes[i]];
    return LETTERS.filter((_, place) => this.picked[place] === i).join("");
  }

  #refresh() {
    for (const button of this.modes.children) {
      button.setAttribute("aria-pressed", String(button.dataset.mode === this.mode));
    }
    this.hint.textContent = HINTS[this.mode];
    [...this.cells.children].forEach((button, i) => {
      const mark = this.#mark(i);
      button.firstChild.textContent = mark;
      button.className = mark === "no" ? "no" : mark ? "on" : "";
      button.setAttribute("aria-label", `Sample ${i + 1}${mark ? `: ${mark}` : ""}`);
    });
    const vectors = this.#vectors;
    this.result.hidden = !vectors;
    this.saving.hidden = this.mode !== "apart" || !vectors;
    this.keep.disabled = !this.name.value.trim();
    this.#tell();
    if (this.newest === undefined) return;
    this.sheetWork.want(JSON.stringify([this.newest, this.#key]));
    if (vectors) this.resultWork.want(JSON.stringify([this.newest, this.mode, ...vectors]));
  }

  #vector(i) {
    return this.z.subarray(i * this.size, (i + 1) * this.size);
  }

  /** The numbers to draw below: A, B, C and what comes of them, or steps along the direction. */
  get #vectors() {
    if (this.mode === "apart") {
      const way = this.#direction;
      if (!way) return null;
      const start = this.#vector(0);
      return STEPS.flatMap((step) => Array.from(way, (number, k) => start[k] + step * number));
    }
    if (this.picked.length < LETTERS.length) return null;
    const [a, b, c] = this.picked.map((i) => this.#vector(i));
    const sum = Array.from(a, (number, k) => number - b[k] + c[k]);
    return [...a, ...b, ...c, ...sum];
  }

  /** From the mean of the samples without it to the mean of those with it, of length 1. */
  get #direction() {
    const mean = (vote) => {
      const chosen = this.votes.flatMap((one, i) => (one === vote ? [this.#vector(i)] : []));
      const sum = new Array(this.size).fill(0);
      for (const vector of chosen) vector.forEach((number, k) => (sum[k] += number / chosen.length));
      return chosen.length ? sum : null;
    };
    const [yes, no] = [mean(1), mean(2)];
    if (!yes || !no) return null;
    const way = yes.map((number, k) => number - no[k]);
    const length = Math.hypot(...way);
    return length ? way.map((number) => number / length) : null;
  }

  async #drawSheet() {
    const response = await askLatent(this.data, `decode?columns=${COLUMNS}`, this.z);
    this.made.Samples = stepOf(response);
    this.#tell();
    this.sheet.alt = `${this.count} samples to pick from.`;
    await showBlob(this.sheet, await response.blob());
  }

  async #drawResult() {
    const vectors = this.#vectors;
    if (!vectors) return;
    const z = Float32Array.from(vectors);
    const response = await askLatent(this.data, `decode?columns=${z.length / this.size}`, z);
    this.made["What comes of them"] = stepOf(response);
    this.#tell();
    const isSum = this.mode === "arithmetic";
    const words = isSum ? [...LETTERS, "A − B + C"] : STEPS.map((step) => (step > 0 ? `+${step}` : `${step}`));
    this.under.replaceChildren(...words.map((word) => element("span", {}, word)));
    this.picture.alt = isSum ? "A, B, C, and A minus B plus C." : "Sample 1 moved along the direction.";
    await showBlob(this.picture, await response.blob());
  }

  #tell() {
    const { Samples } = this.made;
    if (Samples !== undefined) {
      this.after.textContent = afterSteps(this.result.hidden ? { Samples } : this.made);
    }
  }

  #save() {
    const vector = this.#direction;
    if (vector) this.component.setTriggerValue("kept", { name: this.name.value.trim(), vector });
    this.name.value = "";
    this.keep.disabled = true;
  }
}

/** Show the samples; called by Streamlit for every change of data or theme. */
export const mount = mounter(SamplesView, CSS);
