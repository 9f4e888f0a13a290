/** A sheet of samples to pick from: A - B + C, or what sets some of them apart from others. */

import { complainIn, Feed } from "./feed.js";
import { CSS as SHARED_CSS } from "./latent.js";
import { afterSteps, fetchLatent, vectors } from "./latent_http.js";
import { showWebp } from "./pictures.js";
import { button, element, mounter } from "./view.js";

const COLUMNS = 8;
const STEPS = [-3, -2, -1, 0, 1, 2, 3];
/** @typedef {"arithmetic" | "apart"} Mode */
/** @type {Record<Mode, string>} */
const MODES = { arithmetic: "A − B + C", apart: "What sets them apart" };
/** @type {Record<Mode, string>} */
const HINTS = {
  arithmetic:
    "Click three samples: A, then B, then C. What B has is taken from A, what C has is added.",
  apart:
    "Click samples that have something in common (once: yes), and some that lack it (twice: no).",
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
.result { display: grid; gap: 0.3rem; }
.result .picture { border-radius: var(--st-base-radius, 0.5rem); overflow: hidden; }
.under { display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; text-align: center; }
input.name { height: 2rem; padding: 0 0.6rem; font: inherit; color: inherit; min-width: 8rem;
  background: var(--st-background-color); border-radius: var(--st-button-radius, 0.5rem);
  border: 1px solid var(--st-widget-border-color, var(--st-border-color)); }
`;

/**
 * @typedef {{z: Float32Array, latent_dim: number, label: number | null}} More
 * @typedef {import("./latent.js").RunInfo & More} Data
 * @typedef {import("./view.js").Mounted<Data>} Component
 */

class SamplesView {
  #key = "";
  /** @type {number | undefined} */
  #newest;
  /** @type {Record<string, number>} after which step things were made */
  #made = {};
  /** @type {Mode} */
  #mode = "arithmetic";
  /** @type {number[]} places of A, B and C */
  #picked = [];
  /** @type {number[]} for each sample, its place among the votes */
  #votes = [];
  /** @type {{button: HTMLButtonElement, mark: HTMLElement}[]} */
  #cells = [];

  /** @param {HTMLElement} root @param {Component} component */
  constructor(root, component) {
    this.component = component;
    this.data = component.data;
    this.problem = element("div", { class: "problem", role: "status" });
    this.sheetFeed = new Feed(root, (signal) => this.#drawSheet(signal), {
      tell: complainIn(this.problem),
    });
    this.resultFeed = new Feed(root, (signal) => this.#drawResult(signal), {
      tell: complainIn(this.problem),
    });
    this.sheet = element("img");
    this.cells = element("div", { class: "cells" });
    this.modes = /** @type {Mode[]} */ (Object.keys(MODES)).map((mode) =>
      button(`mode.${mode}`, MODES[mode], () => this.#setMode(mode), { "data-mode": mode }),
    );
    this.hint = element("div");
    this.picture = element("img");
    this.under = element("div", { class: "under number" });
    const picture = element("div", { class: "picture" }, this.picture);
    this.result = element("div", { class: "result", hidden: "" }, picture, this.under);
    this.name = element("input", { class: "name", maxlength: "40", "aria-label": "Its name" });
    this.name.dataset.control = "name";
    this.name.placeholder = "Name of this direction";
    this.keep = button("keep", "Save the direction", () => this.#save(), { class: "keep" });
    this.name.oninput = () => this.#offerKeep();
    this.saving = element("div", { class: "row", hidden: "" }, this.name, this.keep);
    this.after = element("span", { class: "number" });
    root.append(element("div", { class: "samples" }, ...this.#lay()));
  }

  #lay() {
    const group = { class: "row modes", role: "group", "aria-label": "What to do" };
    const modes = element("div", group, ...this.modes);
    const clear = button("clear", "Clear", () => this.#forget());
    const left = element("div", { class: "sheet" }, this.sheet, this.cells);
    const side = element("div", { class: "side" }, modes, this.hint, this.result, this.saving);
    side.append(element("div", { class: "row" }, clear, this.after), this.problem);
    return [left, side];
  }

  /** @param {Component} component */
  update(component) {
    const { data } = component;
    this.component = component;
    this.data = data;
    const key = JSON.stringify([data.z.join(), data.label]);
    if (key !== this.#key) this.#fill();
    this.#key = key;
    this.#refresh();
  }

  /** @param {import("./live.js").News} news */
  show({ header }) {
    if (!header) return;
    this.#newest = header.frames.at(-1);
    this.#refresh();
  }

  close() {
    this.sheetFeed.close();
    this.resultFeed.close();
    for (const { src } of [this.sheet, this.picture]) URL.revokeObjectURL(src);
  }

  get #count() {
    return this.data.z.length / this.data.latent_dim;
  }

  /** Other samples are to be picked from. */
  #fill() {
    this.#picked = [];
    this.#votes = new Array(this.#count).fill(0);
    this.#cells = this.#votes.map((_, i) => {
      const mark = element("span");
      const cell = button(`sample.${i + 1}`, "", () => this.#click(i));
      cell.append(mark);
      return { button: cell, mark };
    });
    this.cells.replaceChildren(...this.#cells.map((cell) => cell.button));
  }

  #setMode(/** @type {Mode} */ mode) {
    this.#mode = mode;
    this.#refresh();
  }

  #click(/** @type {number} */ i) {
    if (this.#mode === "arithmetic") {
      if (this.#picked.length === LETTERS.length) this.#picked = [];
      this.#picked.push(i);
    } else this.#votes[i] = (this.#votes[i] + 1) % VOTES.length;
    this.#refresh();
  }

  #forget() {
    if (this.#mode === "arithmetic") this.#picked = [];
    else this.#votes.fill(0);
    this.#refresh();
  }

  #mark(/** @type {number} */ i) {
    if (this.#mode === "apart") return VOTES[this.#votes[i]];
    return LETTERS.filter((_, place) => this.#picked[place] === i).join("");
  }

  #refresh() {
    for (const one of this.modes) {
      one.setAttribute("aria-pressed", String(one.dataset.mode === this.#mode));
    }
    this.hint.textContent = HINTS[this.#mode];
    for (const [i, cell] of this.#cells.entries()) {
      const mark = this.#mark(i);
      cell.mark.textContent = mark;
      cell.button.className = mark === "no" ? "no" : mark ? "on" : "";
      cell.button.setAttribute("aria-label", `Sample ${i + 1}${mark ? `: ${mark}` : ""}`);
    }
    const chosen = this.#vectors;
    this.result.hidden = !chosen;
    this.saving.hidden = this.#mode !== "apart" || !chosen;
    this.#offerKeep();
    this.#tell();
    if (this.#newest === undefined) return;
    this.sheetFeed.want(JSON.stringify([this.#newest, this.#key]));
    if (chosen) this.resultFeed.want(JSON.stringify([this.#newest, this.#mode, ...chosen]));
    else this.resultFeed.forget();
  }

  #offerKeep() {
    this.keep.disabled = !this.name.value.trim();
  }

  #vector(/** @type {number} */ i) {
    const size = this.data.latent_dim;
    return this.data.z.subarray(i * size, (i + 1) * size);
  }

  /** The numbers to draw below: A, B, C and what comes of them, or steps along the direction. */
  get #vectors() {
    if (this.#mode === "apart") {
      const way = this.#direction;
      if (!way) return null;
      const start = this.#vector(0);
      return STEPS.flatMap((step) => Array.from(way, (number, k) => start[k] + step * number));
    }
    if (this.#picked.length < LETTERS.length) return null;
    const [a, b, c] = this.#picked.map((i) => this.#vector(i));
    const sum = Array.from(a, (number, k) => number - b[k] + c[k]);
    return [...a, ...b, ...c, ...sum];
  }

  /** The mean of the samples with this vote. */
  #mean(/** @type {number} */ vote) {
    const chosen = this.#votes.flatMap((one, i) => (one === vote ? [this.#vector(i)] : []));
    const mean = (/** @type {number} */ k) =>
      chosen.reduce((sum, vector) => sum + vector[k] / chosen.length, 0);
    return chosen.length ? Array.from({ length: this.data.latent_dim }, (_, k) => mean(k)) : null;
  }

  /** From the mean of the samples without it to the mean of those with it, of length 1. */
  get #direction() {
    const [yes, no] = [this.#mean(1), this.#mean(2)];
    if (!yes || !no) return null;
    const way = yes.map((number, k) => number - no[k]);
    const length = Math.hypot(...way);
    return length ? way.map((number) => number / length) : null;
  }

  /** @param {AbortSignal} signal */
  async #drawSheet(signal) {
    const z = vectors(this.data.z, this.#count);
    const message = await fetchLatent(this.data, "decode", { z }, { signal, columns: COLUMNS });
    this.#made.Samples = message.header.step;
    this.#tell();
    this.sheet.alt = `${this.#count} samples to pick from.`;
    await showWebp(this.sheet, message.bytes("webp"));
  }

  /** @param {AbortSignal} signal */
  async #drawResult(signal) {
    const chosen = this.#vectors;
    if (!chosen) return;
    const columns = chosen.length / this.data.latent_dim;
    const z = vectors(Float32Array.from(chosen), columns);
    const message = await fetchLatent(this.data, "decode", { z }, { signal, columns });
    this.#made["What comes of them"] = message.header.step;
    this.#tell();
    const isSum = this.#mode === "arithmetic";
    const words = isSum
      ? [...LETTERS, "A − B + C"]
      : STEPS.map((step) => (step > 0 ? `+${step}` : `${step}`));
    this.under.replaceChildren(...words.map((word) => element("span", {}, word)));
    this.picture.alt = isSum
      ? "A, B, C, and A minus B plus C."
      : "Sample 1 moved along the direction.";
    await showWebp(this.picture, message.bytes("webp"));
  }

  #tell() {
    const { Samples } = this.#made;
    if (Samples === undefined) return;
    this.after.textContent = afterSteps(this.result.hidden ? { Samples } : this.#made);
  }

  #save() {
    const vector = this.#direction;
    if (vector) this.component.setTriggerValue("kept", { name: this.name.value.trim(), vector });
    this.name.value = "";
    this.#offerKeep();
  }
}

/** Show the samples; called by Streamlit for every change of data or theme. */
export const mount = mounter(SamplesView, CSS);
