/** The curves of several runs laid over one another: one chart for each metric that they share. */

import { fetchArrays } from "./arrays.js";
import { NOTE_CSS, config, extent, houseInShadow, layout, loadPlotly } from "./figure.js";
import { readTheme } from "./figure.js";
import { isFinal, patientWords, routeUrl } from "./live.js";
import { CSS as CONTROLS_CSS, Controls } from "./overlay_controls.js";
import { AXIS_WORDS, overlayTraces, latestWords, shownMarks } from "./overlay_lines.js";
import { Asking } from "./together.js";
import { element, mounter } from "./view.js";

const POINTS = 200;
const DETAIL_POINTS = 600;
const REFRESH_MS = 1000;
const LONGEST_REST_MS = 4000;
/** Drawing takes at most this share of a core: the other half of two belongs to training. */
const SHARE = 0.06;
const WORDS_MS = 5000;

const CSS = `
.root { font-family: var(--st-font); font-size: 0.875rem; color: var(--st-text-color);
  container-type: inline-size; }
.stage { display: grid; gap: 0.6rem; }
.charts { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; }
figure { margin: 0; min-width: 0; }
figcaption { display: flex; justify-content: space-between; gap: 0.75rem; }
figcaption b { font-weight: 600; }
figcaption span { opacity: 0.72; }
.plot { height: 216px; }
.xtick text, .ytick text, .xtitle, .ytitle { fill-opacity: 0.75; }
/* Plotly lays a white band under its hover line, also on a dark page. */
.hoverlayer .spikeline:first-child { display: none; }
button { display: inline-flex; align-items: center; height: 2rem; padding: 0 0.75rem; font: inherit;
  color: inherit; background: transparent; cursor: pointer; white-space: nowrap;
  border: 1px solid var(--st-widget-border-color, var(--st-border-color));
  border-radius: var(--st-button-radius, 0.5rem); }
button:hover { border-color: var(--st-primary-color); }
.axes button[aria-pressed="true"] { border-color: var(--st-primary-color);
  color: var(--st-primary-color); }
:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.problem { color: var(--st-orange-text-color); }
.waiting { opacity: 0.72; }
[hidden] { display: none !important; }
@container (min-width: 760px) {
  .charts { grid-template-columns: repeat(2, minmax(0, 1fr)); }
}
${NOTE_CSS}${CONTROLS_CSS}`;

class OverlayView {
  #header = null;
  #lines = new Map();
  #plots = new Map();
  #question = "";
  #zoom = null;
  #held = false;
  #turn = 0;
  #rest = REFRESH_MS;

