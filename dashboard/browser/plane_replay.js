/** How the noise is carried to its samples, shown once. */

import { between, noisePlaces } from "./plane_stages.js";

const REPLAY_MS = 1500;

export class Replay {
  /** @type {number | null | undefined} null before it is seen, undefined while there is none */
  #begin;

  get isOn() {
    return this.#begin !== undefined;
  }

  start() {
    this.#begin = null;
  }

  /**
   * Where the fakes are on their way from the noise; null when they are not.
   * @param {import("./plane_snapshot.js").PlaneSnapshot | null} snapshot @param {number} now in milliseconds
   */
  places(snapshot, now) {
    if (!snapshot?.z || !this.isOn) return null;
    this.#begin ??= now;
    const t = (now - this.#begin) / REPLAY_MS;
    if (t >= 1) {
      this.#begin = undefined;
      return null;
    }
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    return between(noisePlaces(snapshot.z), snapshot.fake, isStill ? Math.round(t) : t);
  }
}
