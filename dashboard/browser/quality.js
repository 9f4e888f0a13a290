/** How good the pictures of a run are: the newest figures in a table, and their curves. */

import { CSS as CURVES_CSS, CurvesView } from "./curves.js";
import { isFinal, question, runUrl } from "./live.js";
import { percent } from "./measure_parts.js";
import { CSS as STRIP_CSS, Strip } from "./strip.js";
import { Latest } from "./together.js";
import { element, mounter } from "./view.js";

const CSS = `
${CURVES_CSS}${STRIP_CSS}
.strip { margin: 0.5rem 0 0; }
.quality { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 7fr); gap: 0.5rem 2rem;
  margin-top: 0.5rem; font-size: 0.875rem; }
.quality b { font-weight: 600; }
.words, .refused, .waiting, .problem { margin: 0; font-size: 0.8125rem; line-height: 1.4; opacity: 0.85; }
table { width: 100%; margin: 0.5rem 0; border-collapse: collapse; font-size: 0.8125rem;
  line-height: 1.3; font-variant-numeric: tabular-nums; }
th, td { padding: 0.15rem 0 0.15rem 0.75rem; text-align: right; font-weight: 400;
  white-space: nowrap; }
th:first-child { padding-left: 0; text-align: left; white-space: normal; }
th[title] { cursor: help; }
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
[hidden] { display: none !important; }
@container (max-width: 700px) { .quality { grid-template-columns: minmax(0, 1fr); } }
`;

const ERRORS =
  "± is one standard error: how much other fakes would change a figure, against the same reals; " +
  "of a likelihood, how much other samples of the data would.";

function row({ name, meaning, value, floor, n }) {
  const label = element("th", { scope: "row", title: meaning }, name);
  const cells = [value, floor, n].map((text) => element("td", {}, text));
  return element("tr", {}, label, ...cells);
}

/** All figures in the same features, below their name: without it a value means nothing. */
function group(features, rows) {
  const head = element("th", { scope: "rowgroup", colspan: "4" }, `in ${features}`);
  return element("tbody", {}, element("tr", {}, head), ...rows.map(row));
}

function table(rows) {
  const heads = ["", "fakes", "real pictures", "N"];
  const cells = heads.map((head) => element("th", { scope: "col" }, head));
  const head = element("thead", {}, element("tr", {}, ...cells));
  const groups = [...new Set(rows.map(({ features }) => features))].map((one) =>
    group(one, rows.filter(({ features }) => features === one)),
  );
  return element("table", {}, element("caption", {}, ERRORS), head, ...groups);
}

/** How often each class is drawn: a bar for the fakes, a line where the data have it. */
function histogram(classes) {
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
  #header = null;

  constructor(root) {
    this.root = root;
    this.waiting = element("p", { class: "waiting" });
    this.told = element("div");
    this.drawn = element("div");
    this.content = element("div", { class: "quality", hidden: "" }, this.told, this.drawn);
    this.strip = new Strip();
    this.strip.root.hidden = true;
    const problem = element("p", { class: "problem", "aria-live": "polite" });
    root.append(this.waiting, problem, this.strip.root, this.content, this.strip.spoken);
    const complain = (sentence) => (problem.textContent = sentence);
    this.work = new Latest(root, () => this.#ask(), complain);
  }

  update({ data }) {
    this.data = data;
    for (const role of ["real", "fake"]) {
      this.root.style.setProperty(`--${role}`, data.colours[role]);
    }
    if (this.answer) this.#draw();
  }

  show({ header }) {
    this.#header = header;
    if (!header) return;
    if (!this.answer) this.#wait();
    // Once a run is over or was changed, the same figures say less.
    const { measured, state, changes } = header;
    if (measured) this.work.want(`${measured} ${isFinal(state)} ${changes}`);
  }

  close() {
    this.work.close();
    this.curves?.close();
  }

  #wait() {
    const often = `every ${this.data.every} s at the most, in a tenth of the time`;
    const first = "the first figures take half a minute or more";
    this.waiting.textContent = isFinal(this.#header.state)
      ? "The pictures of this run were not measured: it was over before their turn came."
      : `How good are the pictures? They are measured ${often}; ${first}.`;
  }

  async #ask() {
    this.answer = await (await question(runUrl(this.data.run_id, "quality"))).json();
    this.#draw();
  }

  #draw() {
    const { words, diagnosis, table: rows, classes, refused, charts, series } = this.answer;
    this.waiting.hidden = true;
    this.strip.root.hidden = !diagnosis;
    if (diagnosis) this.strip.show(diagnosis);
    this.content.hidden = false;
    this.told.replaceChildren(
      element("b", {}, "How good are the pictures?"),
      element("p", { class: "words" }, words),
      table(rows),
      ...(classes.length ? [histogram(classes)] : []),
      ...refused.map((sentence) => element("p", { class: "refused" }, sentence)),
    );
    this.curves ??= new CurvesView(this.drawn);
    this.curves.update({ data: { ...this.data, charts } });
    const points = series.map(({ name, steps, values }) => {
      return [name, { steps: Uint32Array.from(steps), values: Float32Array.from(values) }];
    });
    this.curves.show({ header: this.#header, series: new Map(points) });
  }
}

/** Show how good the pictures are; called by Streamlit for every change of data or theme. */
export const mount = mounter(QualityView, CSS);
