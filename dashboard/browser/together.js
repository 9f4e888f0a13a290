/** Asks the server again and again: one question at a time, and none while nobody looks. */

import { isLastWord, patientWords } from "./live.js";

const PATIENCE_MS = 10000;
const FIRST_RETRY_MS = 1000;
const SLOWEST_MS = 5000;

/** Asks each time as long after the answer as the asking says. */
export class Asking {
  #busy = false;
  #hurry = false;
  #timer = 0;
  #failures = 0;
  #left = new AbortController();

  /**
   * @param {Node} owner while it is off the page nothing is asked
   * @param {(signal: AbortSignal) => Promise<number|null>} ask one question; gives the milliseconds
   *   until the next one, or null when there is nothing more to come
   * @param {(problem: Error) => void} fail told when a question failed; it is put again later,
   *   unless the server has said its last word
   */
  constructor(owner, ask, fail) {
    Object.assign(this, { owner, ask, fail });
    const { signal } = this.#left;
    document.addEventListener("visibilitychange", () => this.now(), { signal });
  }

  /** Ask now, or straight after the question that is under way. */
  now() {
    this.#hurry = this.#busy;
    if (!this.#busy) this.#run();
  }

  /** Ask now, unless a question is under way or comes by itself after a rest. */
  soon() {
    if (!this.#busy && !this.#timer) this.#run();
  }

  close() {
    clearTimeout(this.#timer);
    this.#left.abort();
  }

  async #run() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (document.hidden || !this.owner.isConnected || this.#left.signal.aborted) return;
    this.#busy = true;
    const rest = await this.#askOnce();
    this.#busy = false;
    if (this.#left.signal.aborted) return;
    if (this.#hurry) this.now();
    else if (rest !== null) this.#timer = setTimeout(() => this.#run(), rest);
  }

  async #askOnce() {
    const signal = AbortSignal.any([this.#left.signal, AbortSignal.timeout(PATIENCE_MS)]);
    try {
      const rest = await this.ask(signal);
      this.#failures = 0;
      return rest;
    } catch (problem) {
      if (this.#left.signal.aborted) return null;
      this.fail(problem);
      if (isLastWord(problem)) return null;
      const rest = FIRST_RETRY_MS * 2 ** this.#failures;
      this.#failures += 1;
      return Math.min(SLOWEST_MS, rest);
    }
  }
}

/** Does one piece of work at a time, again where it failed; only the newest wish is kept. */
export class Latest {
  #wish = null;
  #tried = null;
  #isDone = true;

  /**
   * @param {Node} owner while it is off the page nothing is done
   * @param {() => Promise<void>} work
   * @param {(sentence: string) => void} complain
   */
  constructor(owner, work, complain) {
    Object.assign(this, { work, complain });
    this.asking = new Asking(owner, () => this.#do(), (problem) => this.#fail(problem));
  }

  /** Work for this wish, unless it was the last that was worked for. */
  want(wish) {
    if (wish === this.#wish) {
      this.asking.soon();
      return;
    }
    this.#wish = wish;
    this.#isDone = false;
    this.asking.now();
  }

  close() {
    this.asking.close();
  }

  async #do() {
    if (this.#isDone) return null;
    this.#tried = this.#wish;
    await this.work();
    this.#isDone = this.#tried === this.#wish;
    this.complain("");
    return null;
  }

  #fail(problem) {
    this.#isDone = isLastWord(problem) && this.#tried === this.#wish;
    this.complain(patientWords(problem));
  }
}

/**
 * The line of a run as a small picture: its colour, and its dashes where it has some.
 *
 * @param {{colour: string, dash: string}} run
 */
export function swatch({ colour, dash }) {
  const dashes = { solid: "", dash: "6 3", dot: "2 3", dashdot: "6 3 2 3" }[dash];
  const holder = document.createElement("span");
  holder.className = "swatch";
  const line = `<line x1="1" y1="5" x2="25" y2="5" stroke="${colour}" stroke-width="3"`;
  const drawing = `${line} stroke-dasharray="${dashes}"/>`;
  holder.innerHTML = `<svg viewBox="0 0 26 10" aria-hidden="true">${drawing}</svg>`;
  return holder;
}
