/** The curves of a run, drawn by Plotly from what the server sends and never built twice. */

import { NOTE_CSS, config, extent, houseInShadow, layout, loadPlotly } from "./figure.js";
import { readTheme, traces } from "./figure.js";
import { fetchSeries, runUrl } from "./live.js";
import { element, mounter } from "./view.js";

const REDRAW_MS = 400;
/** Drawing takes at most this share of a core: on two of them the other half belongs to training. */
const SHARE = 0.02;
const LONGEST_REST_MS = 5000;
const ZOOM_REST_MS = 150;
const DETAIL_POINTS = 1000;
const WORDS_MS = 5000;

export const CSS = `
.root { font-family: var(--st-font); color: var(--st-text-color); container-type: inline-size; }
.charts { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; }
figure { margin: 0; min-width: 0; }
figcaption { display: flex; justify-content: space-between; font-size: 0.875rem; }
figcaption b { font-weight: 600; }
figcaption span { opacity: 0.72; }
.plot { height: 216px; }
${NOTE_CSS}
.xtick text, .ytick text, .xtitle, .ytitle { fill-opacity: 0.75; }
/* Plotly lays a white band under its hover line, also on a dark page. */
.hoverlayer .spikeline:first-child { display: none; }
@container (min-width: 700px) {
  .charts { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  figure:last-child:nth-child(odd) { grid-column: 1 / -1; }
}
`;

const short = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

/** The newest value of every line in words, for those who cannot see them. */
function latestWords(chart, series) {
  const latest = chart.series.flatMap(({ name, label }) => {
    const value = series.get(name)?.values.at(-1);
    return value === undefined ? [] : [`${label} ${short.format(value)}`];
  });
  return latest.length ? ` Latest values: ${latest.join(", ")}.` : "";
}

/** Up to which step the lines are drawn: drawing takes its time while a run goes on. */
function lastStep(chart, series) {
  const last = chart.series.map(({ name }) => series.get(name)?.steps.at(-1) ?? 0);
  const step = Math.max(...last);
  return step > 0 ? `Step ${step.toLocaleString("en")}` : "";
}

function pause(milliseconds) {
  return new Promise((resume) => setTimeout(resume, milliseconds));
}

/** Draws charts; it is told of news as every view is. */
export class CurvesView {
  #plots = new Map();
  #news = { header: null, series: new Map() };
  #zoom = null;
  #detail = null;
  #fetching = null;
  #zoomTimer = 0;
  #stale = false;
  #busy = false;
  #drawnAt = -Infinity;
  #rest = REDRAW_MS;
  #speechTimer = 0;
  #spokenAt = -Infinity;
  #turn = 0;
  #held = false;

