/** How the game in the plane stands: a verdict in words, and the measurements behind it. */

import { Refusal, isFinal, runUrl } from "./live.js";
import { CSS as PARTS_CSS, Modes, Scores, Value } from "./measure_parts.js";
import { decimals, percent, write } from "./measure_parts.js";
import { CSS as SAVE_CSS, saveButton, saveNode } from "./save.js";
import { element, mounter } from "./view.js";

const REST_MS = 1000;
const PATIENCE_MS = 10000;

const CSS = `
.root { font-family: var(--st-font); font-size: 0.875rem; color: var(--st-text-color);
  font-variant-numeric: tabular-nums; container-type: inline-size; }
.waiting { display: grid; place-items: center; min-height: 18rem; padding: 1rem;
  text-align: center; opacity: 0.72; }
.strip { display: flex; align-items: center; gap: 0.75rem; min-height: 2.7em; line-height: 1.35;
  margin-bottom: 0.75rem; padding: 0.35rem 0.75rem; font-size: 0.9375rem; font-weight: 500;
  border-left: 0.3rem solid var(--strip-text); border-radius: var(--st-base-radius, 0.5rem);
  color: var(--strip-text); background: var(--strip-background); }
.strip svg { flex: none; width: 1.5rem; height: 1.5rem; fill: none; stroke: currentColor;
  stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
.strip .sentence { text-wrap: pretty; overflow-wrap: anywhere; }
.panel { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
  grid-template-rows: auto 1fr; gap: 0.75rem 1.5rem; }
.panel.stale { opacity: 0.5; }
.panel:has(.modes[hidden]) .scores { grid-area: 1 / 2 / 3 / 3; }
.panel:has(.modes[hidden]) .plot { height: 7rem; }
table { width: 100%; align-self: start; border-collapse: collapse; font-size: 0.8125rem;
  line-height: 1.3; }
th, td { padding: 0.12rem 0 0.12rem 0.75rem; text-align: right; font-weight: 400;
  white-space: nowrap; }
th:first-child { padding-left: 0; text-align: left; }
th[title] { cursor: help; }
thead th, td:last-child { opacity: 0.78; }
tbody tr { border-top: 1px solid var(--st-border-color); }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
[hidden] { display: none !important; }
@container (max-width: 460px) { .panel { grid-template-columns: minmax(0, 1fr); }
  .panel:has(.modes[hidden]) .scores { grid-area: auto; } }
.strip .sentence { flex: 1; }
${PARTS_CSS}${SAVE_CSS}`;

/** How each state looks: a colour of the theme, and a drawing on 20 by 20. */
const STATES = {
  balanced: ["green", "M10 3v14M6.5 17h7M3 6h14M3 6 1 11.5h4zM17 6l-2 5.5h4z"],
  d_winning: ["blue", "M10 3v14M6.5 17h7M3 8l14-4M3 8 1 13.5h4zM17 4l-2 5.5h4z"],
  g_winning: ["orange", "M10 3v14M6.5 17h7M3 4l14 4M3 4 1 9.5h4zM17 8l-2 5.5h4z"],
  collapsing: ["orange", "M10 3l8 14H2zM10 8v4.5M10 14.8v.01"],
  diverging: ["red", "M8 8 3 3m0 4V3h4M12 12l5 5m0-4v4h-4M12 8l5-5m-4 0h4v4M8 12l-5 5m0-4v4h4"],
  searching: ["gray", "M8.5 3a5.5 5.5 0 1 0 0 11a5.5 5.5 0 0 0 0-11M12.5 12.5 18 18"],
  solved: ["green", "M3 11l4.5 4.5L17 5"],
};
const OTHERWISE = ["gray", "M10 2.5a7.5 7.5 0 1 0 0 15a7.5 7.5 0 0 0 0-15M10 9.5V14M10 6.3v.01"];

/** Name, meaning, and the figures of the fakes and of a true sample; null where there are none. */
const ROWS = [
  ["on a spot (high quality)", "Share of the fakes within 3 sigma of a spot of the data.",
    ({ modes }) => modes && [percent(modes.high_quality, 1), percent(modes.high_quality_real, 1)]],
  ["KL to uniform", "How unevenly the fakes spread over the spots, in nats; 0 is evenly.",
    ({ modes }) => modes && [short(modes.kl), short(modes.kl_floor)]],
  ["sliced W1", "Wasserstein distance of fakes and reals along a line, mean over directions.",
    (figures) => [short(figures.sliced_w1), short(figures.sliced_w1_floor)]],
  ["JSD", "Jensen-Shannon divergence of fakes and reals in nats, estimated; at most log 2 = 0.693.",
    ({ jsd, jsd_floor: floor }) => [short(jsd), short(floor)]],
  ["mean push", "Mean length of the push −∂L/∂x on a fake x, L being G's loss.",
    ({ mean_force: push }) => [short(push), ""]],
];

/** A figure with as many decimals as its floor needs; large ones are wrong by more than that. */
function short(value) {
  return decimals(value, value < 10 ? 3 : 1);
}

/** The verdict. Its sentence changes with every figure, so only a new state is read aloud. */
class Strip {
  #state = null;

