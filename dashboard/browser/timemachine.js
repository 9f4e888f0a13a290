/** One latent vector through all checkpoints of one run or two. */

import { CSS as SHARED_CSS } from "./latent.js";
import { fetchLatent, vectors } from "./latent_http.js";
import { CSS as PICTURES_CSS, PicturePlace, webp } from "./pictures.js";
import { CSS as SCRUBBER_CSS, Scrubber } from "./scrubber.js";
import { button, element, mounter } from "./view.js";

const STRIP = 10;
const MOST_KEPT = 200;

const CSS = `${SHARED_CSS}${PICTURES_CSS}${SCRUBBER_CSS}
.machine { display: grid; gap: 0.9rem; }
.runs { display: flex; flex-wrap: wrap; gap: 1.25rem; }
figure { display: grid; gap: 0.35rem; width: 13rem; }
figcaption { display: flex; justify-content: space-between; gap: 0.5rem; }
.picture { min-height: 8rem; background: #000; }
.strips { display: grid; gap: 0.5rem; }
.strip { display: grid; grid-template-columns: repeat(${STRIP}, 1fr); gap: 0.25rem; }
.strip button { height: auto; padding: 0.15rem; display: grid; gap: 0.1rem; font-size: 0.75rem; }
.strip .picture { width: 100%; min-height: 0; border: 0; border-radius: 0.2rem; }
`;

/**
 * @typedef {{run_id: string, title: string, steps: number[]}} Run and its checkpoints
 * @typedef {Omit<import("./latent.js").RunInfo, "run_id">} RunInfo
 * @typedef {RunInfo & {runs: Run[], z: Float32Array, label: number | null,
 *   link?: {step?: number}}} Data
 * @typedef {import("./view.js").Mounted<Data>} Component
 */

/** Pictures of the vector at the checkpoints of one run, each fetched once. */
class Checkpoints {
  /** @type {Map<number, string>} addresses of pictures that the browser holds */
  #kept = new Map();

  /** @param {Data} data @param {Run} run */
  constructor(data, run) {
    this.data = data;
    this.run = run;
  }

  /**
   * The checkpoint at or before a step; null is the newest.
   * @param {number | null} step
   * @returns {number | undefined} nothing where there is none
   */
  at(step) {
    const { steps } = this.run;
    return step === null ? steps.at(-1) : (steps.findLast((one) => one <= step) ?? steps[0]);
  }

  /** @param {number} step @param {AbortSignal} signal */
  async picture(step, signal) {
    const image = new Image();
    image.src = this.#kept.get(step) ?? (await this.#ask(step, signal));
    await image.decode();
    return image;
  }

  close() {
    for (const address of this.#kept.values()) URL.revokeObjectURL(address);
  }

  /** @param {number} step @param {AbortSignal} signal */
  async #ask(step, signal) {
    const { classes, label, z } = this.data;
    const run = { run_id: this.run.run_id, classes, label };
    const message = await fetchLatent(run, "decode", { z: vectors(z) }, { step, signal });
    // Whoever closed has let go of all that is kept.
    signal.throwIfAborted();
    const address = URL.createObjectURL(webp(message.bytes("webp")));
    for (const [oldest, old] of this.#kept) {
      if (this.#kept.size < MOST_KEPT) break;
      URL.revokeObjectURL(old);
      this.#kept.delete(oldest);
    }
    this.#kept.set(step, address);
    return address;
  }
}

/** One run: its picture at the chosen checkpoint, and a strip over all of its life. */
class Column {
  /** @param {Checkpoints} checkpoints @param {(step: number) => void} go @param {() => void} onShown */
  constructor(checkpoints, go, onShown) {
    this.checkpoints = checkpoints;
    this.caption = element("b", { class: "number" });
    this.picture = new PicturePlace(
      (step, signal) => checkpoints.picture(step, signal),
      () => {
        this.#describe();
        onShown();
      },
    );
    const title = element("span", {}, checkpoints.run.title);
    const caption = element("figcaption", {}, title, this.caption);
    this.root = element("figure", {}, this.picture.root, caption, this.picture.problem);
    const { steps } = checkpoints.run;
    const count = Math.min(STRIP, steps.length);
    this.cells = Array.from({ length: count }, (_, i) => {
      const step = steps[Math.round((i * (steps.length - 1)) / Math.max(1, count - 1))];
      const cell = button("checkpoint", "", () => go(step), { title: `Step ${step}` });
      const picture = new PicturePlace(
        (which, signal) => checkpoints.picture(which, signal),
        () => this.#fill(),
      );
      const words = element("span", { class: "number" }, step.toLocaleString("en"));
      cell.append(picture.root, words);
      return { step, cell, picture };
    });
    this.strip = element("div", { class: "strip" }, ...this.cells.map(({ cell }) => cell));
  }

  /** Have the strip's pictures one after another. */
  #fill() {
    const next = this.cells.find(({ step, picture }) => picture.shown !== step);
    next?.picture.want(next.step);
  }

  /** @param {number | null} step */
  show(step) {
    const nearest = this.checkpoints.at(step);
    if (nearest !== undefined) this.picture.want(nearest);
    this.#fill();
  }

  close() {
    for (const { picture } of [this, ...this.cells]) picture.close();
    this.checkpoints.close();
  }

  #describe() {
    const { shown, image } = this.picture;
    this.caption.textContent = `Step ${shown?.toLocaleString("en")}`;
    if (image) {
      image.alt = `The same vector after step ${shown} of ${this.checkpoints.run.title}.`;
    }
    for (const { step, cell } of this.cells) {
      cell.setAttribute("aria-pressed", String(step === shown));
    }
  }
}

class TimeMachineView {
  #key = "";
  /** @type {number[]} */
  #saved = [];
  /** @type {Column[]} */
  #columns = [];

  /** @param {HTMLElement} root @param {Component} component */
  constructor(root, { data }) {
    this.runs = element("div", { class: "runs" });
    this.strips = element("div", { class: "strips" });
    this.scrubber = new Scrubber(() => this.#refresh(), { goesOn: false, begin: data.link?.step });
    const parts = [this.runs, this.scrubber.root, this.strips];
    root.append(element("div", { class: "machine" }, ...parts));
  }

  /** @param {Component} component */
  update({ data }) {
    const key = JSON.stringify([data.runs, data.label, data.z.join()]);
    if (key === this.#key) return;
    this.#key = key;
    const steps = data.runs.flatMap((run) => run.steps);
    this.#saved = [...new Set(steps)].sort((one, other) => one - other);
    this.#end();
    this.#columns = data.runs.map((run) => {
      const go = (/** @type {number} */ step) => this.scrubber.goTo(step);
      return new Column(new Checkpoints(data, run), go, () => this.#tell());
    });
    this.runs.replaceChildren(...this.#columns.map(({ root }) => root));
    this.strips.replaceChildren(...this.#columns.map(({ strip }) => strip));
    this.#refresh();
  }

  close() {
    this.scrubber.close();
    this.#end();
  }

  #end() {
    for (const column of this.#columns) column.close();
  }

  #refresh() {
    for (const column of this.#columns) column.show(this.scrubber.step);
    this.#tell();
  }

  #tell() {
    const isReady = this.#columns.every(({ picture }) => picture.isReady);
    this.scrubber.update(this.#saved, isReady ? this.scrubber.step : undefined);
  }
}

/** Show the time machine; called by Streamlit for every change of data or theme. */
export const mount = mounter(TimeMachineView, CSS);
