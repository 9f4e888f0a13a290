/**
 * Follows runs on the server: one poller per run, shared by every component on the page.
 *
 * A listener receives news: {header, series, offline, error}. `header` is the server's last word
 * about the run (null before the first answer), and `series` maps a name to its `Points`. Of the
 * last question, `trouble` says why it is put again, and `error` why it is not; else "".
 */

const POINTS = 600;
const FIRST_PICTURE_MS = 200;
const RUNNING_MS = 500;
const SETTLED_MS = 2000;
/** An old run changes slowly: between two questions lies this share of its age. */
const AGE_SHARE = 1 / 30;
const PAUSED_MS = 300;
const SLOWEST_MS = 5000;
const PATIENCE_MS = 10000;
const FINAL_STATES = new Set(["completed", "stopped", "diverged", "failed", "interrupted"]);

const pollers = new Map();

/** A series that grows: steps and values in typed arrays that double when they are full. */
export class Points {
  #steps = new Uint32Array(256);
  #values = new Float32Array(256);
  count = 0;

  append(steps, values) {
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

  #grow(capacity) {
    const steps = new Uint32Array(capacity);
    const values = new Float32Array(capacity);
    steps.set(this.steps);
    values.set(this.values);
    this.#steps = steps;
    this.#values = values;
  }
}

/** Statuses of refusals that pass: asked later, the same question may be answered. */
const PASSING = new Set([429, 503]);

/** The server answered with a sentence instead of data; `passes` says whether to ask again. */
export class Refusal extends Error {
  constructor(sentence, status) {
    super(sentence);
    this.passes = PASSING.has(status);
  }
}

/** Whether nothing else will be said, however often the question is put. */
export function isLastWord(problem) {
  return problem instanceof Refusal && !problem.passes;
}

/** What is to be said of a question that failed. */
export function sentenceOf(problem) {
  return problem instanceof Refusal ? problem.message : "The server does not answer.";
}

/** The same, of one that is put again unless that was the last word. */
export function patientWords(problem) {
  if (isLastWord(problem)) return problem.message;
  const isKnown = problem instanceof Refusal;
  return isKnown ? `${problem.message} This page does so by itself.` : "Connection lost, trying again";
}

/**
 * Put a question to the server.
 *
 * @param {string} url
 * @param {RequestInit} options
 * @returns {Promise<Response>}
 * @throws {Refusal} where it answers with a sentence instead; else an Error
 */
export async function question(url, options = {}) {
  const response = await fetch(url, { cache: "no-store", ...options });
  if (response.ok) return response;
  const answer = await response.json().catch(() => null);
  if (answer?.error) throw new Refusal(answer.error, response.status);
  throw new Error(`status ${response.status}`);
}

/**
 * Read what every binary answer begins with: a uint32 with the length of a JSON header, and it.
 *
 * @param {ArrayBuffer} buffer
 * @returns {{header: object, end: number}} `end` is where the rest begins
 */
export function unpackHeader(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  return { header, end: 4 + length };
}

/**
 * Fetch and unpack one binary answer.
 *
 * The body is a uint32 header length, the JSON header, then for each series `count` uint32 steps
 * and `count` float32 values, all little-endian.
 *
 * @param {string} url
 * @param {AbortSignal} signal
 * @returns {Promise<{header: object, series: Map<string, {steps: Uint32Array,
 *   values: Float32Array}>}>}
 * @throws {Refusal} when the server answers with an error sentence.
 */
export async function fetchSeries(url, signal) {
  const response = await question(url, { signal });
  const buffer = await response.arrayBuffer();
  const { header, end } = unpackHeader(buffer);
  const series = new Map();
  let offset = end;
  for (const { name, count } of header.series) {
    const steps = new Uint32Array(buffer, offset, count);
    const values = new Float32Array(buffer, offset + 4 * count, count);
    series.set(name, { steps, values });
    offset += 8 * count;
  }
  return { header, series };
}

/**
 * The address of one of our routes: beside this script, whatever a proxy puts before it.
 *
 * @param {string} rest for example "compare"
 */
export function routeUrl(rest) {
  return new URL(`../${rest}`, import.meta.url).href;
}

/**
 * The address of one of a run's resources.
 *
 * @param {string} runId
 * @param {string} rest for example "live" or "frames/12.webp"
 */
export function runUrl(runId, rest) {
  return routeUrl(`runs/${encodeURIComponent(runId)}/${rest}`);
}

/**
 * Open a socket to one of a run's resources, which answers in bytes.
 *
 * @param {string} runId
 * @param {string} rest for example "explore"
 * @returns {WebSocket}
 */
