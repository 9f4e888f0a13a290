/**
 * The charts and the table of "how the game stands". Each part is built once, has a `root`, and
 * changes in place with `show(metrics)`; metrics are the server's answer, in its words.
 */

import { element, write } from "./view.js";

/**
 * @typedef {import("./plane_snapshot.js").Reading} Reading
 *
 * @typedef {object} Coverage coverage of the spots of the data; `high_quality` is of the fakes
 * @property {number} covered
 * @property {number} of
 * @property {number[]} shares
 * @property {number} low
 * @property {number} high
 * @property {number} kl
 * @property {number} kl_floor
 * @property {number} high_quality
 * @property {number} high_quality_real
 *
 * @typedef {object} Metrics how the game stands: `PlaneSnapshot.measure` in ganlib/plane.py
 * @property {number} step
 * @property {number} count
 * @property {number | null} value
 * @property {number} optimal_value
 * @property {Reading} reading
 * @property {number} pack
 * @property {Coverage | null} modes
 * @property {{edges: number[], real: number[], fake: number[]}} scores
 * @property {number} balanced_accuracy
 * @property {number} balanced_accuracy_error
 * @property {number} tv_bound
 * @property {number} sliced_w1
 * @property {number} sliced_w1_floor
 * @property {number} jsd
 * @property {number} jsd_floor
 * @property {number} mean_force
 * @property {import("./verdict.js").Words} words
 */

/** V of a discriminator that guesses: both logarithms are log 1/2. */
const GUESSING = -Math.log(4);
/** The left end of the axis of values; an arrow stands there for what lies beyond. */
const LOWEST = -1.6;
/** Below this a difference of two values is written as none. */
const NOTHING = 0.005;

export const CSS = `
figure { display: grid; gap: 0.3rem; align-content: start; }
figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 0.5rem;
  align-items: baseline; white-space: nowrap; }
.legend { display: flex; gap: 0.75rem; font-size: 0.8125rem; }
.legend span { cursor: help; }
.legend i { display: inline-block; margin-right: 0.3rem; vertical-align: -0.05em; }
.ticks { display: flex; justify-content: space-between; font-size: 0.75rem; line-height: 1.25;
  opacity: 0.78; }
.words { margin: 0; font-size: 0.8125rem; line-height: 1.35; text-wrap: pretty; }

.axis { position: relative; height: 2.6rem; }
.axis > * { position: absolute; }
.line, .worse { bottom: 0.375rem; height: 0.25rem; border-radius: 0.125rem; }
.line { inset-inline: 0; background: var(--st-border-color); }
.worse { left: 0; background: repeating-linear-gradient(135deg, transparent 0 3px,
  var(--st-background-color) 3px 6px); border-right: 2px solid var(--st-text-color); }
.gap { box-sizing: border-box; bottom: 1.125rem; height: 0.3rem;
  border: 2px solid var(--discriminator); border-bottom: 0; }
.caption { top: 0; font-size: 0.8125rem; white-space: nowrap; }
.dot, .ring { box-sizing: border-box; border-radius: 50%; }
.dot { width: 0.625rem; height: 0.625rem; background: var(--discriminator); }
.ring { width: 1rem; height: 1rem; border: 2.5px solid var(--discriminator); }
.legend .ring { width: 0.875rem; height: 0.875rem; margin-block: -0.125rem; }
.axis .dot, .axis .ring { bottom: 0.5rem; left: calc(1% * var(--at)); translate: -50% 50%; }
.axis .dot.beyond { width: 0.75rem; height: 0.875rem; border-radius: 0; translate: 0 50%;
  clip-path: polygon(0 50%, 100% 0, 100% 100%); }
/* Whatever stands at a place does not leave the axis: at 0 % it begins there, at 100 % it ends. */
.caption, .guess { left: calc(1% * var(--at)); translate: calc(-1% * var(--at)) 0; }
.value .ticks { position: relative; height: 2.5em; }
.guess { position: absolute; }
.never { margin-left: auto; text-align: right; }

.bars { position: relative; display: flex; gap: min(0.375rem, 1.2%); height: 4.75rem;
  border-bottom: 1px solid var(--st-text-color); }
.bars .band, .bars .fair { position: absolute; inset-inline: 0; }
.band { background: color-mix(in srgb, var(--real) 42%, transparent); }
.legend .band { width: 0.9rem; height: 0.6rem; }
.bars .fair { border-top: 1.5px dashed var(--real);
  z-index: 1; }
.bar { position: relative; flex: 1; display: grid; align-items: end; text-align: center; }
.bar i { min-height: 1px; background: var(--fake); border-radius: 2px 2px 0 0; opacity: 0.85; }
.bar.empty i { visibility: hidden; }
.bar.empty::after { content: "×"; position: absolute; inset: auto 0 0; font-weight: 600;
  line-height: 1.1; color: color-mix(in srgb, var(--fake) 70%, var(--st-text-color)); }

.plot { position: relative; height: 4.25rem; border-bottom: 1px solid var(--st-text-color); }
.plot svg { display: block; width: 100%; height: 100%; overflow: visible; }
path { stroke-width: 2; vector-effect: non-scaling-stroke; }
path.real { stroke: var(--real); fill: color-mix(in srgb, var(--real) 20%, transparent); }
path.fake { stroke: var(--fake); fill: color-mix(in srgb, var(--fake) 20%, transparent);
  stroke-dasharray: 5 2.5; }
.half { position: absolute; inset-block: 0; left: 50%; opacity: 0.55;
  border-left: 1px dashed var(--st-text-color); }
.legend .stroke { width: 1.1rem; vertical-align: 0.25em; border-top: 2.5px solid var(--real); }
.legend .fake { border-top: 2.5px dashed var(--fake); }
`;

