/**
 * Polls status and new loss values of runs over HTTP, without a WebSocket: one feed a run, shared
 * by all of a page. Frames are pictures of their own, which `grid.js` and `sidebyside.js` show.
 */

import { Feed, patientWords } from "./feed.js";
import { ask, HttpError, runUrl } from "./http.js";

const POINTS = 600;
const FIRST_PICTURE_MS = 200;
const RUNNING_MS = 500;
const SETTLED_MS = 2000;
/** An old run changes slowly: between two questions lies this share of its age. */
const AGE_SHARE = 1 / 30;
const PAUSED_MS = 300;
const SLOWEST_MS = 5000;
const FINAL_STATES = new Set(["completed", "stopped", "diverged", "failed", "interrupted"]);

/**
 * @typedef {{steps: Uint32Array, values: Float32Array}} Curve
 * @typedef {{step: number, label: string, colour?: string, words?: string}} Mark a live change
 */

/**
 * What the server says of a run besides its curves: `dashboard/status.py`, and where it waits.
 *
 * @typedef {object} Status
 * @property {string} run_id
 * @property {string} title
 * @property {string} state
 * @property {string} message
 * @property {string} problem
 * @property {number | null} saved_step
 * @property {number} step
 * @property {number} total_steps
 * @property {number} images_seen
 * @property {string} sample what a sample is, in a word
 * @property {number} silent_seconds
 * @property {number} steps_per_second
 * @property {number | null} seconds_left
 * @property {number} elapsed
 * @property {string} device
 * @property {number} threads
 * @property {string} progress_text
 * @property {number | null} progress_share
 * @property {number[]} frames
 * @property {boolean} has_real
 * @property {number} measured
 * @property {Mark[]} marks
 * @property {number} changes
 * @property {{place: number, behind: string[], seconds: number | null} | null} queue null unless it waits
 * @property {boolean} reset
 * @property {boolean} is_unsaved whether it is over and not saved to its end
 */

/**
 * News of a run: the server's last word about it (null before the first answer), and its curves by
 * name. Of the last question, `trouble` says why it is put again, and `error` why it is not; else "".
 *
 * @typedef {object} News
 * @property {Status | null} header
 * @property {Map<string, Curve>} series
 * @property {string} trouble
 * @property {string} error
 *
 * @typedef {{listener: (news: News) => void, owner: {isConnected: boolean}}} Watcher
 */

/** @type {Map<string, RunFeed>} */
const feeds = new Map();

/** A curve that grows: steps and values in typed arrays that double when they are full. */
export class Points {
  #steps = new Uint32Array(256);
  #values = new Float32Array(256);
  count = 0;

  /** @param {Curve} more */
  append({ steps, values }) {
    const needed = this.count + steps.length;
    if (needed > this.#steps.length) this.#grow(Math.max(needed, 2 * this.#steps.length));
    this.#steps.set(steps, this.count);
    this.#values.set(values, this.count);
    this.count = needed;
  }

  get steps() {
    return this.#steps.subarray(0, this.count);
  }

  get values() {
    return this.#values.subarray(0, this.count);
  }

  /** @param {number} capacity */
  #grow(capacity) {
    const { steps, values } = this;
    this.#steps = new Uint32Array(capacity);
    this.#values = new Float32Array(capacity);
    this.#steps.set(steps);
    this.#values.set(values);
  }
}

/**
 * The curves of a message, by name: each has an array of steps and one of values.
 * @param {import("./wire.js").Message} message
 * @returns {Map<string, Curve>}
 */
export function curvesOf(message) {
  const ends = [...message.arrays.keys()].filter((name) => name.endsWith("/steps"));
  return new Map(
    ends.map((end) => {
      const name = end.slice(0, -"/steps".length);
      return [name, { steps: message.integers(end), values: message.floats(`${name}/values`) }];
    }),
  );
}

