/** The saved frames of a run, to be gone back to and played; its end is the run as it is. */

import { button, element } from "./view.js";

export const CSS = `
.scrubber { display: flex; flex-wrap: wrap; align-items: center; gap: 0.6rem; }
.scrubber input { flex: 1; min-width: 6rem; height: 1.5rem; margin: 0; cursor: pointer; }
.play { width: 2rem; padding: 0; }
.play svg { width: 1rem; height: 1rem; fill: currentColor; }
`;

const PLAY_MS = 150;
const PLAY = "M4 2.5v11l9-5.5z";
const PAUSE = "M4 3h3v10H4zM9 3h3v10H9z";

export class Scrubber {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {number[]} */
  #saved = [];
  /** @type {number | null | undefined} */
  #shown = null;
  /** @type {number | null} the step that a person wants to see; null follows the run */
  step = null;

  /**
   * @param {() => void} onChange called when another step is wanted
   * @param {object} [more]
   * @param {boolean} [more.goesOn] whether the run as it is lies beyond its last frame, and so
   *   has a place of its own
   * @param {number} [more.begin] the step to begin at; without it the run as it is
   * @param {(step: number) => void} [more.onFork] called to run on from the step that is shown
   */
  constructor(onChange, { goesOn = true, begin, onFork } = {}) {
    this.begin = begin;
    this.onChange = onChange;
    this.goesOn = goesOn;
    this.play = button("scrubber.play", "", () => this.#toggle(), { class: "play" });
    const label = { "aria-label": "Saved frames", title: "Go back to an earlier frame" };
    this.input = element("input", { type: "range", min: "0", ...label });
    this.input.dataset.control = "scrubber.step";
    this.input.oninput = () => this.#go(Number(this.input.value));
    this.latest = button("scrubber.latest", "Latest", () => this.follow(), { class: "latest" });
    this.latest.title = "Show the run as it is now (End)";
    const goOn = () => this.step !== null && onFork?.(this.step);
    this.fork = button("scrubber.fork", "Run on from here", goOn, {
      class: "fork",
      title: "Start a new run from the chosen checkpoint, with other settings if you like",
    });
    const parts = [this.play, this.input, this.latest, ...(onFork ? [this.fork] : [])];
    this.root = element(
      "div",
      { class: "scrubber", hidden: "", "data-control": "scrubber" },
      ...parts,
    );
    this.root.onkeydown = (event) => this.#press(event);
  }

  /**
   * Take what the server has, and what is on screen now.
   *
   * @param {number[]} saved steps in rising order
   * @param {number | null | undefined} shown the step; null where it is the run as it is, and
   *   undefined while what is wanted is still on its way
   */
  update(saved, shown) {
    this.#saved = saved;
    this.#shown = shown;
    this.root.hidden = !saved.length && !this.goesOn;
    this.fork.hidden = !saved.length;
    // The run may have thinned its frames: the one before is the closest that is left.
    if (this.step !== null && !saved.includes(this.step)) {
      this.step = saved.findLast((one) => one <= Number(this.step)) ?? null;
    }
    this.#refresh();
    if (this.begin !== undefined && saved.length) this.#goToBegin(this.begin);
  }

  #goToBegin(/** @type {number} */ begin) {
    this.begin = undefined;
    this.#want(this.#saved.findLast((one) => one <= begin) ?? this.#saved[0]);
  }

  /** Go to the run as it is, and stay with it. */
  follow() {
    this.close();
    this.#want(null);
  }

  /** Go to a moment, and stay there. */
  goTo(/** @type {number} */ step) {
    this.close();
    this.#want(step);
  }

  close() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** The last place: of the run as it is, or of its last frame where that is the same. */
  get #end() {
    return this.#saved.length - (this.goesOn ? 0 : 1);
  }

  get #index() {
    return this.step === null ? this.#end : this.#saved.indexOf(this.step);
  }

  /** @param {number | null} step */
  #want(step) {
    this.step = step;
    this.#refresh();
    this.onChange();
  }

  /** Show the frame at this place, as a person chose. */
  #go(/** @type {number} */ index) {
    this.close();
    this.#want(this.#saved[Math.min(Math.max(index, 0), this.#end)] ?? null);
  }

  #press(/** @type {KeyboardEvent} */ event) {
    const back = () => this.#go(this.#index - 1);
    const on = () => this.#go(this.#index + 1);
    /** @type {Record<string, () => void>} */
    const keys = { ArrowLeft: back, ArrowDown: back, ArrowRight: on, ArrowUp: on };
    Object.assign(keys, { Home: () => this.#go(0), End: () => this.follow() });
    // On a button the space bar presses that button.
    if (event.target === this.input) keys[" "] = () => this.#toggle();
    if (!(event.key in keys)) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  }

  #toggle() {
    if (this.#timer) {
      this.close();
      this.#refresh();
      return;
    }
    this.#timer = setTimeout(() => this.#advance(), PLAY_MS);
    this.#want(this.#index === this.#end ? (this.#saved[0] ?? null) : this.step);
  }

  /** One step of the animation; a moment that is still on its way holds it back. */
  #advance() {
    if (!this.root.isConnected) return;
    this.#timer = setTimeout(() => this.#advance(), PLAY_MS);
    if (this.#shown !== this.step) return;
    const next = this.#saved[this.#index + 1];
    if (next === undefined) this.follow();
    else this.#want(next);
  }

  /** Bring the controls in line with what is wanted. */
  #refresh() {
    this.input.max = String(Math.max(this.#end, 0));
    this.input.value = String(this.#index);
    const words = this.step === null ? "Latest" : `Step ${this.step.toLocaleString("en")}`;
    this.input.setAttribute("aria-valuetext", words);
    this.latest.setAttribute("aria-pressed", String(this.step === null));
    this.fork.disabled = this.step === null || this.#shown !== this.step || Boolean(this.#timer);
    const word = this.#timer ? "Pause" : "Play";
    if (this.play.title === word) return;
    const path = `<path d="${this.#timer ? PAUSE : PLAY}"/>`;
    this.play.innerHTML = `<svg viewBox="0 0 16 16" aria-hidden="true">${path}</svg>`;
    this.play.title = word;
    this.play.setAttribute("aria-label", word);
  }
}