/**
 * A number with so many decimals and a true minus sign; without a sign when it rounds to 0.
 * @param {number} value @param {number} digits
 */
export function decimals(value, digits) {
  const text = Math.abs(value) < 1e4 ? value.toFixed(digits) : value.toExponential(1);
  return text.replace("-", Number(text) === 0 ? "" : "−");
}

/** @param {number} share */
export function percent(share, digits = 0) {
  return `${decimals(100 * share, digits)}\u202f%`;
}

/** @param {number} value @param {number} low @param {number} high */
function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

/** Where a value of the game stands on its axis, in percent from the left. */
function place(/** @type {number} */ value) {
  return 100 * (1 - clamp(value, LOWEST, 0) / LOWEST);
}

/** @param {HTMLElement} node @param {number} at */
function move(node, at) {
  node.style.setProperty("--at", String(at));
}

/**
 * An entry of a legend: a mark as it stands in the chart, and words that may change.
 * @param {string} mark @param {string} words
 */
export function entry(mark, words, title = "") {
  const text = element("span", {}, words);
  return { text, root: element("span", { title }, element("i", { class: mark }), text) };
}

/**
 * @param {string} name @param {HTMLElement} title @param {{root: HTMLElement}[]} legend
 * @param {...HTMLElement} parts
 */
export function chart(name, title, legend, ...parts) {
  const side = element("div", { class: "legend" }, ...legend.map(({ root }) => root));
  const head = element("figcaption", {}, title, side);
  return element("figure", { class: name }, head, ...parts);
}

/** The top of a scale: it moves by doublings, and back only when there is room to spare. */
export class Ceiling {
  constructor(/** @type {number} */ lowest) {
    this.lowest = this.top = lowest;
  }

  over(/** @type {number} */ most) {
    while (most > this.top) this.top *= 2;
    while (most < 0.4 * this.top && this.top > this.lowest) this.top /= 2;
    return this.top;
  }
}

/** V(D, G) and what the best D would reach, between guessing and never being wrong. */
export class Value {
  constructor() {
    const is = "V(D, G): mean of log D(x) over reals plus mean of log(1 − D(x)) over fakes.";
    this.played = entry("dot", "", is);
    this.best = entry("ring", "", "V(D*, G) = 2 JSD − log 4: what the best possible D would get.");
    this.gap = element("div", { class: "gap" });
    this.caption = element("div", { class: "caption" });
    this.ring = element("div", { class: "ring" });
    this.dot = element("div", { class: "dot" });
    const overconfident = "Worse than guessing by V: D is overconfident where it is wrong.";
    const worse = element("div", { class: "worse", title: overconfident });
    worse.style.width = `${place(GUESSING)}%`;
    const parts = [element("div", { class: "line" }), worse, this.gap, this.caption, this.ring];
    this.axis = element("div", { class: "axis", role: "img" }, ...parts, this.dot);
    const guess = element("span", { class: "guess" }, "−log 4 = −1.39", element("br"));
    guess.append("a D that guesses");
    move(guess, place(GUESSING));
    const never = element("span", { class: "never" }, "0", element("br"), "sure and right");
    const ticks = element("div", { class: "ticks", "aria-hidden": "true" }, guess, never);
    const title = element("b", {}, "Game value");
    this.root = chart("value", title, [this.played, this.best], this.axis, ticks);
  }