  constructor() {
    this.icon = element("span", { "aria-hidden": "true", style: "display: contents" });
    this.sentence = element("span", { class: "sentence" });
    this.spoken = element("span", { class: "spoken", role: "status" });
    this.root = element("div", { class: "strip" }, this.icon, this.sentence);
  }

  show({ state, sentence }) {
    write(this.sentence, sentence);
    if (state === this.#state) return;
    this.#state = state;
    const [colour, path] = STATES[state] ?? OTHERWISE;
    this.root.dataset.state = state;
    this.root.style.setProperty("--strip-text", `var(--st-${colour}-text-color)`);
    this.root.style.setProperty("--strip-background", `var(--st-${colour}-background-color)`);
    this.icon.innerHTML = `<svg viewBox="0 0 20 20"><path d="${path}"/></svg>`;
    write(this.spoken, sentence);
  }
}

/** Distances and shares, each beside what a true sample of as many points gets. */
class Table {
  constructor() {
    const title = "Held-out reals, and as many fresh fakes, that all of this is measured with.";
    this.count = element("th", { scope: "col", title });
    const heads = ["fakes", "true sample"].map((head) => element("th", { scope: "col" }, head));
    const head = element("thead", {}, element("tr", {}, this.count, ...heads));
    this.rows = ROWS.map(([name, meaning]) => {
      const label = element("th", { scope: "row", title: meaning }, name);
      return element("tr", {}, label, element("td"), element("td"));
    });
    this.root = element("table", {}, head, element("tbody", {}, ...this.rows));
  }

  show(figures) {
    write(this.count, `N = ${figures.count.toLocaleString("en")}`);
    ROWS.forEach(([, , pick], i) => {
      const values = pick(figures);
      this.rows[i].hidden = values === null;
      values?.forEach((value, column) => write(this.rows[i].children[column + 1], value));
    });
  }
}

async function fetchFigures(url, signal) {
  const response = await fetch(url, { signal, cache: "no-store" });
  const answer = await response.json();
  if (response.ok) return answer;
  throw new Refusal(answer.error);
}

class MeasuresView {
  #header = null;
  #asked = null;
  #shown = null;
  #busy = false;
  #left = new AbortController();

  constructor(root) {
    this.root = root;
    this.waiting = element("div", { class: "waiting" }, "Waiting for the first figures");
    this.strip = new Strip();
    const [value, modes, scores, table] = [new Value(), new Modes(), new Scores(), new Table()];
    this.parts = [value, modes, scores, table];
    this.panel = element("div", { class: "panel" }, ...this.parts.map((part) => part.root));
    this.content = element("div", { hidden: "" }, this.strip.root, this.panel);
    for (const format of ["PNG", "SVG"]) {
      const act = () => saveNode(this.content, CSS, format, `measures-${this.step}`);
      this.strip.root.append(saveButton(format, act));
    }
    root.append(this.waiting, this.content, this.strip.spoken);
  }

  update({ data }) {
    this.data = data;
    for (const [role, colour] of Object.entries(data.colours)) {
      this.root.style.setProperty(`--${role}`, colour);
    }
  }

  show({ header }) {
    this.#header = header;
    this.#follow();
  }

  close() {
    this.#left.abort();
  }

  /** The moment that there are figures of; a run that pauses is measured once more. */
  get #moment() {
    return `${this.#header.state} ${this.#header.step}`;
  }

  get #wants() {
    const isThere = !document.hidden && this.root.isConnected && !this.#left.signal.aborted;
    return isThere && this.#header !== null && this.#shown !== this.#moment;
  }

  /** Ask while there is something new: one question at a time, and a rest after each. */
  async #follow() {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#wants) {
      await this.#ask();
      await new Promise((resume) => setTimeout(resume, REST_MS));
    }
    this.#busy = false;
  }

  async #ask() {
    const { base, run_id: runId } = this.data;
    const [moment, { state, step }] = [this.#moment, this.#header];
    const signal = AbortSignal.any([this.#left.signal, AbortSignal.timeout(PATIENCE_MS)]);
    let figures;
    try {
      figures = await fetchFigures(runUrl(base, runId, "measures"), signal);
    } catch (problem) {
      // Without an answer it is asked again; of a run that is over nothing else will be said.
      if (!(problem instanceof Refusal)) return;
      if (isFinal(state)) this.#shown = moment;
      this.#refuse(problem.message);
      return;
    }
    // A game comes a little after its step: for an older one it is asked once again.
    if (figures.step >= step || this.#asked === moment) this.#shown = moment;
    this.#asked = moment;
    this.#showFigures(figures);
  }

  #showFigures(figures) {
    this.step = figures.step;
    this.waiting.hidden = true;
    this.content.hidden = false;
    this.panel.classList.remove("stale");
    this.strip.show(figures.words);
    for (const part of this.parts) part.show(figures);
  }

  #refuse(sentence) {
    if (this.content.hidden) {
      write(this.waiting, this.#header.progress_text || sentence);
      return;
    }
    // The last figures stay, faded: they are no longer those of this moment.
    this.panel.classList.add("stale");
    this.strip.show({ state: "unknown", sentence });
  }
}

/** Show how the game stands; called by Streamlit for every change of data or theme. */
export const mount = mounter(MeasuresView, CSS);
