/** One latent vector through all saved moments of one run or two. */

import { askLatent, showBlob } from "./latent_ask.js";
import { CSS as SHARED_CSS, floats } from "./latent.js";
import { CSS as TIMELINE_CSS, Timeline } from "./plane_timeline.js";
import { Latest } from "./together.js";
import { element, mounter } from "./view.js";

const STRIP = 10;
const MOST_KEPT = 200;

const CSS = `${SHARED_CSS}${TIMELINE_CSS}
.machine { display: grid; gap: 0.9rem; }
.runs { display: flex; flex-wrap: wrap; gap: 1.25rem; }
figure { display: grid; gap: 0.35rem; margin: 0; width: 13rem; }
figcaption { display: flex; justify-content: space-between; gap: 0.5rem; }
figcaption b { font-weight: 600; }
.sample { min-height: 8rem; }
.strips { display: grid; gap: 0.5rem; }
.strip { display: grid; grid-template-columns: repeat(${STRIP}, 1fr); gap: 0.25rem; }
.strip button { height: auto; padding: 0.15rem; display: grid; gap: 0.1rem; font-size: 0.75rem; }
.strip button[aria-pressed="true"] { border-color: var(--st-primary-color); }
.strip img { display: block; width: 100%; image-rendering: pixelated; border-radius: 0.2rem; }
`;

/** Pictures of the vector at moments of one run, each fetched once. */
class Moments {
  #kept = new Map();

  constructor(data, run) {
    Object.assign(this, { data: { ...data, run_id: run.run_id }, run });
    this.z = floats(data.z);
  }

  /** The saved moment at or before a step; null when there is none. */
  at(step) {
    if (step === null) return this.run.steps.at(-1) ?? null;
    return this.run.steps.findLast((one) => one <= step) ?? this.run.steps[0] ?? null;
  }

  async picture(step) {
    if (!this.#kept.has(step)) {
      if (this.#kept.size >= MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value);
      const response = await askLatent(this.data, `decode?step=${step}`, this.z);
      this.#kept.set(step, await response.blob());
    }
    return this.#kept.get(step);
  }
}

/** One run: its picture at the chosen moment, and a strip over all of its life. */
class Column {
  constructor(owner, moments, go, complain) {
    this.moments = moments;
    this.image = element("img");
    this.caption = element("b", { class: "number" });
    const title = element("span", {}, moments.run.title);
    const figcaption = element("figcaption", {}, title, this.caption);
    this.root = element("figure", {}, element("div", { class: "sample" }, this.image), figcaption);
    this.strip = element("div", { class: "strip" });
    this.latest = new Latest(owner, () => this.#draw(), complain);
    this.filling = new Latest(owner, () => this.#fill(), complain);
    this.go = go;
    this.#lay();
  }

  #lay() {
    const { steps } = this.moments.run;
    const count = Math.min(STRIP, steps.length);
    const chosen = Array.from({ length: count }, (_, i) =>
      steps[Math.round((i * (steps.length - 1)) / Math.max(1, count - 1))],
    );
    this.cells = chosen.map((step) => {
      const image = element("img", { alt: "" });
      const words = element("span", { class: "number" }, step.toLocaleString("en"));
      const cell = element("button", { type: "button", title: `Step ${step}` }, image, words);
      cell.onclick = () => this.go(step);
      return { step, cell, image };
    });
    this.strip.replaceChildren(...this.cells.map(({ cell }) => cell));
    this.filling.want("all");
  }

  close() {
    for (const work of [this.latest, this.filling]) work.close();
  }

  async #fill() {
    for (const { step, image } of this.cells) {
      await showBlob(image, await this.moments.picture(step));
    }
  }

  show(step) {
    this.wanted = this.moments.at(step);
    if (this.wanted !== null) this.latest.want(String(this.wanted));
  }

  get isReady() {
    return this.shown === this.wanted;
  }

  async #draw() {
    const step = this.wanted;
    await showBlob(this.image, await this.moments.picture(step));
    this.shown = step;
    this.caption.textContent = `Step ${step.toLocaleString("en")}`;
    this.image.alt = `The same vector after step ${step} of ${this.moments.run.title}.`;
    for (const one of this.cells) one.cell.setAttribute("aria-pressed", String(one.step === step));
    this.onShown?.();
  }
}

class TimeMachineView {
  columns = [];
  #key = "";

  constructor(root) {
    this.root = root;
    this.problem = element("div", { class: "problem", role: "status" });
    this.runs = element("div", { class: "runs" });
    this.strips = element("div", { class: "strips" });
    this.timeline = new Timeline(() => this.#refresh(), () => {});
    const stage = element("div", { class: "machine" }, this.runs, this.timeline.root);
    stage.append(this.strips, this.problem);
    root.append(stage);
  }

  update({ data }) {
    const key = JSON.stringify(data);
    if (key === this.#key) return;
    this.#key = key;
    const steps = data.runs.flatMap((run) => run.steps);
    this.saved = [...new Set(steps)].sort((one, other) => one - other);
    const complain = (sentence) => (this.problem.textContent = sentence);
    this.#closeColumns();
    this.columns = data.runs.map((run) => {
      const column = new Column(this.root, new Moments(data, run), (step) => this.#go(step), complain);
      column.onShown = () => this.#tell();
      return column;
    });
    this.runs.replaceChildren(...this.columns.map(({ root }) => root));
    this.strips.replaceChildren(...this.columns.map(({ strip }) => strip));
    this.#refresh();
  }

  close() {
    this.timeline.close();
    this.#closeColumns();
  }

  #closeColumns() {
    for (const column of this.columns) column.close();
  }

  #go(step) {
    this.timeline.close();
    this.timeline.step = step;
    this.#refresh();
  }

  #refresh() {
    for (const column of this.columns) column.show(this.timeline.step);
    this.#tell();
  }

  #tell() {
    const isReady = this.columns.every((column) => column.isReady);
    const step = isReady ? this.timeline.step : undefined;
    if (this.saved.length) this.timeline.update({ saved: this.saved, step }, false);
  }
}

/** Show the time machine; called by Streamlit for every change of data or theme. */
export const mount = mounter(TimeMachineView, CSS);
