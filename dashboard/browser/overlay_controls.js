/** How curves laid over one another are shown: axis, smoothing, scale; kept over a reload. */

import { CSS as SWATCH_CSS, swatch } from "./swatch.js";
import { button, element } from "./view.js";

const KEPT = "minimax-overlay";
/** @type {Record<string, string>} */
const AXES = { step: "Step", images: "Samples", seconds: "Wall time" };
/** Positions of the slider that bring the memory to ten times as many steps. */
const DECADE = 20;
const HEAVIEST = 3 * DECADE;
/** @typedef {"log" | "outliers" | "bands"} Toggle */
/** @type {Record<Toggle, [string, string]>} */
const TOGGLES = {
  log: ["Log axis", "Powers of ten at equal distances; values of 0 and less have no place there"],
  outliers: [
    "Hide outliers",
    "Show where 98 % of all values lie, so that a spike flattens nothing",
  ],
  bands: [
    "Bands over seeds",
    "Mean, least and greatest of the runs that differ in their seed alone",
  ],
};

export const CSS = `${SWATCH_CSS}
.controls { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 1.1rem; }
.controls label, .axes { display: inline-flex; align-items: center; gap: 0.4rem;
  white-space: nowrap; }
.axes { gap: 0; }
.axes button { margin-left: -1px; border-radius: 0; }
.axes button:first-child { border-radius: var(--st-button-radius, 0.5rem) 0 0
  var(--st-button-radius, 0.5rem); margin: 0; }
.axes button:last-child { border-radius: 0 var(--st-button-radius, 0.5rem)
  var(--st-button-radius, 0.5rem) 0; }
.axes button[aria-pressed="true"] { position: relative; }
.controls input { cursor: pointer; }
input[type="range"] { width: 7rem; height: 1.5rem; margin: 0; }
output { min-width: 8.5rem; opacity: 0.72; font-variant-numeric: tabular-nums; }
.legend { display: flex; flex-wrap: wrap; gap: 0.35rem; }
.legend button { gap: 0.45rem; max-width: 100%; text-align: left; color: inherit; }
.legend button:not(:hover) { border-color: var(--st-widget-border-color, var(--st-border-color)); }
.legend button[aria-pressed="false"] { opacity: 0.45; text-decoration: line-through; }
.legend span:last-child { overflow: hidden; text-overflow: ellipsis; }
`;

/** The weight of old values at a position of the slider: 0, then 0.9, 0.99 and 0.999. */
function weightAt(/** @type {number} */ position) {
  return 1 - 10 ** (-position / DECADE);
}

/**
 * @typedef {Record<Toggle, boolean> & {axis: string, position: number}} Settings
 * @typedef {{axis?: string, smoothing?: number}} Begin what the link of the page says
 */

/** The position of the slider for a weight of old values. */
function positionOf(/** @type {number} */ weight) {
  return Math.min(Math.round(-DECADE * Math.log10(1 - weight)), HEAVIEST);
}

function keptSettings(/** @type {Begin} */ { axis: begin, smoothing }) {
  /** @type {Record<string, unknown>} */
  let kept = {};
  try {
    kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
  } catch {
    // What someone else has left there is no setting of ours.
  }
  const at = smoothing === undefined ? (kept.position ?? DECADE) : positionOf(smoothing);
  const [position, axis] = [Number(at), String(begin ?? kept.axis)];
  return {
    axis: axis in AXES ? axis : "step",
    position: position >= 0 && position <= HEAVIEST ? position : DECADE,
    ...{ log: kept.log === true, outliers: kept.outliers === true, bands: kept.bands === true },
  };
}

/** @typedef {import("./swatch.js").Look} Look */

export class Controls {
  /** @type {Settings} */
  #settings;
  /** @type {Set<string>} */
  #hidden = new Set();
  #signature = "";

  /** @param {(what: string) => void} onChange told which setting changed @param {Begin} begin */
  constructor(onChange, begin = {}) {
    this.#settings = keptSettings(begin);
    this.onChange = onChange;
    this.legend = element("div", { class: "legend", role: "group", "aria-label": "Runs" });
    const axes = element("div", { class: "axes", role: "group", "aria-label": "Axis" });
    this.axes = Object.entries(AXES).map(([axis, words]) =>
      button(`axis.${axis}`, words, () => this.#set({ axis }), { "data-axis": axis }),
    );
    axes.append(...this.axes);
    const bounds = { type: "range", min: "0", max: String(HEAVIEST), "aria-label": "Smoothing" };
    this.slider = element("input", bounds);
    this.slider.dataset.control = "smoothing";
    this.slider.value = String(this.#settings.position);
    this.slider.oninput = () => this.#set({ position: Number(this.slider.value) });
    this.output = element("output");
    const smoothing = element("label", {}, "Smoothing", this.slider, this.output);
    const [log, outliers] = [this.#toggle("log"), this.#toggle("outliers")];
    this.bandsToggle = this.#toggle("bands");
    const toggles = [log, outliers, this.bandsToggle];
    this.root = element("div", { class: "controls" }, axes, smoothing, ...toggles);
    this.#refresh();
  }

  get axis() {
    return this.#settings.axis;
  }

  get weight() {
    return weightAt(this.#settings.position);
  }

  get log() {
    return this.#settings.log;
  }

  get outliers() {
    return this.#settings.outliers;
  }

  get bands() {
    return this.#settings.bands;
  }

  isHidden(/** @type {string} */ runId) {
    return this.#hidden.has(runId);
  }

  /**
   * Show a button for each run, or for each group of seeds where bands are drawn.
   * @param {Look[]} runs
   * @param {number[][]} groups places of the runs that differ in their seed alone
   */
  showRuns(runs, groups) {
    this.bandsToggle.hidden = !groups.length;
    const banded = this.bands ? groups : [];
    const followers = new Set(banded.flatMap((group) => group.slice(1)));
    const signature = JSON.stringify([runs, banded, [...this.#hidden]]);
    if (signature === this.#signature) return;
    this.#signature = signature;
    const chips = runs.flatMap((run, place) => {
      const group = banded.find(([first]) => first === place);
      const words = group ? `${run.title}: mean and extremes of ${group.length} seeds` : run.label;
      return followers.has(place) ? [] : [this.#chip(run, words)];
    });
    this.legend.replaceChildren(...chips);
  }

  /** @param {Look} run @param {string} words */
  #chip(run, words) {
    const turn = () => {
      if (!this.#hidden.delete(run.run_id)) this.#hidden.add(run.run_id);
      this.onChange("hidden");
    };
    const shown = String(!this.isHidden(run.run_id));
    const chip = button("run", "", turn, { "aria-pressed": shown, title: words });
    chip.append(swatch(run), element("span", {}, words));
    return chip;
  }

  #toggle(/** @type {Toggle} */ name) {
    const [words, title] = TOGGLES[name];
    const box = element("input", { type: "checkbox", "data-toggle": name, "data-control": name });
    box.checked = this.#settings[name];
    box.onchange = () => this.#set({ [name]: box.checked });
    return element("label", { title }, box, words);
  }

  #set(/** @type {Partial<Settings>} */ changes) {
    Object.assign(this.#settings, changes);
    sessionStorage.setItem(KEPT, JSON.stringify(this.#settings));
    this.#refresh();
    this.onChange(Object.keys(changes)[0]);
  }

  #refresh() {
    for (const one of this.axes) {
      one.setAttribute("aria-pressed", String(one.dataset.axis === this.axis));
    }
    const steps = Math.round(1 / (1 - this.weight));
    this.output.textContent = steps > 1 ? `over about ${steps.toLocaleString("en")} steps` : "none";
  }
}
