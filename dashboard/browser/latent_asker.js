/** Asks the generator of a run for samples over a socket that stays open: the last wish counts. */

import { openSocket, unpackHeader } from "./live.js";

const AGAIN_MS = 500;
const SLOWEST_MS = 5000;

/**
 * Unpack an answer: a uint32 with the length of a JSON header, the header, then bytes.
 *
 * @param {ArrayBuffer} buffer
 * @returns {{header: object, body: Uint8Array}}
 */
export function unpack(buffer) {
  const { header, end } = unpackHeader(buffer);
  return { header, body: new Uint8Array(buffer, end) };
}

/** One question is on the way at a time; of the wishes meanwhile only the last is asked. */
export class Asker {
  #socket = null;
  #wish = null;
  #asked = null;
  #count = 0;
  #failures = 0;
  #timer = 0;
  #over = false;

  /**
   * @param {string} runId
   * @param {HTMLElement} shown where samples are shown: busy until the last wish is answered
   * @param {(sample: {header: object, body: Uint8Array, at: number}) => void} show
   *   `at` is when it was asked for, as `performance.now()` tells it
   * @param {(sentence: string) => void} complain
   */
  constructor(runId, shown, show, complain) {
    Object.assign(this, { runId, shown, show, complain });
  }

  /** Ask for this as soon as may be: {z, condition, layers, psi}. */
  want(wish) {
    this.#wish = wish;
    this.#go();
    this.#tellBusy();
  }

  close() {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  #go() {
    if (this.#over || this.#asked || !this.#wish) return;
    if (!this.#socket) this.#open();
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#count += 1;
    this.#asked = { wish: this.#wish, at: performance.now() };
    this.#wish = null;
    const { z, ...rest } = this.#asked.wish;
    this.#socket.send(JSON.stringify({ id: this.#count, z: Array.from(z), ...rest }));
  }

  #open() {
    this.#socket = openSocket(this.runId, "explore");
    this.#socket.onopen = () => this.#go();
    this.#socket.onmessage = ({ data }) => this.#take(unpack(data));
    this.#socket.onclose = () => this.#lose();
  }

  #take({ header, body }) {
    const { at } = this.#asked;
    this.#asked = null;
    this.#failures = 0;
    // The next question is on the way while this answer is drawn.
    this.#go();
    if (header.error) this.complain(header.error);
    else this.show({ header, body, at });
    this.#tellBusy();
  }

  #tellBusy() {
    this.shown.ariaBusy = String(Boolean(this.#asked || this.#wish));
  }

  #lose() {
    this.#socket = null;
    if (this.#over) return;
    this.#wish ??= this.#asked?.wish ?? null;
    this.#asked = null;
    this.#failures += 1;
    this.complain("The server does not answer. It is asked again.");
    const wait = Math.min(SLOWEST_MS, AGAIN_MS * 2 ** (this.#failures - 1));
    this.#timer = setTimeout(() => this.#go(), wait);
  }
}