  constructor(root) {
    this.root = root;
    this.controls = new Controls((what) => this.#turnTo(what));
    this.problem = element("div", { class: "problem", role: "status" });
    this.waiting = element("div", { class: "waiting" }, "Waiting for the first steps");
    this.charts = element("div", { class: "charts" });
    this.charts.onpointerdown = () => this.#hold();
    const parts = [this.controls.legend, this.controls.root, this.problem, this.waiting];
    root.append(element("div", { class: "stage" }, ...parts, this.charts));
    const fail = (problem) => (this.problem.textContent = patientWords(problem));
    this.asking = new Asking(root, (signal) => this.#ask(signal), fail);
    this.resize = new ResizeObserver(() => this.#draw());
    this.resize.observe(this.charts);
    this.sight = new IntersectionObserver(() => this.asking.now());
  }

  update({ data }) {
    const names = ({ runs }) => runs.map(({ run_id }) => run_id).join();
    if (this.data && names(this.data) !== names(data)) this.#forget();
    this.data = data;
    this.controls.showRuns(data.runs, this.#header?.groups ?? []);
    this.asking.now();
    this.#draw();
  }

  /** Other runs are to be compared: nothing of those before holds. */
  #forget() {
    this.#header = null;
    this.#question = "";
    this.#zoom = null;
    this.#lines.clear();
  }

  close() {
    this.asking.close();
    this.resize.disconnect();
    this.sight.disconnect();
    for (const { plot } of this.#plots.values()) window.Plotly?.purge(plot);
  }

  /** What a person has changed is drawn at once, and asked for where the server has to work. */
  #turnTo(what) {
    if (what === "axis") this.#zoom = null;
    this.controls.showRuns(this.data.runs, this.#header?.groups ?? []);
    if (["axis", "position", "bands"].includes(what)) this.asking.now();
    else this.#draw();
  }

  /** Ask for the curves; lines of runs that have no more rows than are held are not sent again. */
  async #ask(signal) {
    const { runs } = this.data;
    const query = new URLSearchParams({
      ...{ runs: runs.map(({ run_id }) => run_id).join(","), x: this.controls.axis },
      ...{ smooth: this.controls.weight.toFixed(4), bands: String(Number(this.controls.bands)) },
      ...(this.#zoom ? { first: this.#zoom[0], last: this.#zoom[1] } : {}),
      points: String(this.#zoom ? DETAIL_POINTS : POINTS),
    });
    if (this.#header?.charts.length) query.set("metric", this.#wantedMetrics().join(","));
    const question = query.toString();
    const isSame = question === this.#question;
    if (isSame) query.set("have", this.#header.runs.map(({ count }) => count).join(","));
    const answer = await fetchArrays(routeUrl(`compare?${query}`), { signal });
    this.problem.textContent = "";
    if (!isSame) this.#lines.clear();
    this.#question = question;
    this.#take(answer);
    await this.#draw();
    return answer.header.runs.every(({ state }) => isFinal(state)) ? null : this.#rest;
  }

  #take({ header, arrays }) {
    this.#header = header;
    for (const [name, { values }] of arrays) this.#lines.set(name, values);
    this.controls.showRuns(this.data.runs, header.groups);
    this.waiting.hidden = header.charts.length > 0;
    for (const chart of header.charts) this.#place(chart);
    for (const [id, { figure }] of this.#plots) {
      if (header.charts.some((chart) => chart.id === id)) continue;
      figure.remove();
      this.#plots.delete(id);
    }
  }

  #wantedMetrics() {
    const ids = this.#header.charts.map(({ id }) => id);
    const seen = ids.filter((id) => this.#isInSight(id));
    return seen.length ? seen : ids;
  }

  #place(chart) {
    if (this.#plots.has(chart.id)) return;
    const [title, hint] = [element("b", {}, chart.title), element("span")];
    const plot = element("div", { class: "plot", role: "img", "data-metric": chart.id });
    const note = element("p", { class: "note" }, chart.note ?? "");
    const figure = element("figure", {}, element("figcaption", {}, title, hint), plot, note);
    this.#plots.set(chart.id, { figure, hint, plot, drawn: false, spokenAt: -Infinity });
    this.charts.append(figure);
    this.sight.observe(figure);
  }

  /** While the pointer drags, a redraw would take the drag away. */
  #hold() {
    this.#held = true;
    const release = () => {
      this.#held = false;
      this.#draw();
    };
    window.addEventListener("pointerup", release, { once: true, capture: true });
  }

  #isInSight(id) {
    const box = this.#plots.get(id)?.figure.getBoundingClientRect();
    return box && box.bottom > 0 && box.top < window.innerHeight;
  }

  async #draw() {
    if (!this.data) return;
    // Without Plotly nothing is drawn, and the next answer tries to fetch it again.
    const Plotly = await loadPlotly(this.charts);
    if (!Plotly || !this.#header || document.hidden || this.#held) return;
    this.#turn += 1;
    const begin = performance.now();
    for (const chart of this.#header.charts) {
      // Gone from the page, or folded away by it.
      if (!this.charts.clientWidth) return;
      if (this.#isInSight(chart.id)) this.#drawChart(Plotly, chart);
    }
    const cost = performance.now() - begin;
    this.#rest = Math.min(Math.max(REFRESH_MS, cost / SHARE), LONGEST_REST_MS);
  }

  #drawChart(Plotly, chart) {
    const place = this.#plots.get(chart.id);
    const { runs } = this.data;
    const shown = runs.map(({ run_id }) => !this.controls.isHidden(run_id));
    const { log, outliers, axis, weight } = this.controls;
    const scene = { runs, shown, header: this.#header, weight };
    const { traces, values } = overlayTraces(chart, this.#lines, scene);
    const usual = outliers ? this.#header.usual[chart.id] : null;
    const drawn = { ...chart, log, lines: [], series: [{ name: "all" }] };
    const around = {
      width: place.figure.clientWidth,
      range: this.#zoom ?? [0, Math.max(...this.#header.runs.map(({ end }) => end), 1)],
      extent: extent(drawn, new Map([["all", { values }]])),
      ownZoom: place.plot.layout?.yaxis.autorange === false && !usual,
      marks: shownMarks(scene),
      empty: !values.length,
      theme: readTheme(this.root),
      turn: this.#turn,
      axis: AXIS_WORDS[axis],
    };
    // A person's zoom of the values holds until the scale is another one.
    const plan = layout({ ...drawn, id: [chart.id, log, outliers].join() }, around);
    Object.assign(plan, { showlegend: false, margin: { ...plan.margin, t: 12 } });
    if (usual) Object.assign(plan.yaxis, { range: usualRange(usual, log), autorange: false });
    place.hint.textContent = this.#hint(log && values.some((value) => value <= 0));
    this.#speak(place, chart, scene);
    if (place.drawn) {
      Plotly.react(place.plot, traces, plan);
      return;
    }
    place.drawn = true;
    Plotly.newPlot(place.plot, traces, plan, config(Plotly, chart, () => readTheme(this.root)));
    houseInShadow(this.root);
    place.plot.on("plotly_relayout", (change) => this.#zoomTo(change));
  }

  #hint(loses) {
    if (this.#zoom) return "Zoomed in. Double-click to see all.";
    return loses ? "Values of 0 and less have no place on a log axis." : "";
  }

  /** Follow a person's zoom of one chart in all of them, at full detail. */
  #zoomTo(change) {
    if (change["xaxis.autorange"]) {
      this.#zoom = null;
    } else if ("xaxis.range[0]" in change) {
      const ends = [change["xaxis.range[0]"], change["xaxis.range[1]"]];
      this.#zoom = ends.map((end) => Math.max(0, end));
    } else {
      return;
    }
    this.#draw();
    this.asking.now();
  }

  #speak(place, chart, scene) {
    if (performance.now() - place.spokenAt < WORDS_MS) return;
    place.spokenAt = performance.now();
    const words = latestWords(chart, this.#lines, scene);
    const against = `${chart.title} against ${AXIS_WORDS[this.controls.axis]}.`;
    place.plot.setAttribute("aria-label", `${against}${words}`);
  }
}

/** The ends of the axis that shows a range of values with a little room around. */
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
