/** The pictures of several runs at the same step, side by side, with one scrubber for all. */

import { complainIn, Feed } from "./feed.js";
import { ask, loadPicture, routeUrl, runUrl } from "./http.js";
import { chipOf } from "./hud.js";
import { isFinal } from "./live.js";
import { CSS as PICTURES_CSS, PicturePlace } from "./pictures.js";
import { CSS as SCRUBBER_CSS, Scrubber } from "./scrubber.js";
import { CSS as SWATCH_CSS, swatch } from "./swatch.js";
import { element, mounter } from "./view.js";

const REFRESH_MS = 1000;
/** Settings over a picture; the others unfold. */
const MOST_SETTINGS = 4;

const CSS = `${PICTURES_CSS}${SCRUBBER_CSS}${SWATCH_CSS}
.columns { display: grid; gap: 0.75rem; align-items: end;
  grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); }
figure { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.35rem; max-width: 24rem; }
.name { display: flex; align-items: center; gap: 0.45rem; font-weight: 600; }
.name span:last-child { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
dl { display: flex; flex-wrap: wrap; gap: 0.25rem; margin: 0; }
dl div { display: flex; gap: 0.35rem; padding: 0.1rem 0.45rem; border-radius: 0.3rem;
  background: var(--st-secondary-background-color); }
summary { width: fit-content; cursor: pointer; opacity: 0.8; }
details dl { padding-top: 0.35rem; }
dt { opacity: 0.8; }
dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; }
.picture { aspect-ratio: 1; }
.picture img { height: 100%; object-fit: contain; }
figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 0.75rem;
  font-variant-numeric: tabular-nums; }
figcaption b { white-space: nowrap; }
.scrubber { margin-top: 0.6rem; }
`;

/**
 * @typedef {import("./swatch.js").Look} Look
 * @typedef {{runs: Look[], link?: {step?: number}}} Data
 *
 * @typedef {object} Frames which saved frames of a run there are
 * @property {string} run_id
 * @property {string} state
 * @property {number} silent_seconds
 * @property {number} step
 * @property {number[]} frames
 */

/** The settings that set a run apart; beyond a few they wait until a person asks for them. */
function settings(/** @type {Look["differs"]} */ differs) {
  const list = (/** @type {Look["differs"]} */ some) => {
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
  return [
    list(differs.slice(0, MOST_SETTINGS)),
    element("details", { "data-control": "settings" }, summary, list(rest)),
  ];
}

/** One run: its name, what sets it apart, and its picture at a step. */
class Column {
  /** @param {Look} run @param {() => void} onShown */
  constructor(run, onShown) {
    const name = element("div", { class: "name", title: run.label }, swatch(run));
    name.append(element("span", {}, run.title));
    this.step = element("b");
    this.state = element("span");
    this.picture = new PicturePlace(
      (step, signal) => loadPicture(runUrl(run.run_id, `frames/${step}.webp`), signal),
      () => {
        this.#describe(run);
        onShown();
      },
    );
    const caption = element("figcaption", {}, this.state, this.step);
    const { root, problem } = this.picture;
    const parts = [name, ...settings(run.differs), root, caption, problem];
    this.root = element("figure", { "data-run": run.run_id }, ...parts);
  }

  /**
   * Show the last saved frame at or before this step; null is the newest.
   * @param {number | null} step @param {Frames} row
   */
  show(step, row) {
    const { state, frames } = row;
    this.state.textContent = chipOf(row).words;
    const frameStep = step === null ? frames.at(-1) : frames.findLast((one) => one <= step);
    if (frameStep !== undefined) {
      this.picture.want(frameStep);
      return;
    }
    this.step.textContent = "";
    const none = isFinal(state) ? "No pictures were kept" : "No picture yet";
    this.picture.say(frames.length ? "No picture at this step" : none);
  }

  /** @param {Look} run */
  #describe({ label }) {
    const { shown, image } = this.picture;
    this.step.textContent = `Step ${shown?.toLocaleString("en")}`;
    if (image) image.alt = `What the generator of ${label} makes. ${this.step.textContent}.`;
  }
}

class SideBySideView {
  /** @type {Frames[]} */
  #frames = [];
  /** @type {Column[]} */
  #columns = [];
  /** @type {number[]} */
  #saved = [];
  #signature = "";

  /** @param {HTMLElement} root @param {import("./view.js").Mounted<Data>} component */
  constructor(root, { data }) {
    this.data = data;
    this.columns = element("div", { class: "columns" });
    this.problem = element("div", { class: "problem", role: "status" });
    // Going on from a checkpoint belongs to the page of one run, and is not offered here.
    this.scrubber = new Scrubber(() => this.#refresh(), { begin: data.link?.step });
    root.append(element("div", {}, this.columns, this.scrubber.root, this.problem));
    const tell = complainIn(this.problem);
    this.feed = new Feed(root, (signal) => this.#ask(signal), { tell });
  }

  /** @param {import("./view.js").Mounted<Data>} component */
  update({ data }) {
    this.data = data;
    const signature = JSON.stringify(data.runs);
    if (signature !== this.#signature) {
      this.#signature = signature;
      this.#frames = [];
      this.#end();
      this.#columns = data.runs.map((run) => new Column(run, () => this.#tellScrubber()));
      this.columns.replaceChildren(...this.#columns.map(({ root }) => root));
    }
    this.feed.now();
  }

  close() {
    this.scrubber.close();
    this.feed.close();
    this.#end();
  }

  #end() {
    for (const { picture } of this.#columns) picture.close();
  }

  /** @param {AbortSignal} signal */
  async #ask(signal) {
    const signature = this.#signature;
    const runs = this.data.runs.map(({ run_id }) => run_id).join(",");
    const url = routeUrl(`compare/frames?${new URLSearchParams({ runs })}`);
    /** @type {import("./wire.js").Message<{runs: Frames[]}>} */
    const { header } = await ask(url, { signal });
    // Other runs are shown now, and asked for next.
    if (signature !== this.#signature) return null;
    this.#frames = header.runs;
    const steps = header.runs.flatMap(({ frames }) => frames);
    this.#saved = [...new Set(steps)].sort((one, other) => one - other);
    this.#refresh();
    return header.runs.every(({ state }) => isFinal(state)) ? null : REFRESH_MS;
  }

  #refresh() {
    const step = this.scrubber.step ?? this.#newestOfAll;
    for (const [place, header] of this.#frames.entries()) this.#columns[place].show(step, header);
    this.#tellScrubber();
  }

  /** The newest step that every run that goes on has come to; null when none goes on. */
  get #newestOfAll() {
    const going = this.#frames.filter(({ state, frames }) => frames.length && !isFinal(state));
    return going.length ? Math.min(...going.map(({ frames }) => frames[frames.length - 1])) : null;
  }

  /** The scrubber goes on when the pictures of all runs are there. */
  #tellScrubber() {
    if (!this.#saved.length) return;
    const isReady = this.#columns.every(({ picture }) => picture.isReady);
    this.scrubber.update(this.#saved, isReady ? this.scrubber.step : undefined);
  }
}

/** Show the pictures; called by Streamlit for every change of data or theme. */
export const mount = mounter(SideBySideView, CSS);
