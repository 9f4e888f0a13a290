/** The status line of a run: what it does, how far it is, how fast it goes and what went wrong. */

import { isFinal } from "./live.js";
import { element, mounter, write } from "./view.js";

/** @typedef {{run_id: string, state: string, changes: number}} Data what the page was drawn for */
/** @typedef {import("./live.js").Status} Status */

/**
 * Every state of a run, in words and with the colour of its chip.
 *
 * @type {Record<string, {words: string, colour: string}>}
 */
const STATES = {
  queued: { words: "In the queue", colour: "gray" },
  preparing: { words: "Preparing the data", colour: "blue" },
  running: { words: "Training", colour: "green" },
  paused: { words: "Paused", colour: "orange" },
  completed: { words: "Finished", colour: "blue" },
  stopped: { words: "Stopped", colour: "gray" },
  diverged: { words: "Diverged", colour: "red" },
  failed: { words: "Failed", colour: "red" },
  interrupted: { words: "Interrupted", colour: "orange" },
};

const CSS = `
.line { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1.125rem;
  padding: 0.5rem 0.75rem; border: 1px solid var(--st-border-color);
  border-radius: var(--st-base-radius, 0.5rem); font-variant-numeric: tabular-nums; }
.chip { display: inline-flex; align-items: center; gap: 0.4rem; padding: 0.15rem 0.65rem;
  border-radius: 1rem; font-weight: 600; white-space: nowrap;
  color: var(--chip-text); background: var(--chip-background); }
.chip::before { content: ""; width: 0.5rem; height: 0.5rem; border-radius: 50%;
  background: currentColor; }
.way { display: flex; flex: 1 1 16rem; align-items: center; gap: 0.75rem; }
.bar { flex: 1 1 6rem; min-width: 4rem; height: 0.5rem; border-radius: 0.25rem; overflow: hidden;
  background: var(--st-border-color); }
.fill { height: 100%; border-radius: inherit; background: var(--st-primary-color); }
.bar.unknown .fill { width: 30% !important; animation: wander 1.8s ease-in-out infinite alternate; }
.words { min-width: 0; overflow-wrap: anywhere; }
.facts { display: flex; flex-wrap: wrap; gap: 0.25rem 1.125rem; }
.fact { white-space: nowrap; }
.fact span { opacity: 0.72; }
.alert, .offline, .problem { margin-top: 0.5rem; padding: 0.5rem 0.75rem;
  border-radius: var(--st-base-radius, 0.5rem); color: var(--st-blue-text-color);
  background: var(--st-blue-background-color); overflow-wrap: anywhere; }
.alert.red { color: var(--st-red-text-color); background: var(--st-red-background-color); }
.offline, .problem { color: var(--st-orange-text-color); background: var(--st-orange-background-color); }
@keyframes wander { to { margin-left: 70%; } }
@media (prefers-reduced-motion: reduce) { .fill { animation: none !important; } }
`;

/** Milliseconds after which a person who was to go to another page is taken to have stayed. */
const LEAVING_MS = 10000;

let leftAt = -Infinity;

/** A click on a link to another page: until that comes, whatever is told leads back to this one. */
function noteLeaving(/** @type {Event} */ event) {
  const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
  if (link && new URL(link.href, location.href).pathname !== location.pathname) {
    leftAt = performance.now();
  }
}

document.addEventListener("click", noteLeaving, { capture: true });

/** Runs that are named of those that another waits for. */
const NAMED = 2;

const names = new Intl.ListFormat("en");
const whole = new Intl.NumberFormat("en");
const oneDigit = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/**
 * Write a length of time as a person says it: "42 s", "1 min 40 s", "2 h 5 min".
 * @param {number} seconds
 */
function duration(seconds) {
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return s % 60 ? `${Math.floor(s / 60)} min ${s % 60} s` : `${s / 60} min`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}

/** An estimate shown to the second would jump: the longer it is, the rounder it becomes. */
function estimate(/** @type {number} */ seconds) {
  const grain = seconds < 10 ? 1 : seconds < 60 ? 5 : 10;
  return duration(grain * Math.ceil(seconds / grain));
}

/** The kinds of state between which the page's buttons differ. */
function category(/** @type {string} */ state) {
  if (state === "queued" || state === "preparing") return "waiting";
  return isFinal(state) ? "over" : state;
}

/** @param {Status} header */
function facts(header) {
  const { state, step, steps_per_second, images_seen, sample, elapsed, seconds_left } = header;
  const { device, threads, saved_step } = header;
  const running = state === "running";
  const found = [];
  if (running && steps_per_second > 0) found.push([oneDigit.format(steps_per_second), "steps/s"]);
  if (step > 0) found.push([whole.format(images_seen), `${sample}s seen`]);
  if (elapsed > 0) found.push([duration(elapsed), isFinal(state) ? "in all" : "so far"]);
  if (running && seconds_left !== null) found.push([estimate(seconds_left), "left"]);
  if (saved_step !== null) found.push([`step ${whole.format(saved_step)}`, "saved"]);
  if (device) found.push([device.toUpperCase(), threads === 1 ? "1 thread" : `${threads} threads`]);
  return found.map(([value, unit]) =>
    element("span", { class: "fact" }, element("b", {}, value), " ", element("span", {}, unit)),
  );
}

/** What a run is called whose process has said nothing for longer than its steps take. */
const SILENT = { words: "No news", colour: "orange" };

