/** The pictures of several runs at the same moment, side by side, with one scrubber for all. */

import { chipOf } from "./hud.js";
import { isFinal, isLastWord, patientWords, question, routeUrl, runUrl } from "./live.js";
import { loadPicture } from "./picture.js";
import { CSS as TIMELINE_CSS, Timeline } from "./plane_timeline.js";
import { Asking, Latest, swatch } from "./together.js";
import { element, mounter } from "./view.js";

const REFRESH_MS = 1000;
/** Settings over a picture; the others unfold. */
const MOST_SETTINGS = 4;

const CSS = `
.root { font-family: var(--st-font); font-size: 0.875rem; color: var(--st-text-color); }
.columns { display: grid; gap: 0.75rem; align-items: end;
  grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); }
figure { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.35rem; margin: 0;
  min-width: 0; max-width: 24rem; }
.name { display: flex; align-items: center; gap: 0.45rem; font-weight: 600; }
.name span:last-child { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.swatch svg { display: block; width: 26px; height: 10px; }
dl { display: flex; flex-wrap: wrap; gap: 0.25rem; margin: 0; }
dl div { display: flex; gap: 0.35rem; padding: 0.1rem 0.45rem; border-radius: 0.3rem;
  background: var(--st-secondary-background-color); }
summary { width: fit-content; cursor: pointer; opacity: 0.8; }
details dl { padding-top: 0.35rem; }
dt { opacity: 0.8; }
dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; }
.picture { display: grid; border: 1px solid var(--st-border-color); overflow: hidden;
  aspect-ratio: 1; border-radius: var(--st-base-radius, 0.5rem); }
img { display: block; width: 100%; height: 100%; object-fit: contain;
  image-rendering: pixelated; }
.waiting { display: grid; place-items: center; padding: 1rem; text-align: center; opacity: 0.72; }
figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 0.75rem;
  font-variant-numeric: tabular-nums; }
figcaption b { font-weight: 600; white-space: nowrap; }
.timeline { margin-top: 0.6rem; }
.timeline button { display: inline-flex; align-items: center; justify-content: center; height: 2rem;
  padding: 0 0.75rem; font: inherit; color: inherit; background: transparent; cursor: pointer;
  border: 1px solid var(--st-widget-border-color, var(--st-border-color));
  border-radius: var(--st-button-radius, 0.5rem); }
.timeline button:hover, .timeline button[aria-pressed="true"] {
  border-color: var(--st-primary-color); color: var(--st-primary-color); }
:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.problem { color: var(--st-orange-text-color); }
[hidden] { display: none !important; }
${TIMELINE_CSS}`;

/** The settings that set a run apart; beyond a few they wait until a person asks for them. */
function settings(differs) {
  const list = (some) => {
    const pairs = some.map(([title, name, value]) =>
      element(
        "div",
        {},
        element("dt", {}, `${title} `, element("code", {}, name)),
        element("dd", {}, value),
      ),
    );
    return element("dl", {}, ...pairs);
  };
  const rest = differs.slice(MOST_SETTINGS);
  if (!rest.length) return [list(differs)];
  const summary = element("summary", {}, `and ${rest.length} more`);
  return [list(differs.slice(0, MOST_SETTINGS)), element("details", {}, summary, list(rest))];
}

/** One run: its name, what sets it apart, and its picture at a moment. */
class Column {
  #wanted = null;
  #shown = null;