export function openSocket(runId, rest) {
  const url = new URL(runUrl(runId, rest));
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  return socket;
}

class Poller {
  news = { header: null, series: new Map(), trouble: "", error: "" };
  #watchers = new Set();
  #failures = 0;
  #timer = 0;
  #busy = false;
  #hurry = false;
  #crowded = false;
  #left = new AbortController();

  constructor(runId) {
    this.runId = runId;
  }

  add(watcher) {
    this.#watchers.add(watcher);
    if (this.news.header || this.#failures) this.#tell(watcher);
    this.poke();
  }

  remove(watcher) {
    this.#watchers.delete(watcher);
    if (this.#watchers.size) return;
    clearTimeout(this.#timer);
    this.#left.abort();
    if (pollers.get(this.runId) === this) pollers.delete(this.runId);
  }

  /** Ask now, or straight after the request that is under way. */
  poke() {
    this.#hurry = this.#busy;
    if (!this.#busy) this.#poll();
  }

  async #poll() {
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers) {
      if (!watcher.owner.isConnected) this.remove(watcher);
    }
    if (document.hidden || !this.#watchers.size) return;
    this.#busy = true;
    await this.#ask();
    this.#busy = false;
    for (const watcher of this.#watchers) this.#tell(watcher);
    this.#schedule();
  }

  async #ask() {
    const since = this.#crowded ? 0 : (this.news.header?.step ?? 0);
    const url = runUrl(this.runId, `live?since=${since}&points=${POINTS}`);
    const signal = AbortSignal.any([this.#left.signal, AbortSignal.timeout(PATIENCE_MS)]);
    try {
      const answer = await fetchSeries(url, signal);
      this.#merge(answer);
      this.#failures = 0;
      this.news = { ...this.news, header: answer.header, trouble: "", error: "" };
    } catch (problem) {
      this.#failures += 1;
      const words = patientWords(problem);
      const told = isLastWord(problem) ? { trouble: "", error: words } : { trouble: words, error: "" };
      this.news = { ...this.news, ...told };
    }
  }

  #merge({ header, series }) {
    const kept = this.news.series;
    if (header.reset) kept.clear();
    for (const [name, { steps, values }] of series) {
      if (!kept.has(name)) kept.set(name, new Points());
      kept.get(name).append(steps, values);
    }
    // Past twice the budget the server is asked for everything again, thinned.
    this.#crowded = [...kept.values()].some((points) => points.count > 2 * POINTS);
  }

  #tell(watcher) {
    try {
      watcher.listener(this.news);
    } catch (problem) {
      reportError(problem);
    }
  }

  #schedule() {
    const wait = this.#hurry ? 0 : this.#wait();
    this.#hurry = false;
    if (wait === null || document.hidden || !this.#watchers.size) return;
    this.#timer = setTimeout(() => this.#poll(), wait);
  }

  /** Milliseconds until the next request; null when there is nothing more to come. */
  #wait() {
    if (this.news.error) return null;
    if (this.#failures) return Math.min(SLOWEST_MS, RUNNING_MS * 2 ** this.#failures);
    const { state, frames, elapsed, is_unsaved: isUnsaved } = this.news.header;
    // Where a disk is full it may be emptied.
    if (FINAL_STATES.has(state)) return isUnsaved ? SLOWEST_MS : null;
    if (state === "paused") return PAUSED_MS;
    if (state === "queued") return RUNNING_MS;
    if (!frames.length) return FIRST_PICTURE_MS;
    return Math.min(Math.max(RUNNING_MS, 1000 * AGE_SHARE * elapsed), SETTLED_MS);
  }
}

/**
 * Follow a run until the returned function is called or `owner` leaves the page.
 *
 * The listener is called at once when something is known already, then after every answer.
 * Watching asks the server straight away, also when the run was over.
 *
 * @param {string} runId
 * @param {(news: object) => void} listener
 * @param {Node} owner
 * @returns {() => void} unwatch
 */
export function watch(runId, listener, owner = document) {
  if (!pollers.has(runId)) pollers.set(runId, new Poller(runId));
  const poller = pollers.get(runId);
  const watcher = { listener, owner };
  poller.add(watcher);
  return () => poller.remove(watcher);
}

/**
 * Ask for news of a run now, for example because someone pressed a button.
 *
 * @param {string} runId
 */
export function poke(runId) {
  pollers.get(runId)?.poke();
}

/** @param {string} state a run's state; @returns {boolean} whether nothing more will happen */
export function isFinal(state) {
  return FINAL_STATES.has(state);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) for (const runId of pollers.keys()) poke(runId);
});