  constructor(root) {
    this.root = root;
    this.charts = element("div", { class: "charts" });
    root.append(this.charts);
    this.charts.onpointerdown = () => this.#hold();
    this.resize = new ResizeObserver(() => this.#request());
    this.resize.observe(this.charts);
    this.sight = new IntersectionObserver(() => this.#request());
  }

  update({ data }) {
    this.data = data;
    const wanted = new Set(data.charts.map(({ id }) => id));
    for (const [id, { figure }] of this.#plots) {
      if (wanted.has(id)) continue;
      figure.remove();
      this.#plots.delete(id);
    }
    for (const chart of data.charts) this.#place(chart);
    this.#request();
  }

  show(news) {
    this.#news = news;
    this.#request();
    const { step } = news.header ?? { step: 0 };
    const grown = this.#detail && step > this.#detail.upTo && this.#zoom?.[1] > this.#detail.upTo;
    if (grown && !this.#fetching) this.#loadDetail();
  }

  close() {
    clearTimeout(this.#zoomTimer);
    clearTimeout(this.#speechTimer);
    this.#fetching?.abort();
    this.resize.disconnect();
    this.sight.disconnect();
    for (const { plot } of this.#plots.values()) window.Plotly?.purge(plot);
  }

  #place(chart) {
    if (!this.#plots.has(chart.id)) {
      const [title, hint] = [element("b"), element("span")];
      const plot = element("div", { class: "plot", role: "img" });
      const note = element("p", { class: "note" });
      const figure = element("figure", {}, element("figcaption", {}, title, hint), plot, note);
      this.#plots.set(chart.id, { figure, title, hint, note, plot, drawn: false });
      this.sight.observe(figure);
    }
    const { figure, title, note } = this.#plots.get(chart.id);
    title.textContent = chart.title;
    note.textContent = chart.note ?? "";
    // Moving an element that is in its place already would interrupt what the pointer does.
    const index = this.data.charts.indexOf(chart);
    if (this.charts.children[index] !== figure) {
      this.charts.insertBefore(figure, this.charts.children[index] ?? null);
    }
  }

  /** While the pointer drags, a redraw would take the drag away. */
  #hold() {
    this.#held = true;
    const release = () => {
      this.#held = false;
      this.#request();
    };
    window.addEventListener("pointerup", release, { once: true, capture: true });
  }

  /** Draw soon; however often this is called, drawings keep their distance in time. */
  async #request() {
    this.#stale = true;
    if (this.#busy) return;
    this.#busy = true;
    try {
      while (this.#stale) {
        await pause(this.#drawnAt + this.#rest - performance.now());
        this.#stale = false;
        await this.#draw();
      }
    } finally {
      this.#busy = false;
    }
  }

  async #draw() {
    // Without Plotly nothing is drawn, and the next news tries to fetch it again.
    const Plotly = await loadPlotly(this.charts);
    if (!Plotly || !this.#news.header || document.hidden || this.#held) return;
    this.#drawnAt = performance.now();
    this.#turn += 1;
    let cost = 0;
    for (const chart of this.data.charts) {
      // Gone from the page, or folded away by it.
      if (!this.charts.clientWidth) return;
      const begin = performance.now();
      if (this.#isInSight(chart)) this.#drawChart(Plotly, chart);
      cost += performance.now() - begin;
      // A pause after each chart lets the page answer the pointer in between.
      await pause(0);
    }
    this.#rest = Math.min(Math.max(REDRAW_MS, cost / SHARE), LONGEST_REST_MS);
    this.#speak();
  }

  #isInSight(chart) {
    const box = this.#plots.get(chart.id)?.figure.getBoundingClientRect();
    return box && box.bottom > 0 && box.top < window.innerHeight;
  }

  #drawChart(Plotly, chart) {
    const { header } = this.#news;
    const place = this.#plots.get(chart.id);
    if (!place) return;
    const series = this.#visibleSeries();
    const zoomed = this.#zoom ? "Zoomed in. Double-click to see all steps. " : "";
    place.hint.textContent = `${zoomed}${lastStep(chart, series)}`;
    const data = traces(chart, series);
    const scene = {
      width: place.figure.clientWidth,
      range: this.#zoom ?? [0, Math.max(header.step, 1)],
      extent: extent(chart, series),
      ownZoom: place.plot.layout?.yaxis.autorange === false,
      marks: header.marks,
      empty: !chart.series.some(({ name }) => this.#news.series.has(name)),
      theme: readTheme(this.root),
      turn: this.#turn,
    };
    if (place.drawn) {
      Plotly.react(place.plot, data, layout(chart, scene));
      return;
    }
    place.drawn = true;
    const settings = config(Plotly, chart, () => readTheme(this.root));
    Plotly.newPlot(place.plot, data, layout(chart, scene), settings);
    houseInShadow(this.root);
    place.plot.on("plotly_relayout", (change) => this.#zoomTo(change));
  }

  #visibleSeries() {
    const { zoom, series } = this.#detail ?? {};
    const covered = this.#zoom && zoom && zoom[0] <= this.#zoom[0] && this.#zoom[1] <= zoom[1];
    return covered ? new Map([...this.#news.series, ...series]) : this.#news.series;
  }

  /** Follow a person's zoom of one chart in all of them. */
  #zoomTo(change) {
    if (change["xaxis.autorange"]) {
      this.#zoom = null;
    } else if ("xaxis.range[0]" in change) {
      this.#zoom = [change["xaxis.range[0]"], change["xaxis.range[1]"]];
    } else {
      return;
    }
    setTimeout(() => this.#draw());
    clearTimeout(this.#zoomTimer);
    this.#fetching?.abort();
    this.#fetching = null;
    if (this.#zoom) this.#zoomTimer = setTimeout(() => this.#loadDetail(), ZOOM_REST_MS);
    else this.#detail = null;
  }

  /** Fetch the zoomed range in full; when that fails, the kept points stay on screen. */
  async #loadDetail() {
    const zoom = this.#zoom;
    const upTo = this.#news.header.step;
    const asking = new AbortController();
    this.#fetching = asking;
    const [first, last] = [Math.max(0, Math.floor(zoom[0])), Math.max(0, Math.ceil(zoom[1]))];
    const query = `curves?first=${first}&last=${last}&points=${DETAIL_POINTS}`;
    const url = runUrl(this.data.run_id, query);
    const answer = await fetchSeries(url, asking.signal).catch(() => null);
    if (this.#fetching !== asking) return;
    this.#fetching = null;
    if (!answer) return;
    this.#detail = { zoom, upTo, series: answer.series };
    this.#request();
  }

  #speak() {
    if (this.#speechTimer) return;
    const wait = this.#spokenAt + WORDS_MS - performance.now();
    this.#speechTimer = setTimeout(() => {
      this.#speechTimer = 0;
      this.#spokenAt = performance.now();
      for (const chart of this.data.charts) {
        const words = chart.alt + latestWords(chart, this.#news.series);
        this.#plots.get(chart.id).plot.setAttribute("aria-label", words);
      }
    }, wait);
  }
}

/** Draw the curves; called by Streamlit for every change of data or theme. */
export const mount = mounter(CurvesView, CSS);
