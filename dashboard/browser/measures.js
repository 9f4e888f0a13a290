/** How the game in the plane stands: a verdict in words, and the measurements behind it. */

import { Refusal, patientWords, question, runUrl } from "./live.js";
import { CSS as PARTS_CSS, Modes, Scores, Value } from "./measure_parts.js";
import { decimals, percent, write } from "./measure_parts.js";
import { CSS as SAVE_CSS, saveButton, saveNode } from "./save.js";
import { CSS as STRIP_CSS, Strip } from "./strip.js";
import { Asking } from "./together.js";
import { element, mounter } from "./view.js";

const REST_MS = 1000;

const CSS = `
.root { font-family: var(--st-font); font-size: 0.875rem; color: var(--st-text-color);
  font-variant-numeric: tabular-nums; container-type: inline-size; }
.waiting { display: grid; place-items: center; min-height: 18rem; padding: 1rem;
  text-align: center; opacity: 0.72; }
.panel { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
  grid-template-rows: auto 1fr; gap: 0.75rem 1.5rem; }
.panel.stale { opacity: 0.5; }
.panel:has(.modes[hidden]) .scores { grid-area: 1 / 2 / 3 / 3; }
.panel:has(.modes[hidden]) .plot { height: 7rem; }
table { width: 100%; align-self: start; border-collapse: collapse; font-size: 0.8125rem;
  line-height: 1.3; }
th, td { padding: 0.12rem 0 0.12rem 0.75rem; text-align: right; font-weight: 400;
  white-space: nowrap; }
th:first-child { padding-left: 0; text-align: left; }
th[title] { cursor: help; }
thead th, td:last-child { opacity: 0.78; }
tbody tr { border-top: 1px solid var(--st-border-color); }
[hidden] { display: none !important; }
@container (max-width: 460px) { .panel { grid-template-columns: minmax(0, 1fr); }
  .panel:has(.modes[hidden]) .scores { grid-area: auto; } }
${STRIP_CSS}${PARTS_CSS}${SAVE_CSS}`;

/** Name, meaning, and the figures of the fakes and of a true sample; null where there are none. */
const ROWS = [
  ["on a spot (high quality)", "Share of the fakes within 3 sigma of a spot of the data.",
    ({ modes }) => modes && [percent(modes.high_quality, 1), percent(modes.high_quality_real, 1)]],
  ["KL to uniform", "How unevenly the fakes spread over the spots, in nats; 0 is evenly.",
    ({ modes }) => modes && [short(modes.kl), short(modes.kl_floor)]],
  ["sliced W1", "Wasserstein distance of fakes and reals along a line, mean over directions.",
    (figures) => [short(figures.sliced_w1), short(figures.sliced_w1_floor)]],
  ["JSD", "Jensen-Shannon divergence of fakes and reals in nats, estimated; at most log 2 = 0.693. " +
    "Fakes that are too narrow for their spots read up to 0.03 too low.",
    ({ jsd, jsd_floor: floor }) => [short(jsd), short(floor)]],
  ["mean push", "Mean length of the push −∂L/∂x on a fake x, L being G's loss.",
    ({ mean_force: push }) => [short(push), ""]],
];

/** A figure with as many decimals as its floor needs; large ones are wrong by more than that. */
function short(value) {
  return decimals(value, value < 10 ? 3 : 1);
}

/** Distances and shares, each beside what a true sample of as many points gets. */
class Table {
  constructor() {
    const title = "Held-out reals, and as many fresh fakes, that all of this is measured with.";
    this.count = element("th", { scope: "col", title });
    const heads = ["fakes", "true sample"].map((head) => element("th", { scope: "col" }, head));
    const head = element("thead", {}, element("tr", {}, this.count, ...heads));
    this.rows = ROWS.map(([name, meaning]) => {
      const label = element("th", { scope: "row", title: meaning }, name);
      return element("tr", {}, label, element("td"), element("td"));
    });
    this.root = element("table", {}, head, element("tbody", {}, ...this.rows));
  }

  show(figures) {
    const [step, count] = [figures.step, figures.count].map((one) => one.toLocaleString("en"));
    write(this.count, `Step ${step}, N = ${count}`);
    ROWS.forEach(([, , pick], i) => {
      const values = pick(figures);
      this.rows[i].hidden = values === null;
      values?.forEach((value, column) => write(this.rows[i].children[column + 1], value));
    });
  }
}

class MeasuresView {
  #header = null;
  #asked = null;
  #shown = null;

  constructor(root) {
    this.root = root;
    this.waiting = element("div", { class: "waiting" }, "Waiting for the first figures");
    this.strip = new Strip();
    const [value, modes, scores, table] = [new Value(), new Modes(), new Scores(), new Table()];
    this.parts = [value, modes, scores, table];
    this.panel = element("div", { class: "panel" }, ...this.parts.map((part) => part.root));
    this.content = element("div", { hidden: "" }, this.strip.root, this.panel);
    for (const format of ["PNG", "SVG"]) {
      const act = () => saveNode(this.content, CSS, format, `measures-${this.step}`);
      this.strip.root.append(saveButton(format, act));
    }
    root.append(this.waiting, this.content, this.strip.spoken);
    this.asking = new Asking(root, (signal) => this.#ask(signal), (problem) => this.#fail(problem));
  }

  update({ data }) {
    this.data = data;
    for (const [role, colour] of Object.entries(data.colours)) {
      this.root.style.setProperty(`--${role}`, colour);
    }
  }

  show({ header }) {
    this.#header = header;
    this.asking.soon();
  }

  close() {
    this.asking.close();
  }

  /** The moment that there are figures of; a run that pauses is measured once more. */
  get #moment() {
    return `${this.#header.state} ${this.#header.step}`;
  }

  async #ask(signal) {
    if (!this.#header || this.#shown === this.#moment) return null;
    const [moment, { step }] = [this.#moment, this.#header];
    const url = runUrl(this.data.run_id, "measures");
    const figures = await (await question(url, { signal })).json();
    // A game comes a little after its step: for an older one it is asked once again.
    if (figures.step >= step || this.#asked === moment) this.#shown = moment;
    this.#asked = moment;
    this.#showFigures(figures);
    return REST_MS;
  }

  #fail(problem) {
    if (problem instanceof Refusal) this.#refuse(patientWords(problem));
  }

  #showFigures(figures) {
    this.step = figures.step;
    this.waiting.hidden = true;
    this.content.hidden = false;
    this.panel.classList.remove("stale");
    this.strip.show(figures.words);
    for (const part of this.parts) part.show(figures);
  }

  #refuse(sentence) {
    if (this.content.hidden) {
      write(this.waiting, this.#header.progress_text || sentence);
      return;
    }
    // The last figures stay, faded: they are no longer those of this moment.
    this.panel.classList.add("stale");
    this.strip.show({ state: "unknown", sentence });
  }
}

/** Show how the game stands; called by Streamlit for every change of data or theme. */
export const mount = mounter(MeasuresView, CSS);
