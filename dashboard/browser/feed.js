/** Asks the server again and again: one question at a time, and none while nobody looks. */

import { Lost, Refusal } from "./http.js";

const PATIENCE_MS = 10000;
const FIRST_RETRY_MS = 1000;
const SLOWEST_MS = 5000;

/**
 * A question that is put as long as there is something new to be asked for.
 *
 * What was not answered (a lost server, or one that is busy) is asked again, ever more rarely; what
 * was refused for good only when something else is wanted.
 */
export class Feed {
  #busy = false;
  #hurry = false;
  #failures = 0;
  /** @type {string | number} */
  #wanted = "";
  /** @type {string | number | null} what was answered; null where that is to be asked for again */
  #answered = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #left = new AbortController();

  /**
   * @param {{isConnected: boolean} | (() => boolean)} owner whether somebody looks; a hidden page is
   *   never seen
   * @param {(signal: AbortSignal) => Promise<number | null | void>} ask one question; gives the
   *   milliseconds after which it is put again by itself, if it is to be
   * @param {object} [more]
   * @param {(problem: Error | null) => void} [more.tell] told how each question ended
   * @param {number} [more.rest] milliseconds after each answer in which nothing is asked
   * @param {number} [more.patience] milliseconds that an answer may take
   * @param {HTMLElement} [more.shown] where the answer is shown: busy until what is wanted came
   */
  constructor(owner, ask, { tell = () => {}, rest = 0, patience = PATIENCE_MS, shown } = {}) {
    this.isSeen = owner instanceof Function ? owner : () => owner.isConnected;
    this.ask = ask;
    this.tell = tell;
    this.rest = rest;
    this.patience = patience;
    this.shown = shown;
    const { signal } = this.#left;
    document.addEventListener("visibilitychange", () => this.#go(), { signal });
  }

  /** Ask for this when the rest is over, unless it was what was answered last. */
  want(/** @type {string | number} */ what) {
    // Another wish may be answered where the one before was not.
    const isOther = this.#failures > 0 && what !== this.#wanted;
    this.#wanted = what;
    this.#tellBusy();
    if (this.#timer === undefined || isOther) this.#go();
  }

  /** Ask at once, or straight after the question that is under way, whatever was answered. */
  now() {
    this.#answered = null;
    this.#hurry = this.#busy;
    this.#go();
  }

  close() {
    clearTimeout(this.#timer);
    this.#left.abort();
  }

  get #isBehind() {
    return this.#wanted !== this.#answered;
  }

  #tellBusy() {
    if (this.shown) this.shown.ariaBusy = String(this.#isBehind);
  }

  async #go() {
    if (this.#busy) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (document.hidden || this.#left.signal.aborted || !this.isSeen()) return;
    if (!this.#isBehind) return;
    this.#busy = true;
    const rest = (await this.#askOnce()) ?? this.rest;
    this.#busy = false;
    if (this.#left.signal.aborted) return;
    if (this.#hurry) this.now();
    else if (rest) this.#timer = setTimeout(() => this.#go(), rest);
    else if (this.#isBehind) this.#go();
  }

  /** @returns {Promise<number | null>} the milliseconds after which it is asked again by itself */
  async #askOnce() {
    const wanted = this.#wanted;
    const signal = AbortSignal.any([this.#left.signal, AbortSignal.timeout(this.patience)]);
    try {
      const again = (await this.ask(signal)) ?? null;
      this.#end(again === null ? wanted : null, null);
      return again;
    } catch (problem) {
      return this.#left.signal.aborted ? null : this.#fail(wanted, problem);
    }
  }

  /** @param {string | number | null} answered @param {Error | null} problem */
  #end(answered, problem) {
    this.#answered = answered;
    this.#failures = 0;
    this.tell(problem);
    this.#tellBusy();
  }

  /** @param {string | number} wanted @param {unknown} problem */
  #fail(wanted, problem) {
    if (problem instanceof Lost || (problem instanceof Refusal && !problem.isLasting)) {
      this.tell(problem);
      this.#failures += 1;
      return Math.min(SLOWEST_MS, FIRST_RETRY_MS * 2 ** (this.#failures - 1));
    }
    // A fault of ours is told to the console alone; asked again, it would be the same.
    if (!(problem instanceof Refusal)) reportError(problem);
    this.#end(wanted, problem instanceof Refusal ? problem : null);
    return null;
  }
}

/** What is to be said of a question that is put again unless its refusal was the last word. */
export function patientWords(/** @type {Error | null} */ problem) {
  if (!problem) return "";
  if (!(problem instanceof Refusal)) return "Connection lost, trying again";
  return problem.isLasting ? problem.message : `${problem.message} This page does so by itself.`;
}

/** What says in this place why there is no answer. */
export function complainIn(/** @type {HTMLElement} */ place) {
  return (/** @type {Error | null} */ problem) => {
    place.textContent = patientWords(problem);
  };
}
