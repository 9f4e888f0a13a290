/** Charts on cards: a title, a hint, a plot of Plotly's and a note, drawn while they are in sight. */

import { config, layout, readTheme } from "./figure.js";
import { houseInShadow, loaded, loadPlotly } from "./plotly.js";
import { element, write } from "./view.js";

const REDRAW_MS = 400;
const LONGEST_REST_MS = 5000;
const WORDS_MS = 5000;
const RETRY_MS = 5000;

export const CSS = `
.charts { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; }
.charts figcaption { display: flex; justify-content: space-between; gap: 0.75rem; }
.charts figcaption span { opacity: 0.72; }
.plot { height: 216px; }
.note { margin: 0; font-size: 0.8125rem; line-height: 1.35; opacity: 0.72; text-wrap: pretty; }
.note:empty { display: none; }
.xtick text, .ytick text, .xtitle, .ytitle { fill-opacity: 0.75; }
/* Plotly lays a white band under its hover line, also on a dark page. */
.hoverlayer .spikeline:first-child { display: none; }
@container (min-width: 700px) { .charts { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
`;

/**
 * @typedef {import("./figure.js").Chart} Chart
 * @typedef {import("./plotly.js").Plotly} Plotly
 * @typedef {import("./plotly.js").Plot} Plot
 * @typedef {import("./figure.js").Scene} Scene
 *
 * @typedef {object} Drawing what a chart shows now
 * @property {object[]} traces for Plotly
 * @property {Chart} chart as it is laid out
 * @property {Omit<Scene, "width" | "theme" | "turn" | "ownZoom"> & {ownZoom?: boolean}} scene
 * @property {Record<string, any>} [plan] what Plotly's layout has otherwise
 * @property {string} hint
 *
 * @typedef {{figure: HTMLElement, title: HTMLElement, hint: HTMLElement, plot: Plot,
 *   note: HTMLElement, isDrawn: boolean}} Card
 */

function pause(/** @type {number} */ milliseconds) {
  return new Promise((resume) => setTimeout(resume, milliseconds));
}

export class Charts {
  /** @type {Map<string, Card>} */
  #cards = new Map();
  /** @type {Chart[]} */
  #charts = [];
  #isStale = false;
  #isBusy = false;
  #isHeld = false;
  #drawnAt = -Infinity;
  #spokenAt = -Infinity;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #speech;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;
  #turn = 0;
  /** Milliseconds between two drawings. */
  rest = REDRAW_MS;
  /** @type {[number, number] | null} the part of the x axis that a person zoomed into */
  zoom = null;

  /**
   * @param {HTMLElement} root @param {object} hands
   * @param {(chart: Chart) => Drawing | null} hands.draw null while there is nothing to draw
   * @param {(chart: Chart) => string} hands.words the chart for those who cannot see it
   * @param {() => void} hands.onZoom called when a person has changed the zoom
   * @param {() => void} [hands.onSight] called when other charts are in sight
   * @param {number} hands.share of a core, which drawing takes at most: training has the others
   */
  constructor(root, { draw, words, onZoom, onSight = () => {}, share }) {
    this.root = root;
    this.draw = draw;
    this.words = words;
    this.onZoom = onZoom;
    this.share = share;
    this.list = element("div", { class: "charts" });
    this.list.onpointerdown = () => this.#hold();
    this.resize = new ResizeObserver(() => this.request());
    this.resize.observe(this.list);
    this.sight = new IntersectionObserver(() => {
      onSight();
      this.request();
    });
  }

  /** Have these charts, in this order. */
  update(/** @type {Chart[]} */ charts) {
    this.#charts = charts;
    const wanted = new Set(charts.map(({ id }) => id));
    for (const [id, { figure, plot }] of this.#cards) {
      if (wanted.has(id)) continue;
      this.#purge(plot);
      figure.remove();
      this.#cards.delete(id);
    }
    for (const [place, chart] of charts.entries()) {
      const { figure, title, note } = this.#card(chart.id);
      write(title, chart.title);
      write(note, chart.note ?? "");
      // Moving an element that is in its place already would interrupt what the pointer does.
      const there = this.list.children[place];
      if (there !== figure) this.list.insertBefore(figure, there ?? null);
    }
    this.request();
  }

