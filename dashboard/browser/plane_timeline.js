/** The moments of a run that can be gone back to: a scrubber, with the run as it is at its end. */

import { element } from "./view.js";

export const CSS = `
.timeline { display: flex; align-items: center; gap: 0.6rem; }
.timeline input { flex: 1; min-width: 4rem; height: 1.5rem; margin: 0; cursor: pointer;
  accent-color: var(--st-primary-color); }
.play { width: 2rem; padding: 0 !important; }
svg { width: 1rem; height: 1rem; fill: currentColor; }
`;

const PLAY_MS = 150;
const PLAY = "M4 2.5v11l9-5.5z";
const PAUSE = "M4 3h3v10H4zM9 3h3v10H9z";

export class Timeline {
  #timer = 0;
  #saved = [];
  #shown = null;
  /** The step that a person wants to see; null follows the run. */
  step = null;

  /**
   * @param {() => void} onChange called when another step is wanted
   * @param {(step: number) => void} onFork called to run on from the saved step that is shown
   */
  constructor(onChange, onFork) {
    Object.assign(this, { onChange, onFork });
    this.play = element("button", { class: "play", type: "button" });
    this.play.onclick = () => this.#toggle();
    const label = { "aria-label": "Saved moments", title: "Go back to an earlier moment" };
    this.scrubber = element("input", { type: "range", min: "0", ...label });
    this.scrubber.oninput = () => this.#go(Number(this.scrubber.value));
    this.latest = element("button", { type: "button", class: "latest" }, "Latest");
    this.latest.title = "Show the run as it is now (End)";
    this.latest.onclick = () => this.follow();
    this.fork = element("button", { type: "button", class: "fork" }, "Run on from here");
    this.fork.title = "Start a new run from the chosen moment, with other settings if you like";
    this.fork.onclick = () => this.onFork(this.step);
    const parts = [this.play, this.scrubber, this.latest, this.fork];
    this.root = element("div", { class: "timeline" }, ...parts);
    this.root.hidden = true;
    this.root.onkeydown = (event) => this.#press(event);
  }

  /** Take what the server has, and which step is on screen now. */
  update({ saved, step }, canFork) {
    this.#saved = saved;
    this.#shown = step;
    this.root.hidden = false;
    this.fork.hidden = !canFork || !saved.length;
    // The run may have thinned its moments: the one before is the closest that is left.
    if (this.step !== null && !saved.includes(this.step)) {
      this.step = saved.findLast((one) => one <= this.step) ?? null;
    }
    this.#refresh();
  }

  /** Go to the run as it is, and stay with it. */
  follow() {
    this.close();
    this.#want(null);
  }

  close() {
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  get #index() {
    return this.step === null ? this.#saved.length : this.#saved.indexOf(this.step);
  }

  #want(step) {
    this.step = step;
    this.#refresh();
    this.onChange();
  }

  /** Show the moment at this place in the list, as a person asked. */
  #go(index) {
    this.close();
    this.#want(this.#saved[Math.max(index, 0)] ?? null);
  }

  #press(event) {
    const back = () => this.#go(this.#index - 1);
    const on = () => this.#go(this.#index + 1);
    const keys = { ArrowLeft: back, ArrowDown: back, ArrowRight: on, ArrowUp: on };
    Object.assign(keys, { Home: () => this.#go(0), End: () => this.follow() });
    // On a button the space bar presses that button.
    if (event.target === this.scrubber) keys[" "] = () => this.#toggle();
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
    this.#want(this.step ?? this.#saved[0] ?? null);
  }

  /** One step of the animation; a moment that is still loading holds it back. */
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
    this.scrubber.max = String(this.#saved.length);
    this.scrubber.value = String(this.#index);
    const words = this.step === null ? "Latest" : `Step ${this.step.toLocaleString("en")}`;
    this.scrubber.setAttribute("aria-valuetext", words);
    this.latest.setAttribute("aria-pressed", String(this.step === null));
    this.fork.disabled = this.step === null || this.#shown !== this.step || this.#timer !== 0;
    const word = this.#timer ? "Pause" : "Play";
    if (this.play.title === word) return;
    const path = `<path d="${this.#timer ? PAUSE : PLAY}"/>`;
    this.play.innerHTML = `<svg viewBox="0 0 16 16" aria-hidden="true">${path}</svg>`;
    this.play.title = word;
    this.play.setAttribute("aria-label", word);
  }
}
