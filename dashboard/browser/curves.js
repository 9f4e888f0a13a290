/** The curves of a run, drawn from what the server sends. */

import { CSS as CHART_CSS, Charts } from "./chart.js";
import { Feed } from "./feed.js";
import { extent, traces } from "./figure.js";
import { ask, runUrl } from "./http.js";
import { curvesOf } from "./live.js";
import { mounter } from "./view.js";

/** Drawing takes at most this share of a core: on two of them the other half belongs to training. */
const SHARE = 0.02;
const DETAIL_POINTS = 1000;

export const CSS = `${CHART_CSS}
.root { container-type: inline-size; }
@container (min-width: 700px) { figure:last-child:nth-child(odd) { grid-column: 1 / -1; } }
`;

/**
 * @typedef {import("./figure.js").Chart} Chart
 * @typedef {import("./live.js").Curve} Curve
 * @typedef {{run_id: string, charts: Chart[]}} Data
 * @typedef {{data: Data}} Component
 *
 * @typedef {object} News what is drawn of a run
 * @property {Pick<import("./live.js").Status, "step" | "marks"> | null} header
 * @property {Map<string, Curve>} series
 */

const short = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

/** Up to which step the lines are drawn: drawing takes its time while a run goes on. */
function lastStep(/** @type {Chart} */ chart, /** @type {Map<string, Curve>} */ series) {
  const last = chart.series.map(({ name }) => series.get(name)?.steps.at(-1) ?? 0);
  const step = Math.max(...last);
  return step > 0 ? `Step ${step.toLocaleString("en")}` : "";
}

/** Draws charts; it is told of news as every view is. */
export class CurvesView {
  /** @type {News} */
  #news = { header: null, series: new Map() };
  /** @type {{zoom: [number, number], series: Map<string, Curve>} | null} */
  #detail = null;

  /**
   * @param {HTMLElement} root @param {Component} component
   * @param {boolean} [isWhole] whether the news have every point, so that a zoom asks for none
   */
  constructor(root, { data }, isWhole = false) {
    this.isWhole = isWhole;
    this.data = data;
    this.charts = new Charts(root, {
      draw: (chart) => this.#draw(chart),
      words: (chart) => this.#words(chart),
      onZoom: () => this.#refine(),
      share: SHARE,
    });
    root.append(this.charts.list);
    // When there is no answer, the kept points stay on screen.
    this.feed = new Feed(root, (signal) => this.#ask(signal));
  }

  /** @param {Component} component */
  update({ data }) {
    this.data = data;
    this.charts.update(data.charts);
  }

  /** @param {News} news */
  show(news) {
    this.#news = news;
    this.charts.request();
    this.#refine();
  }

  close() {
    this.feed.close();
    this.charts.close();
  }

  /** Have the zoomed range in full: what has come since within it, too. */
  #refine() {
    if (this.isWhole) return;
    const { zoom } = this.charts;
    if (!zoom) {
      this.#detail = null;
      this.feed.forget();
    } else this.feed.want([...zoom, Math.min(zoom[1], this.#news.header?.step ?? 0)].join());
  }

  /** @param {AbortSignal} signal */
  async #ask(signal) {
    const { zoom } = this.charts;
    if (!zoom) return;
    const [first, last] = [Math.floor(zoom[0]), Math.ceil(zoom[1])];
    const query = `curves?first=${first}&last=${last}&points=${DETAIL_POINTS}`;
    const message = await ask(runUrl(this.data.run_id, query), { signal });
    this.#detail = { zoom, series: curvesOf(message) };
    this.charts.request();
  }

  get #series() {
    const [{ zoom }, detail] = [this.charts, this.#detail];
    const isCovered = zoom && detail && detail.zoom[0] <= zoom[0] && zoom[1] <= detail.zoom[1];
    return isCovered ? new Map([...this.#news.series, ...detail.series]) : this.#news.series;
  }

  /** @param {Chart} chart */
  #draw(chart) {
    const { header, series: known } = this.#news;
    if (!header) return null;
    const { zoom } = this.charts;
    const series = this.#series;
    const zoomed = zoom ? "Zoomed in. Double-click to see all steps. " : "";
    return {
      chart,
      traces: traces(chart, series),
      hint: `${zoomed}${lastStep(chart, series)}`,
      scene: {
        range: zoom ?? /** @type {[number, number]} */ ([0, Math.max(header.step, 1)]),
        extent: extent(chart, series),
        marks: header.marks,
        empty: !chart.series.some(({ name }) => known.has(name)),
      },
    };
  }

  /** @param {Chart} chart */
  #words({ alt, series }) {
    const latest = series.flatMap(({ name, label }) => {
      const value = this.#news.series.get(name)?.values.at(-1);
      return value === undefined ? [] : [`${label} ${short.format(value)}`];
    });
    return latest.length ? `${alt} Latest values: ${latest.join(", ")}.` : String(alt);
  }
}

/** Draw the curves; called by Streamlit for every change of data or theme. */
export const mount = mounter(CurvesView, CSS);
