/** How D scores reals and fakes: one of the parts of "how the game stands". */

import { Ceiling, chart, decimals, entry } from "./measure_parts.js";
import { element, write } from "./view.js";

/**
 * @typedef {import("./measure_parts.js").Metrics} Metrics
 * @typedef {import("./measure_parts.js").Reading} Reading
 */

/** @param {"svg" | "path"} tag @param {Record<string, string>} attributes */
function svg(tag, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/**
 * The outline of a histogram, as the path of an SVG that is one high and a bin wide.
 * @param {number[]} shares @param {number} top
 */
function outline(shares, top) {
  const steps = shares.map((share, i) => `V${1 - share / top}H${i + 1}`);
  return `M0 1${steps.join("")}V1`;
}

/**
 * The mean of binned scores.
 * @param {number[]} shares @param {number[]} edges
 */
function mean(shares, edges) {
  return shares.reduce((sum, share, i) => sum + (share * (edges[i] + edges[i + 1])) / 2, 0);
}

/** How D scores reals and fakes, and what follows from how often it is right. */
export class Scores {
  #ceiling = new Ceiling(0.15);

  constructor() {
    this.plot = element("div", { class: "plot", role: "img" });
    this.svg = svg("svg", { preserveAspectRatio: "none" });
    this.paths = ["real", "fake"].map((name) => svg("path", { class: name }));
    this.svg.append(...this.paths);
    this.plot.append(this.svg);
    this.half = element("div", { class: "half" });
    this.plot.append(this.half);
    this.ticks = ["", "", ""].map((tick) => element("span", {}, tick));
    const ticks = element("div", { class: "ticks", "aria-hidden": "true" }, ...this.ticks);
    const cut = "Scores are cut where D is undecided; at their median if a constant may be added.";
    this.words = element("p", { class: "words", title: cut });
    const legend = [entry("stroke", "real"), entry("stroke fake", "fake")];
    const title = element("b", {}, "What D says");
    this.root = chart("scores", title, legend, this.plot, ticks, this.words);
  }

  /** @param {Metrics} metrics */
  show(metrics) {
    const { scores, reading } = metrics;
    const { edges, real, fake } = scores;
    const top = this.#ceiling.over(Math.max(...real, ...fake));
    this.svg.setAttribute("viewBox", `0 0 ${real.length} 1`);
    for (const [i, shares] of [real, fake].entries()) {
      this.paths[i].setAttribute("d", outline(shares, top));
    }
    const isProbability = reading.kind === "probability";
    this.#showHalf(edges, reading, isProbability);
    const ends = [edges[0], edges[edges.length - 1]].map((edge) => decimals(edge, 1));
    const [what] = reading.name.split(" (");
    const ticks = isProbability ? ["0 fake", "1/2", "1 real"] : [ends[0], what, ends[1]];
    for (const [i, tick] of ticks.entries()) write(this.ticks[i], tick);
    const words = this.#words(metrics);
    write(this.words, words);
    const means = [real, fake].map((shares) => decimals(mean(shares, edges), 2));
    const description = `mean ${means[0]} for reals, ${means[1]} for fakes. ${words}`;
    this.plot.setAttribute("aria-label", `Scores of D: ${description}`);
  }

  /**
   * The line where D is undecided, from which on it is taken to call a sample real.
   * @param {number[]} edges @param {Reading} reading @param {boolean} isProbability
   */
  #showHalf(edges, { undecided }, isProbability) {
    const logit = undecided ?? Infinity;
    const score = isProbability ? 1 / (1 + Math.exp(-logit)) : logit;
    const place = (score - edges[0]) / (edges[edges.length - 1] - edges[0]);
    this.half.hidden = undecided === null || place < 0 || place > 1;
    this.half.style.left = `${100 * place}%`;
  }

  /** @param {Metrics} metrics */
  #words({ balanced_accuracy: share, balanced_accuracy_error: error, tv_bound: bound, pack }) {
    const [rate, spread] = [decimals(100 * share, 0), Math.ceil(100 * error)];
    const packs = pack > 1 ? ` (packs of ${pack})` : "";
    const right = `Right in ${rate} ± ${spread}\u202f% of cases${packs}`;
    // Rounded down: it is a lower bound.
    const least = Math.floor(100 * bound) / 100;
    if (!least) return `${right}: these verdicts show no difference.`;
    const off = "two standard errors taken off";
    return `${right}, so their total variation is at least ${decimals(least, 2)} (${off}).`;
  }
}