/** Asks about one run, and tells whoever watches it. */
class RunFeed {
  /** @type {Status | null} */
  #header = null;
  /** @type {Map<string, Points>} */
  #series = new Map();
  /** @type {Set<Watcher>} */
  #watchers = new Set();
  #isCrowded = false;
  /** @type {Error | null | undefined} how the last question ended; undefined before its end */
  #problem;

  /** @param {string} runId */
  constructor(runId) {
    this.runId = runId;
    this.feed = new Feed(
      () => this.#isWatched(),
      (signal) => this.#ask(signal),
      {
        tell: (problem) => {
          this.#problem = problem;
          for (const watcher of this.#watchers) this.#tell(watcher);
        },
      },
    );
  }

  /** @param {Watcher} watcher */
  add(watcher) {
    this.#watchers.add(watcher);
    if (this.#problem !== undefined) this.#tell(watcher);
    this.feed.now();
  }

  /** @param {Watcher} watcher */
  remove(watcher) {
    this.#watchers.delete(watcher);
    if (this.#watchers.size) return;
    this.feed.close();
    if (feeds.get(this.runId) === this) feeds.delete(this.runId);
  }

  #isWatched() {
    for (const watcher of this.#watchers) {
      if (!watcher.owner.isConnected) this.remove(watcher);
    }
    return this.#watchers.size > 0;
  }

  /** @param {AbortSignal} signal */
  async #ask(signal) {
    const since = this.#isCrowded ? 0 : (this.#header?.step ?? 0);
    const url = runUrl(this.runId, `live?since=${since}&points=${POINTS}`);
    /** @type {import("./wire.js").Message<Status>} */
    const message = await ask(url, { signal });
    this.#header = message.header;
    if (message.header.reset) this.#series.clear();
    for (const [name, curve] of curvesOf(message)) {
      const points = this.#series.get(name) ?? new Points();
      points.append(curve);
      this.#series.set(name, points);
    }
    // Past twice the budget the server is asked for everything again, thinned.
    this.#isCrowded = [...this.#series.values()].some((points) => points.count > 2 * POINTS);
    return restAfter(message.header);
  }

  /** @param {Watcher} watcher */
  #tell(watcher) {
    const problem = this.#problem ?? null;
    const isLastWord = problem instanceof HttpError && problem.isLasting;
    const [trouble, error] = isLastWord ? ["", problem.message] : [patientWords(problem), ""];
    try {
      watcher.listener({ header: this.#header, series: this.#series, trouble, error });
    } catch (problem) {
      reportError(problem);
    }
  }
}

/**
 * Milliseconds until the next question; null when there is nothing more to come.
 * @param {Status} header
 */
function restAfter({ state, frames, elapsed, is_unsaved: isUnsaved }) {
  // Where a disk is full it may be emptied.
  if (isFinal(state)) return isUnsaved ? SLOWEST_MS : null;
  if (state === "paused") return PAUSED_MS;
  if (state === "queued") return RUNNING_MS;
  if (!frames.length) return FIRST_PICTURE_MS;
  return Math.min(Math.max(RUNNING_MS, 1000 * AGE_SHARE * elapsed), SETTLED_MS);
}

/**
 * Follow a run until the returned function is called or `owner` leaves the page.
 *
 * The listener is called at once when something is known already, then after every answer.
 * Watching asks the server straight away, also when the run was over.
 * @param {string} runId @param {(news: News) => void} listener
 * @param {{isConnected: boolean}} owner
 * @returns {() => void} unwatch
 */
export function watch(runId, listener, owner = document) {
  const feed = feeds.get(runId) ?? new RunFeed(runId);
  feeds.set(runId, feed);
  const watcher = { listener, owner };
  feed.add(watcher);
  return () => feed.remove(watcher);
}

/** @param {string} state a run's state; @returns {boolean} whether nothing more will happen */
export function isFinal(state) {
  return FINAL_STATES.has(state);
}
