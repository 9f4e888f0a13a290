/** The curves of several runs laid over one another: one chart for each metric that they share. */

import { CSS as CHART_CSS, Charts } from "./chart.js";
import { complainIn, Feed } from "./feed.js";
import { extent } from "./figure.js";
import { ask, routeUrl } from "./http.js";
import { isFinal } from "./live.js";
import { CSS as CONTROLS_CSS, Controls } from "./overlay_controls.js";
import { AXIS_WORDS, latestWords, overlayTraces, shownMarks } from "./overlay_lines.js";
import { element, mounter } from "./view.js";

const POINTS = 200;
const DETAIL_POINTS = 600;
const REFRESH_MS = 1000;
/** Drawing takes at most this share of a core: the other half of two belongs to training. */
const SHARE = 0.06;

const CSS = `${CHART_CSS}${CONTROLS_CSS}
.root { container-type: inline-size; }
.stage { display: grid; gap: 0.6rem; }
.waiting { opacity: 0.72; }
`;

/**
 * @typedef {import("./figure.js").Chart} Chart
 * @typedef {import("./overlay_lines.js").Header} Header
 * @typedef {{runs: import("./swatch.js").Look[],
 *   link?: import("./overlay_controls.js").Begin}} Data
 * @typedef {import("./view.js").Mounted<Data>} Component
 */

class OverlayView {
  /** @type {Header | null} */
  #header = null;
  /** @type {Map<string, Float32Array>} */
  #lines = new Map();
  #question = "";

  /** @param {HTMLElement} root @param {Component} component */
  constructor(root, { data }) {
    this.data = data;
    this.controls = new Controls((what) => this.#turnTo(what), data.link);
    this.problem = element("div", { class: "problem", role: "status" });
    this.waiting = element("div", { class: "waiting" }, "Waiting for the first steps");
    const tell = complainIn(this.problem);
    this.feed = new Feed(root, (signal) => this.#ask(signal), { tell });
    this.charts = new Charts(root, {
      draw: (chart) => this.#draw(chart),
      words: (chart) => this.#words(chart),
      onZoom: () => this.feed.now(),
      onSight: () => this.feed.now(),
      share: SHARE,
    });
    const parts = [this.controls.legend, this.controls.root, this.problem, this.waiting];
    root.append(element("div", { class: "stage" }, ...parts, this.charts.list));
  }

  /** @param {Component} component */
  update({ data }) {
    const names = (/** @type {Data} */ { runs }) => runs.map(({ run_id }) => run_id).join();
    if (names(this.data) !== names(data)) this.#forget();
    this.data = data;
    this.#showRuns();
    this.feed.now();
    this.charts.now();
  }

  /** Other runs are to be compared: nothing of those before holds. */
  #forget() {
    this.#header = null;
    this.#question = "";
    this.charts.zoom = null;
    this.#lines.clear();
  }

  close() {
    this.feed.close();
    this.charts.close();
  }

  #showRuns() {
    this.controls.showRuns(this.data.runs, this.#header?.groups ?? []);
  }

  /** What a person has changed is drawn at once, and asked for where the server has to work. */
  #turnTo(/** @type {string} */ what) {
    if (what === "axis") this.charts.zoom = null;
    this.#showRuns();
    if (["axis", "position", "bands"].includes(what)) this.feed.now();
    else this.charts.now();
  }

  /**
   * Ask for the curves; lines of runs that have no more rows than are held are not sent again.
   * @param {AbortSignal} signal
   */
  async #ask(signal) {
    const { runs } = this.data;
    const [{ zoom, seen }, { axis, weight, bands }] = [this.charts, this.controls];
    const query = new URLSearchParams({
      ...{ runs: runs.map(({ run_id }) => run_id).join(","), x: axis },
      ...{ smooth: weight.toFixed(4), bands: String(Number(bands)) },
      ...(zoom ? { first: String(zoom[0]), last: String(zoom[1]) } : {}),
      points: String(zoom ? DETAIL_POINTS : POINTS),
    });
    if (this.#header?.charts.length) query.set("metric", seen.join(","));
    const question = query.toString();
    const before = question === this.#question ? this.#header : null;
    if (before) query.set("have", before.runs.map(({ count }) => count).join(","));
    /** @type {import("./wire.js").Message<Header>} */
    const message = await ask(routeUrl(`compare?${query}`), { signal });
    if (runs !== this.data.runs) return null;
    if (!before) this.#lines.clear();
    this.#question = question;
    this.#take(message);
    const isOver = message.header.runs.every(({ state }) => isFinal(state));
    return isOver ? null : Math.max(REFRESH_MS, this.charts.rest);
  }

  /** @param {import("./wire.js").Message<Header>} message */
  #take(message) {
    this.#header = message.header;
    for (const name of message.arrays.keys()) this.#lines.set(name, message.floats(name));
    this.#showRuns();
    this.waiting.hidden = message.header.charts.length > 0;
    this.charts.update(message.header.charts);
  }

  /** What is drawn of the runs: those that are not hidden, by the lines of a header. */
  #scene(/** @type {Header} */ header) {
    const { runs } = this.data;
    const shown = runs.map(({ run_id }) => !this.controls.isHidden(run_id));
    return { runs, shown, header, weight: this.controls.weight };
  }

  /** @param {Chart} chart */
  #draw(chart) {
    if (!this.#header) return null;
    const scene = this.#scene(this.#header);
    const { log, outliers, axis } = this.controls;
    const { traces, values } = overlayTraces(chart, this.#lines, scene);
    const usual = outliers ? this.#header.usual[chart.id] : null;
    const drawn = { ...chart, log, lines: [], series: [{ name: "all", label: "", colour: "" }] };
    const end = Math.max(...this.#header.runs.map((run) => run.end), 1);
    return {
      // A person's zoom of the values holds until the scale is another one.
      chart: { ...drawn, id: [chart.id, log, outliers].join() },
      traces,
      hint: this.#hint(log && values.some((value) => value <= 0)),
      scene: {
        range: this.charts.zoom ?? /** @type {[number, number]} */ ([0, end]),
        extent: extent(drawn, new Map([["all", { values }]])),
        ...(usual && { ownZoom: false }),
        marks: shownMarks(scene),
        empty: !values.length,
        axis: AXIS_WORDS[axis],
      },
      plan: {
        showlegend: false,
        margin: { t: 12 },
        ...(usual && { yaxis: { range: usualRange(usual, log), autorange: false } }),
      },
    };
  }

  #hint(/** @type {boolean} */ loses) {
    if (this.charts.zoom) return "Zoomed in. Double-click to see all.";
    return loses ? "Values of 0 and less have no place on a log axis." : "";
  }

  /** @param {Chart} chart */
  #words(chart) {
    const latest = this.#header ? latestWords(chart, this.#lines, this.#scene(this.#header)) : "";
    return `${chart.title} against ${AXIS_WORDS[this.controls.axis]}.${latest}`;
  }
}

/**
 * The ends of the axis that shows a range of values with a little room around.
 * @param {[number, number]} usual @param {boolean} log
 */
function usualRange([low, high], log) {
  if (!log) {
    const room = 0.05 * (high - low || 1);
    return [low - room, high + room];
  }
  const top = Math.log10(Math.max(high, 1e-12));
  return [low > 0 ? Math.log10(low) - 0.05 : top - 4, top + 0.05];
}

/** Draw the curves; called by Streamlit for every change of data or theme. */
export const mount = mounter(OverlayView, CSS);