  /** @param {Metrics} metrics */
  show({ value, optimal_value: best, reading, pack }) {
    for (const part of [this.played.root, this.dot]) part.hidden = value === null;
    this.gap.hidden = value === null || pack > 1 || best - value < NOTHING;
    const bestWords = `V(D*, G) ${decimals(best, 2)}${pack > 1 ? ", of single points" : ""}`;
    const words = this.#words(value, best, reading, pack);
    write(this.best.text, bestWords);
    move(this.ring, place(best));
    write(this.caption, words);
    move(this.caption, place(best));
    let description = `${bestWords}. ${words}.`;
    if (value !== null) {
      const valueWords = `V(D, G) ${decimals(value, 2)}`;
      write(this.played.text, valueWords);
      this.#span(value, best);
      description = `${valueWords}, ${description}`;
    }
    const ends = "Guessing is −1.39, being sure and right is 0.";
    this.axis.setAttribute("aria-label", `Value of the game: ${description} ${ends}`);
  }

  /**
   * A penalty and a small network hold D below the best D, and smoothed labels draw it there.
   * @param {number | null} value @param {number} best @param {Reading} reading @param {number} pack
   */
  #words(value, best, { undecided }, pack) {
    if (value === null) return "This loss has no V(D, G)";
    if (pack > 1) return `Not to compare: D classifies packs of ${pack}`;
    if (best - value < NOTHING) return "As good as the best D";
    const which = undecided === 0 ? "the best D" : "the best D without smoothing";
    const below = `${decimals(best - value, 2)} below ${which}`;
    return value < GUESSING - NOTHING ? `Worse than guessing: ${below}` : below;
  }

  /** @param {number} value @param {number} best */
  #span(value, best) {
    const ends = [place(value), place(best)];
    move(this.dot, ends[0]);
    move(this.caption, (ends[0] + ends[1]) / 2);
    this.dot.classList.toggle("beyond", value < LOWEST);
    this.gap.style.left = `${Math.min(...ends)}%`;
    this.gap.style.width = `${Math.abs(ends[0] - ends[1])}%`;
  }
}

/** The share of fakes on each spot of the data; hidden for data without spots. */
export class Modes {
  #ceiling = new Ceiling(2);
  /** @type {{root: HTMLElement, fill: HTMLElement}[]} */
  #bars = [];

  constructor() {
    const covered = "A spot is covered when at least one fake lies within 3 sigma of it.";
    this.title = element("b", { title: covered });
    this.band = element("div", { class: "band" });
    this.fair = element("div", { class: "fair" });
    this.plot = element("div", { class: "bars", role: "img" }, this.band, this.fair);
    const is = "95 of 100 true samples have such a share on a spot; the line is the fair share.";
    this.root = chart("modes", this.title, [entry("band", "true sample", is)], this.plot);
  }

  /** @param {Metrics} metrics */
  show({ modes }) {
    this.root.hidden = modes === null;
    if (!modes) return;
    const { covered, of, shares, low, high } = modes;
    if (this.#bars.length !== of) this.#build(of);
    const top = this.#ceiling.over(of * Math.max(high, ...shares)) / of;
    const height = (/** @type {number} */ share) => `${(100 * share) / top}%`;
    Object.assign(this.band.style, { bottom: height(low), height: height(high - low) });
    this.fair.style.bottom = height(1 / of);
    for (const [i, { root, fill }] of this.#bars.entries()) {
      root.classList.toggle("empty", shares[i] === 0);
      root.title = `Spot ${i + 1}: ${percent(shares[i], 1)} of the fakes`;
      fill.style.height = height(shares[i]);
    }
    write(this.title, `Spots covered ${covered} of ${of}`);
    const each = shares.map((share) => percent(share, 1)).join(", ");
    const band = `A true sample has ${percent(low, 1)} to ${percent(high, 1)} on each.`;
    this.plot.setAttribute("aria-label", `Shares of the fakes on the spots: ${each}. ${band}`);
  }

  #build(/** @type {number} */ count) {
    for (const { root } of this.#bars) root.remove();
    this.#bars = Array.from({ length: count }, () => {
      const fill = element("i");
      return { fill, root: element("div", { class: "bar" }, fill) };
    });
    this.plot.append(...this.#bars.map(({ root }) => root));
  }
}