  close() {
    clearTimeout(this.#speech);
    clearTimeout(this.#retry);
    this.resize.disconnect();
    this.sight.disconnect();
    for (const { plot } of this.#cards.values()) this.#purge(plot);
  }

  /** The ids of the charts that are in sight; of all, where none is. */
  get seen() {
    const ids = this.#charts.map(({ id }) => id);
    const seen = ids.filter((id) => this.#isInSight(this.#cards.get(id)));
    return seen.length ? seen : ids;
  }

  /** Draw soon; however often this is called, drawings keep their distance in time. */
  async request() {
    this.#isStale = true;
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      while (this.#isStale) {
        await pause(this.#drawnAt + this.rest - performance.now());
        this.#isStale = false;
        await this.now();
      }
    } finally {
      this.#isBusy = false;
    }
  }

  /** Draw at once, as after a person's doing. */
  async now() {
    const Plotly = await loadPlotly(this.list);
    if (!Plotly) this.#askAgain();
    if (!Plotly || document.hidden || this.#isHeld) return;
    this.#turn += 1;
    const [began, before] = [performance.now(), this.#drawnAt];
    let cost = 0;
    for (const chart of this.#charts) {
      // Gone from the page, or folded away by it.
      if (!this.list.clientWidth) return;
      const begin = performance.now();
      if (this.#draw(Plotly, chart)) this.#drawnAt = began;
      cost += performance.now() - begin;
      // A pause after each chart lets the page answer the pointer in between.
      await pause(0);
    }
    if (this.#drawnAt === before) return;
    this.rest = Math.min(Math.max(REDRAW_MS, cost / this.share), LONGEST_REST_MS);
    this.#speak();
  }

  #card(/** @type {string} */ id) {
    const before = this.#cards.get(id);
    if (before) return before;
    const [title, hint, note] = [element("b"), element("span"), element("p", { class: "note" })];
    const plot = element("div", { class: "plot", role: "img", "data-chart": id });
    const figure = element("figure", {}, element("figcaption", {}, title, hint), plot, note);
    const card = { figure, title, hint, plot, note, isDrawn: false };
    this.#cards.set(id, card);
    this.sight.observe(figure);
    return card;
  }

  /** Without Plotly nothing is drawn; another drawing tries to fetch it. */
  #askAgain() {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.request(), RETRY_MS);
  }

  /** While the pointer drags, a redraw would take the drag away. */
  #hold() {
    this.#isHeld = true;
    const over = new AbortController();
    const release = () => {
      over.abort();
      this.#isHeld = false;
      this.request();
    };
    // A touch that scrolls is cancelled, and never comes up.
    for (const end of ["pointerup", "pointercancel"]) {
      window.addEventListener(end, release, { capture: true, signal: over.signal });
    }
  }

  #isInSight(/** @type {Card | undefined} */ card) {
    const box = card?.figure.getBoundingClientRect();
    return box !== undefined && box.bottom > 0 && box.top < window.innerHeight;
  }

  /**
   * @param {Plotly} Plotly @param {Chart} chart
   * @returns {boolean} whether there was something to draw
   */
  #draw(Plotly, chart) {
    const card = this.#cards.get(chart.id);
    const drawing = card && this.#isInSight(card) && this.draw(chart);
    if (!drawing) return false;
    const { figure, plot, hint } = card;
    const { scene, traces, plan: more } = drawing;
    const theme = readTheme(this.root);
    const ownZoom = plot.layout?.yaxis.autorange === false;
    const around = { ownZoom, ...scene, width: figure.clientWidth, theme, turn: this.#turn };
    const plan = layout(drawing.chart, around);
    for (const [part, changes] of Object.entries(more ?? {})) {
      plan[part] = changes instanceof Object ? { ...plan[part], ...changes } : changes;
    }
    hint.textContent = drawing.hint;
    if (card.isDrawn) {
      Plotly.react(plot, traces, plan);
      return true;
    }
    card.isDrawn = true;
    Plotly.newPlot(
      plot,
      traces,
      plan,
      config(Plotly, chart, () => readTheme(this.root)),
    );
    houseInShadow(this.root);
    plot.on?.("plotly_relayout", (change) => this.#zoomTo(change));
    return true;
  }

  /** Follow a person's zoom of one chart in all of them. */
  #zoomTo(/** @type {Record<string, number | boolean>} */ change) {
    if (change["xaxis.autorange"]) this.zoom = null;
    else if ("xaxis.range[0]" in change) {
      const [first, last] = ["xaxis.range[0]", "xaxis.range[1]"].map((end) => Number(change[end]));
      this.zoom = [Math.max(first, 0), Math.max(last, 0)];
    } else return;
    // Plotly is still at work.
    setTimeout(() => this.now());
    this.onZoom();
  }

  #purge(/** @type {Plot} */ plot) {
    loaded()?.purge(plot);
  }

  /** Tell those who cannot see the charts, now and then. */
  #speak() {
    if (this.#speech !== undefined) return;
    const wait = this.#spokenAt + WORDS_MS - performance.now();
    this.#speech = setTimeout(() => {
      this.#speech = undefined;
      this.#spokenAt = performance.now();
      for (const chart of this.#charts) {
        this.#cards.get(chart.id)?.plot.setAttribute("aria-label", this.words(chart));
      }
    }, wait);
  }
}
