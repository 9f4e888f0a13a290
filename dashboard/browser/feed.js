/** Polls the server: one question at a time, and none while nobody looks. */

import { HttpError, Lost } from "./http.js";

const PATIENCE_MS = 10000;
const FIRST_RETRY_MS = 1000;
const SLOWEST_MS = 5000;

/** @typedef {string | number} Wish */

/**
 * A question that is put as long as there is something new to be asked for.
 *
 * What was not answered (a lost server, or one that is busy) is asked again, ever more rarely; what
 * was refused for good only when something else is wanted. No question is waited for longer than the
 * patience lasts, whatever became of it, and whoever throws is told of: a feed never stands still
 * without a word.
 */
export class Feed {
  /** @type {Wish | null} null where only `now` asks */
  #wanted = null;
  /** @type {Wish | null} */
  #answered = null;
  /** Whether to ask even if nothing else is wanted than what was answered. */
  #isDue = false;
  #hasAsked = false;
  #failures = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {AbortController | null} of the question that is under way */
  #question = null;
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
    document.addEventListener("visibilitychange", () => this.#see(), { signal });
  }

  /** Ask for this when the rest is over, unless it was what was answered last. */
  want(/** @type {Wish} */ what) {
    // Another wish may be answered where the one before was not.
    const isOther = this.#failures > 0 && what !== this.#wanted;
    this.#wanted = what;
    this.#tellBusy();
    if (this.#timer === undefined || isOther) this.#go();
  }

  /** Ask at once, or straight after the question that is under way, whatever was answered. */
  now() {
    this.#isDue = true;
    this.#go();
  }

  /** Want nothing any more: what is wanted next is asked for, be it what was answered last. */
  forget() {
    if (this.#wanted === null) return;
    this.#wanted = this.#answered = null;
    this.#isDue = false;
    this.#failures = 0;
    this.#tellBusy();
    this.#say(null);
  }

  close() {
    clearTimeout(this.#timer);
    this.#left.abort();
    this.#question?.abort();
  }

  get #isBehind() {
    return this.#isDue || this.#wanted !== this.#answered;
  }

  #tellBusy() {
    if (this.shown) this.shown.ariaBusy = String(this.#isBehind);
  }

  /** Whether nobody waits any more for what was asked under this wish. */
  #isMoot(/** @type {Wish | null} */ wish) {
    return this.#left.signal.aborted || (wish !== null && this.#wanted === null);
  }

  /** The page is seen again: where nobody wants a certain thing, there may be news meanwhile. */
  #see() {
    if (this.#wanted === null && this.#hasAsked) this.#isDue = true;
    this.#go();
  }

  async #go() {
    if (this.#question) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (document.hidden || this.#left.signal.aborted || !this.isSeen()) return;
    if (!this.#isBehind) return;
    this.#isDue = false;
    this.#hasAsked = true;
    const again = await this.#askOnce();
    if (this.#left.signal.aborted) return;
    const isInHaste = this.#isDue;
    this.#isDue ||= again !== null;
    this.#tellBusy();
    const rest = again ?? this.rest;
    if (isInHaste || !rest) this.#go();
    else this.#timer = setTimeout(() => this.#go(), rest);
  }

  /** @returns {Promise<number | null>} the milliseconds after which it is asked again by itself */
  async #askOnce() {
    const wanted = this.#wanted;
    const question = new AbortController();
    this.#question = question;
    const timer = setTimeout(() => question.abort(), this.patience);
    try {
      const again = await Promise.race([this.ask(question.signal), givenUp(question.signal)]);
      if (this.#isMoot(wanted)) return null;
      this.#end(wanted, null);
      return again ?? null;
    } catch (problem) {
      return this.#isMoot(wanted) ? null : this.#fail(wanted, problem);
    } finally {
      clearTimeout(timer);
      this.#question = null;
    }
  }

  /** @param {Wish | null} answered @param {Error | null} problem */
  #end(answered, problem) {
    this.#answered = answered;
    this.#failures = 0;
    this.#say(problem);
  }

  /** @param {Wish | null} wanted @param {unknown} problem */
  #fail(wanted, problem) {
    if (problem instanceof HttpError && problem.isLasting) {
      this.#end(wanted, problem);
      return null;
    }
    const fault = problem instanceof Error ? problem : new Error(String(problem));
    if (!(fault instanceof HttpError || fault instanceof Lost)) reportError(fault);
    this.#say(fault);
    this.#failures += 1;
    if (wanted !== this.#wanted) return 0;
    return Math.min(SLOWEST_MS, FIRST_RETRY_MS * 2 ** (this.#failures - 1));
  }

  #say(/** @type {Error | null} */ problem) {
    try {
      this.tell(problem);
    } catch (fault) {
      reportError(fault);
    }
  }
}

/**
 * Fails when a question is given up. Not every question heeds its signal, and a signal that is made
 * of others may be forgotten by the browser.
 * @param {AbortSignal} signal
 * @returns {Promise<never>}
 */
function givenUp(signal) {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(new Lost()));
  });
}

/** What is to be said of a question that is put again unless its refusal was the last word. */
export function patientWords(/** @type {Error | null} */ problem) {
  if (!problem) return "";
  if (problem instanceof Lost) return "Connection lost, trying again";
  if (!(problem instanceof HttpError)) return `This page has a fault, and tries again: ${problem}`;
  return problem.isLasting ? problem.message : `${problem.message} This page asks again by itself.`;
}

/** What is to be said of a question that a person put, and puts again. */
export function plainWords(/** @type {Error | null} */ problem) {
  return problem?.message ?? "";
}

/** @type {WeakMap<HTMLElement, string[]>} what each who complains there says now */
const complaints = new WeakMap();

/**
 * What says in this place why there is no answer. Of several who complain there each has its own,
 * and the first that has something to say is heard.
 * @param {HTMLElement} place
 */
export function complainIn(place, words = patientWords) {
  const all = complaints.get(place) ?? [];
  complaints.set(place, all);
  const own = all.push("") - 1;
  return (/** @type {Error | null} */ problem) => {
    all[own] = words(problem);
    place.textContent = all.find(Boolean) ?? "";
  };
}
