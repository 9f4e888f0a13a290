/** How good the pictures of a run are: the newest metrics in a table, and their curves. */

import { CSS as CURVES_CSS, CurvesView } from "./curves.js";
import { complainIn, Feed } from "./feed.js";
import { ask, runUrl } from "./http.js";
import { curvesOf, isFinal } from "./live.js";
import { percent } from "./measure_parts.js";
import { CSS as TERM_CSS, term } from "./term.js";
import { CSS as VERDICT_CSS, Verdict } from "./verdict.js";
import { element, mounter } from "./view.js";

const CSS = `
${CURVES_CSS}${VERDICT_CSS}${TERM_CSS}
.verdict { margin: 0.5rem 0 0; }
.quality { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 7fr); gap: 0.5rem 2rem;
  margin-top: 0.5rem; font-size: 0.875rem; }
.words, .refused, .waiting, .problem { margin: 0; font-size: 0.8125rem; line-height: 1.4; opacity: 0.85; }
table { width: 100%; margin: 0.5rem 0; border-collapse: collapse; font-size: 0.8125rem;
  line-height: 1.3; font-variant-numeric: tabular-nums; }
th, td { padding: 0.15rem 0 0.15rem 0.75rem; text-align: right; font-weight: 400;
  white-space: nowrap; }
th:first-child { padding-left: 0; text-align: left; white-space: normal; }
thead th, td:nth-child(n + 3) { opacity: 0.78; }
tbody tr { border-top: 1px solid var(--st-border-color); }
tbody th[scope="rowgroup"] { padding-top: 0.4rem; opacity: 0.78; }
caption { caption-side: bottom; text-align: start; opacity: 0.85; font-size: 0.8125rem;
  padding-top: 0.35rem; }
.classes figcaption { opacity: 0.85; font-size: 0.8125rem; }
.bars { display: flex; gap: min(0.375rem, 1%); margin-top: 0.4rem; }
.bar { flex: 1; min-width: 0; text-align: center; cursor: help; }
.bar span { display: block; overflow: hidden; font-size: 0.75rem; line-height: 1.5;
  text-overflow: ellipsis; white-space: nowrap; }
.column { position: relative; height: 2.75rem; border-bottom: 1px solid var(--st-text-color); }
.column i { position: absolute; inset: auto 0 0; background: var(--fake); opacity: 0.85;
  border-radius: 2px 2px 0 0; }
.column u { position: absolute; inset-inline: 0; border-top: 2px solid var(--real);
  outline: 1px solid var(--st-background-color); }
@container (max-width: 700px) { .quality { grid-template-columns: minmax(0, 1fr); } }
`;

/**
 * @typedef {{name: string, features: string, note: string, value: string, floor: string, n: string}}
 *   Row
 * @typedef {[name: string, fake: number, real: number]} Class with its shares
 *
 * @typedef {object} Answer dashboard/quality.py
 * @property {string} words
 * @property {import("./verdict.js").Words | null} diagnosis
 * @property {Row[]} table
 * @property {Class[]} classes
 * @property {string[]} refused
 * @property {import("./figure.js").Chart[]} charts
 *
 * @typedef {{run_id: string, every: number, colours: Record<string, string>}} Data
 * @typedef {import("./view.js").Mounted<Data>} Component
 */

const ERRORS =
  "± is one standard error: how much other fakes would change a metric, against the same reals; " +
  "of a likelihood, how much other samples of the data would.";

function row(/** @type {Row} */ { name, note, value, floor, n }) {
  const label = element("th", { scope: "row" }, term(name, name, note));
  const cells = [value, floor, n].map((text) => element("td", {}, text));
  return element("tr", {}, label, ...cells);
}

/**
 * All metrics in the same features, below their name: without it a value means nothing.
 * @param {string} features @param {Row[]} rows
 */
function group(features, rows) {
  const head = element("th", { scope: "rowgroup", colspan: "4" }, `in ${features}`);
  return element("tbody", {}, element("tr", {}, head), ...rows.map(row));
}

