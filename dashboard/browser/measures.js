/** How the game in the plane stands: a verdict in words, and the measurements behind it. */

import { Feed, patientWords } from "./feed.js";
import { ask, Lost, runUrl } from "./http.js";
import { decimals, Modes, CSS as PARTS_CSS, percent, Value } from "./measure_parts.js";
import { Scores } from "./measure_scores.js";
import { CSS as SAVE_CSS, saveButton, saveNode } from "./save.js";
import { CSS as TERM_CSS, term } from "./term.js";
import { CSS as VERDICT_CSS, Verdict } from "./verdict.js";
import { element, mounter, write } from "./view.js";

const REST_MS = 1000;

const CSS = `
.root { font-variant-numeric: tabular-nums; container-type: inline-size; }
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
thead th, td:last-child { opacity: 0.78; }
tbody tr { border-top: 1px solid var(--st-border-color); }
@container (max-width: 460px) { .panel { grid-template-columns: minmax(0, 1fr); }
  .panel:has(.modes[hidden]) .scores { grid-area: auto; } }
${VERDICT_CSS}${PARTS_CSS}${SAVE_CSS}${TERM_CSS}`;

/**
 * @typedef {import("./measure_parts.js").Metrics} Metrics
 * @typedef {{run_id: string, colours: Record<string, string>}} Data
 * @typedef {import("./view.js").Mounted<Data>} Component
 */

/**
 * Entry of the glossary, label, and the metrics of the fakes and of a true sample; null where there
 * are none.
 *
 * @type {[string, string, (metrics: Metrics) => [string, string] | null][]}
 */
const ROWS = [
  [
    "high quality",
    "on a spot (high quality)",
    ({ modes }) => modes && [percent(modes.high_quality, 1), percent(modes.high_quality_real, 1)],
  ],
  [
    "KL to uniform",
    "KL to uniform",
    ({ modes }) => modes && [short(modes.kl), short(modes.kl_floor)],
  ],
  [
    "sliced Wasserstein distance",
    "sliced W1",
    (metrics) => [short(metrics.sliced_w1), short(metrics.sliced_w1_floor)],
  ],
  ["Jensen-Shannon divergence", "JSD", ({ jsd, jsd_floor: floor }) => [short(jsd), short(floor)]],
  ["push", "mean push", ({ mean_force: push }) => [short(push), ""]],
];

/** A metric with as many decimals as its floor needs; large ones are wrong by more than that. */
function short(/** @type {number} */ value) {
  return decimals(value, value < 10 ? 3 : 1);
}

/** Distances and shares, each beside what a true sample of as many points gets. */
class Table {
  constructor() {
    this.step = element("span");
    this.number = element("span");
    const heads = [this.step, "fakes", term("true sample")].map((head) =>
      element("th", { scope: "col" }, head),
    );
    const head = element("thead", {}, element("tr", {}, ...heads));
    heads[0].append(", ", term("N", "N"), " = ", this.number);
    this.rows = ROWS.map(([name, label]) => {
      const cell = element("th", { scope: "row" }, term(name, label));
      return element("tr", {}, cell, element("td"), element("td"));
    });
    this.root = element("table", {}, head, element("tbody", {}, ...this.rows));
  }

  /** @param {Metrics} metrics */
  show(metrics) {
    const [step, count] = [metrics.step, metrics.count].map((one) => one.toLocaleString("en"));
    write(this.step, `Step ${step}`);
    write(this.number, count);
    for (const [i, [, , pick]] of ROWS.entries()) {
      const values = pick(metrics);
      this.rows[i].hidden = values === null;
      for (const [k, value] of (values ?? []).entries()) write(this.rows[i].cells[k + 1], value);
    }
  }
}

class MeasuresView {
  /** @type {import("./live.js").Status | null} */
  #header = null;
  #lastKey = "";

  /** @param {HTMLElement} root @param {Component} component */
  constructor(root, { data }) {
    this.root = root;
    this.step = 0;
    this.waiting = element("div", { class: "waiting" }, "Waiting for the first metrics");
    this.verdict = new Verdict();
    this.parts = [new Value(), new Modes(), new Scores(), new Table()];
    this.panel = element("div", { class: "panel" }, ...this.parts.map((part) => part.root));
    this.content = element("div", { hidden: "" }, this.verdict.root, this.panel);
    for (const format of /** @type {const} */ (["PNG", "SVG"])) {
      const act = () => saveNode(this.content, CSS, format, `measures-${this.step}`);
      this.verdict.root.append(saveButton(format, act));
    }
    root.append(this.waiting, this.content, this.verdict.spoken);
    const url = runUrl(data.run_id, "measures");
    this.feed = new Feed(root, (signal) => this.#ask(url, signal), {
      tell: (problem) => this.#tell(problem),
      rest: REST_MS,
    });
  }

  /** @param {Component} component */
  update({ data }) {
    for (const [role, colour] of Object.entries(data.colours)) {
      this.root.style.setProperty(`--${role}`, colour);
    }
  }

  /** @param {import("./live.js").News} news */
  show({ header }) {
    if (!header) return;
    this.#header = header;
    // A run that pauses is measured once more.
    this.feed.want(`${header.state} ${header.step}`);
  }

  close() {
    this.feed.close();
  }

  /** @param {string} url @param {AbortSignal} signal */
  async #ask(url, signal) {
    const key = `${this.#header?.state} ${this.#header?.step}`;
    const isFirst = this.#lastKey !== key;
    this.#lastKey = key;
    const step = Number(this.#header?.step);
    /** @type {import("./wire.js").Message<Metrics>} */
    const { header: metrics } = await ask(url, { signal });
    this.#show(metrics);
    // A game comes a little after its step: for an older one it is asked once again.
    return isFirst && metrics.step < step ? REST_MS : null;
  }

  #show(/** @type {Metrics} */ metrics) {
    this.step = metrics.step;
    this.waiting.hidden = true;
    this.content.hidden = false;
    this.panel.classList.remove("stale");
    this.verdict.show(metrics.words);
    for (const part of this.parts) part.show(metrics);
  }

  /** A lost connection is said by the status line. */
  #tell(/** @type {Error | null} */ problem) {
    if (!problem || problem instanceof Lost) return;
    const sentence = patientWords(problem);
    if (this.content.hidden) {
      write(this.waiting, this.#header?.progress_text || sentence);
      return;
    }
    // The last metrics stay, faded: they are no longer those of this step.
    this.panel.classList.add("stale");
    this.verdict.show({ state: "unknown", sentence });
  }
}

/** Show how the game stands; called by Streamlit for every change of data or theme. */
export const mount = mounter(MeasuresView, CSS);