/**
 * The state of a run as it is shown: its words, and the colour of its chip.
 * @param {{state: string, silent_seconds: number}} header
 */
export function chipOf({ state, silent_seconds: seconds }) {
  return seconds ? SILENT : STATES[state];
}

/** @param {Status} header */
function silence({ silent_seconds: seconds }) {
  if (!seconds) return "";
  const text = `No news of this run for ${duration(seconds)}: the program that trains it`;
  return `${text} may be stopped, its machine asleep or very busy, or the disk full.`;
}

/**
 * For whom a run waits, at which place, and how long; a few of very many are named.
 * @param {NonNullable<Status["queue"]>} queue
 */
function waits({ place, behind, seconds }) {
  const [named, others] = [behind.slice(0, NAMED), behind.length - NAMED];
  const whom = others > 0 ? [...named, others === 1 ? "another" : `${others} others`] : named;
  const until = seconds === null ? "" : `, about ${estimate(seconds)}`;
  const words = place === 1 ? "Next to begin" : `Number ${place} in the queue`;
  return whom.length ? `${words}, behind ${names.format(whom)}${until}` : `${words}${until}`;
}

/**
 * How far the run is: a sentence, and a share of the bar or null when nobody knows.
 * @param {Status} header
 */
function progress({ state, step, total_steps, queue, progress_text, progress_share }) {
  if (queue) return { words: waits(queue), share: step / total_steps };
  if (state === "preparing") {
    return { words: progress_text || "Preparing the data", share: progress_share };
  }
  const words = `Step ${whole.format(step)} of ${whole.format(total_steps)}`;
  return { words, share: step / total_steps };
}

class HudView {
  #refused = false;

  /** @param {HTMLElement} root @param {import("./view.js").Mounted<Data>} component */
  constructor(root, component) {
    this.component = component;
    /** @type {{state: string, changes: number}} */
    this.drawnFor = component.data;
    this.chip = element("span", { class: "chip" });
    this.fill = element("div", { class: "fill" });
    const bounds = { "aria-valuemin": "0", "aria-valuemax": "100", "aria-label": "Progress" };
    this.bar = element("div", { class: "bar", role: "progressbar", ...bounds }, this.fill);
    this.words = element("span", { class: "words" });
    this.facts = element("div", { class: "facts" });
    const way = element("div", { class: "way" }, this.bar, this.words);
    this.line = element("div", { class: "line", hidden: "" }, this.chip, way, this.facts);
    this.offline = element("div", { class: "offline", role: "status", hidden: "" });
    this.problem = element("div", { class: "problem", role: "status", hidden: "" });
    this.alert = element("div", { class: "alert", hidden: "" });
    this.spoken = element("div", { class: "spoken", "aria-live": "polite" });
    root.append(this.line, this.offline, this.problem, this.alert, this.spoken);
  }

  /** @param {import("./view.js").Mounted<Data>} component */
  update(component) {
    this.component = component;
    // The page says what it was drawn for, so that a change in between is not missed.
    this.drawnFor = component.data;
  }

  /** @param {import("./live.js").News} news */
  show({ header, trouble, error }) {
    this.offline.hidden = !trouble;
    this.offline.textContent = trouble;
    if (header) this.#showHeader(header);
    this.#showAlert(error || header?.message || "", error ? "failed" : header?.state);
    if (performance.now() - leftAt > LEAVING_MS) this.#tellPage(header, error);
  }

  /** @param {Status} header */
  #showHeader(header) {
    const { words, colour } = chipOf(header);
    this.line.hidden = false;
    this.chip.textContent = words;
    this.chip.dataset.state = header.state;
    this.chip.style.setProperty("--chip-text", `var(--st-${colour}-text-color)`);
    this.chip.style.setProperty("--chip-background", `var(--st-${colour}-background-color)`);
    this.#showProgress(progress(header));
    const problem = [header.problem, silence(header)].filter(Boolean).join(" ");
    this.problem.hidden = !problem;
    write(this.problem, problem);
    this.facts.replaceChildren(...facts(header));
    write(this.spoken, words);
  }

  /** @param {ReturnType<typeof progress>} progress */
  #showProgress({ words, share }) {
    this.words.textContent = words;
    this.bar.classList.toggle("unknown", share === null);
    this.fill.style.width = `${100 * (share ?? 0)}%`;
    this.bar.setAttribute("aria-valuetext", words);
    if (share === null) this.bar.removeAttribute("aria-valuenow");
    else this.bar.setAttribute("aria-valuenow", String(Math.round(100 * share)));
  }

  /** @param {string} message @param {string} [state] */
  #showAlert(message, state) {
    const bad = state === "diverged" || state === "failed";
    this.alert.classList.toggle("red", bad);
    this.alert.setAttribute("role", bad ? "alert" : "note");
    this.alert.hidden = !message;
    write(this.alert, message);
  }

  /**
   * Let the page follow; of a run that was deleted elsewhere it shows why it cannot.
   * @param {Status | null} header @param {string} error
   */
  #tellPage(header, error) {
    if (error && !this.#refused) this.component.setTriggerValue("state_changed", "refused");
    this.#refused = error !== "";
    if (!header) return;
    const { state, changes } = header;
    const before = this.drawnFor;
    this.drawnFor = { state, changes };
    if (category(before.state) !== category(state) || before.changes !== changes) {
      this.component.setTriggerValue("state_changed", state);
    }
  }
}

/** Show the status line; called by Streamlit for every change of data or theme. */
export const mount = mounter(HudView, CSS);