function table(/** @type {Row[]} */ rows) {
  const heads = ["", "fakes", "real pictures", term("N", "N")];
  const cells = heads.map((head) => element("th", { scope: "col" }, head));
  const head = element("thead", {}, element("tr", {}, ...cells));
  const groups = [...new Set(rows.map(({ features }) => features))].map((one) =>
    group(
      one,
      rows.filter(({ features }) => features === one),
    ),
  );
  return element("table", {}, element("caption", {}, ERRORS), head, ...groups);
}

/** How often each class is drawn: a bar for the fakes, a line where the data have it. */
function histogram(/** @type {Class[]} */ classes) {
  const most = Math.max(...classes.flatMap(([, fake, real]) => [fake, real]));
  const bars = classes.map(([name, fake, real]) => {
    const words = `${name}: ${percent(fake)} of the fakes, ${percent(real)} of the data`;
    const drawn = element("i", { style: `height: ${(100 * fake) / most}%` });
    const line = element("u", { style: `bottom: ${(100 * real) / most}%` });
    const column = element("div", { class: "column" }, drawn, line);
    return element("div", { class: "bar", title: words }, column, element("span", {}, name));
  });
  const alt = classes.map(([name, fake]) => `${name} ${percent(fake)}`).join(", ");
  const box = element("div", { class: "bars", role: "img", "aria-label": alt }, ...bars);
  const caption = "Classes among the fakes; the lines are their shares of the data";
  return element("figure", { class: "classes" }, element("figcaption", {}, caption), box);
}

class QualityView {
  /** @type {import("./live.js").Status | null} */
  #header = null;

  /** @param {HTMLElement} root @param {Component} component */
  constructor(root, { data }) {
    this.root = root;
    this.data = data;
    this.waiting = element("p", { class: "waiting" });
    this.tables = element("div");
    this.drawn = element("div");
    this.content = element("div", { class: "quality", hidden: "" }, this.tables, this.drawn);
    this.curves = new CurvesView(this.drawn, { data: { ...data, charts: [] } }, true);
    this.verdict = new Verdict();
    this.verdict.root.hidden = true;
    const problem = element("p", { class: "problem", "aria-live": "polite" });
    root.append(this.waiting, problem, this.verdict.root, this.content, this.verdict.spoken);
    const question = async (/** @type {AbortSignal} */ signal) => {
      this.#show(await ask(runUrl(data.run_id, "quality"), { signal }));
    };
    this.feed = new Feed(root, question, { tell: complainIn(problem) });
  }

  /** @param {Component} component */
  update({ data }) {
    this.data = data;
    for (const role of ["real", "fake"]) {
      this.root.style.setProperty(`--${role}`, data.colours[role]);
    }
    this.curves.update({ data: { ...data, charts: this.curves.data.charts } });
  }

  /** @param {import("./live.js").News} news */
  show({ header }) {
    this.#header = header;
    if (!header) return;
    if (this.content.hidden) this.#wait(header);
    const { measured, state, changes } = header;
    // Once a run is over or was changed, the same metrics say less.
    if (measured > 0) this.feed.want(`${measured} ${isFinal(state)} ${changes}`);
  }

  close() {
    this.feed.close();
    this.curves.close();
  }

  /** @param {import("./live.js").Status} header */
  #wait({ state }) {
    const often = `every ${this.data.every} s at the most, in a tenth of the time`;
    const first = "the first metrics take half a minute or more";
    this.waiting.textContent = isFinal(state)
      ? "The pictures of this run were not measured: it was over before their turn came."
      : `How good are the pictures? They are measured ${often}; ${first}.`;
  }

  #show(/** @type {import("./wire.js").Message<Answer>} */ message) {
    const { words, diagnosis, table: rows, classes, refused, charts } = message.header;
    this.waiting.hidden = true;
    this.verdict.root.hidden = !diagnosis;
    if (diagnosis) this.verdict.show(diagnosis);
    this.content.hidden = false;
    this.tables.replaceChildren(
      element("b", {}, "How good are the pictures?"),
      element("p", { class: "words" }, words),
      table(rows),
      ...(classes.length ? [histogram(classes)] : []),
      ...refused.map((sentence) => element("p", { class: "refused" }, sentence)),
    );
    this.curves.update({ data: { ...this.data, charts } });
    this.curves.show({ header: this.#header, series: curvesOf(message) });
  }
}

/** Show how good the pictures are; called by Streamlit for every change of data or theme. */
export const mount = mounter(QualityView, CSS);