  constructor(owner, run, onShown) {
    Object.assign(this, { run, onShown });
    const name = element("div", { class: "name", title: run.label }, swatch(run));
    name.append(element("span", {}, run.title));
    this.picture = element("div", { class: "picture" });
    this.step = element("b");
    this.state = element("span");
    const caption = element("figcaption", {}, this.state, this.step);
    const problem = element("div", { class: "problem", role: "status" });
    const complain = (sentence) => (problem.textContent = sentence);
    this.work = new Latest(owner, () => this.#load(), complain);
    const parts = [name, ...settings(run.differs), this.picture, caption, problem];
    this.root = element("figure", { "data-run": run.run_id }, ...parts);
  }

  /** Whether the picture that is wanted is on screen. */
  get isReady() {
    return this.#wanted === this.#shown;
  }

  /** Show the last saved moment at or before this step; null is the newest. */
  show(step, told) {
    const { state, frames } = told;
    this.state.textContent = chipOf(told).words;
    const moment = step === null ? frames.at(-1) : frames.findLast((one) => one <= step);
    this.#wanted = moment ?? null;
    this.work.want(this.#wanted);
    if (moment === undefined) {
      this.#shown = null;
      this.step.textContent = "";
      this.#say(isFinal(state) ? "No pictures were kept" : "No picture yet");
    }
  }

  /** Show the moment that is wanted as soon as its picture is there. */
  async #load() {
    const moment = this.#wanted;
    if (moment === null) return;
    try {
      const image = await loadPicture(runUrl(this.run.run_id, `frames/${moment}.webp`));
      if (this.#wanted !== null) this.#swap(image, moment);
    } catch (problem) {
      if (!isLastWord(problem)) throw problem;
      if (this.#wanted !== null) this.#refuse(problem, moment);
    }
    this.onShown();
  }

  /** Say in the place of a picture why there is none. */
  #refuse({ message }, moment) {
    this.#shown = moment;
    this.step.textContent = `Step ${moment.toLocaleString("en")}`;
    this.#say(message);
  }

  #say(words) {
    this.picture.replaceChildren(element("div", { class: "waiting" }, words));
  }

  #swap(image, moment) {
    this.#shown = moment;
    this.step.textContent = `Step ${moment.toLocaleString("en")}`;
    image.alt = `What the generator of ${this.run.label} makes. ${this.step.textContent}.`;
    this.picture.replaceChildren(image);
  }
}

class SideBySideView {
  places = [];
  #told = null;
  #saved = [];
  #signature = "";

  constructor(root) {
    this.columns = element("div", { class: "columns" });
    this.problem = element("div", { class: "problem", role: "status" });
    // Going on from a moment belongs to the page of one run, and is not offered here.
    this.timeline = new Timeline(() => this.#refresh(), () => {});
    root.append(element("div", {}, this.columns, this.timeline.root, this.problem));
    const fail = (problem) => (this.problem.textContent = patientWords(problem));
    this.asking = new Asking(root, (signal) => this.#ask(signal), fail);
  }

  update({ data }) {
    this.data = data;
    const signature = JSON.stringify(data.runs);
    if (signature !== this.#signature) {
      this.#signature = signature;
      this.#told = null;
      this.#closeColumns();
      this.places = data.runs.map((run) => new Column(this.columns, run, () => this.#tellTimeline()));
      this.columns.replaceChildren(...this.places.map(({ root }) => root));
    }
    this.asking.now();
  }

  close() {
    this.timeline.close();
    this.asking.close();
    this.#closeColumns();
  }

  #closeColumns() {
    for (const { work } of this.places) work.close();
  }

  async #ask(signal) {
    const runs = this.data.runs.map(({ run_id }) => run_id).join(",");
    const query = new URLSearchParams({ runs });
    const url = routeUrl(`compare/moments?${query}`);
    const answer = await (await question(url, { signal })).json();
    if (runs !== this.data.runs.map(({ run_id }) => run_id).join(",")) return 0;
    this.problem.textContent = "";
    this.#told = answer.runs;
    const steps = answer.runs.flatMap(({ frames }) => frames);
    this.#saved = [...new Set(steps)].sort((one, other) => one - other);
    this.#refresh();
    return answer.runs.every(({ state }) => isFinal(state)) ? null : REFRESH_MS;
  }

  #refresh() {
    if (!this.#told) return;
    const step = this.timeline.step ?? this.#newestOfAll;
    for (const [place, told] of this.#told.entries()) this.places[place].show(step, told);
    this.#tellTimeline();
  }

  /** The newest moment that every run that goes on has come to; null when none goes on. */
  get #newestOfAll() {
    const going = this.#told.filter(({ state, frames }) => frames.length && !isFinal(state));
    return going.length ? Math.min(...going.map(({ frames }) => frames.at(-1))) : null;
  }

  /** The timeline goes on when the pictures of all runs are there. */
  #tellTimeline() {
    if (!this.#saved.length) return;
    const isReady = this.places.every((column) => column.isReady);
    const step = isReady ? this.timeline.step : undefined;
    this.timeline.update({ saved: this.#saved, step }, false);
  }
}

/** Show the pictures; called by Streamlit for every change of data or theme. */
export const mount = mounter(SideBySideView, CSS);
