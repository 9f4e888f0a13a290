/** Slow motion: one real training step of a paused run, told in ten stages. */

import { HttpError, Lost } from "./http.js";
import { isFinal } from "./live.js";
import { STAGES } from "./plane_stages.js";
import { button, element } from "./view.js";

export const CSS = `
.slow { display: grid; gap: 0.35rem; scroll-margin: 4.5rem; }
.slow .head { display: flex; align-items: center; justify-content: space-between; }
.slow .turn { padding: 0.1rem 0.65rem; border-radius: 1rem; font-weight: 600;
  color: color-mix(in srgb, var(--turn) 78%, var(--st-text-color));
  background: color-mix(in srgb, var(--turn) 16%, transparent); }
.slow ol { display: flex; gap: 0.3rem; margin: 0; padding: 0; list-style: none; }
.slow li { width: 0.6rem; height: 0.6rem; border-radius: 50%; background: var(--st-border-color); }
.slow li:nth-child(5) { margin-right: 0.4rem; }
.slow li.done { background: var(--role); opacity: 0.5; }
.slow li.now { background: var(--role); outline: 2px solid var(--role); outline-offset: 1px; }
.slow .sentence { min-height: 2.6em; margin: 0; font-size: 1.25rem; line-height: 1.3;
  font-weight: 600; text-wrap: pretty; }
.slow .detail { min-height: 3em; margin: 0; line-height: 1.5; font-size: 1rem; }
`;

const AUTO_MS = 2000;
const MOVE_MS = 1300;
const RETRY_MS = 100;
const LAYERS = ["map", "forces", "noise"];
const TURNS = {
  d: { words: "D’s turn", colour: "discriminator" },
  g: { words: "G’s turn", colour: "generator" },
};
const SAME_NOISE = "The picture keeps the same noise throughout, so that you can compare.";

/**
 * @typedef {import("./live.js").Status} Status
 * @typedef {import("./plane_stages.js").Games} Games
 * @typedef {import("./plane_stages.js").Whole} Whole
 */

/** Why slow motion cannot go on, as a sentence. */
class Halt extends Error {}

export class SlowMotion {
  /** @type {Status | null} */
  #header = null;
  #lock = "";
  /** @type {AbortController | null} */
  #open = null;
  #heard = () => {};
  #pressed = () => {};
  #isLast = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {import("./plane_board.js").Board} board @param {object} hands
   * @param {(layers: string[]) => Promise<import("./plane_snapshot.js").PlaneSnapshot>} hands.ask fetches the
   *   newest game
   * @param {(wish: string) => void} hands.send tells the page's script "pause", "d", "g" or "resume"
   * @param {() => void} hands.onToggle follows every opening and closing
   */
  constructor(board, { ask, send, onToggle }) {
    this.board = board;
    this.ask = ask;
    this.send = send;
    this.onToggle = onToggle;
    /** @type {Record<string, string>} */
    this.colours = {};
    this.button = button("slow.start", "Slow motion", () => this.#start(), {
      title: "Pause, and take one step in ten stages",
    });
    this.button.disabled = true;
    this.next = button("slow.next", "Next", () => this.#pressed());
    this.auto = button("slow.auto", "Auto", () => this.#switchAuto(), {
      ...{ "aria-pressed": "true", title: "Go on by itself every two seconds" },
    });
    const close = button("slow.close", "Close", () => this.close(), {
      title: "Leave the run paused",
    });
    const resume = button("slow.resume", "Close and go on", () => this.#resume());
    this.controls = element("div", { class: "buttons" }, this.next, this.auto, close, resume);
    this.turn = element("span", { class: "turn" });
    this.dots = STAGES.map(() => element("li"));
    this.progress = element("ol", { role: "img" }, ...this.dots);
    this.sentence = element("p", { class: "sentence", "aria-live": "polite" });
    this.detail = element("p", { class: "detail" });
    const head = element("div", { class: "head" }, this.turn, this.progress);
    this.panel = element("div", { class: "slow" }, head, this.sentence, this.detail);
    this.panel.hidden = this.controls.hidden = true;
  }

  /**
   * `lock` says why the run cannot be steered from here; empty where it can.
   * @param {{colours: Record<string, string>, lock: string}} data
   */
  update({ colours, lock }) {
    this.colours = colours;
    this.#lock = lock;
    this.button.title = lock || "Pause, and take one step in ten stages";
    this.#enable();
    for (const [i, { turn }] of STAGES.entries()) {
      this.dots[i].style.setProperty("--role", colours[TURNS[turn].colour]);
    }
  }

  get isOpen() {
    return this.#open !== null;
  }

  /** Follow the news of the run. */
  show(/** @type {Status} */ header) {
    this.#header = header;
    this.#enable();
    this.#heard();
  }

  #enable() {
    this.button.disabled = !this.#header || isFinal(this.#header.state) || this.#lock !== "";
  }

  close() {
    if (!this.#open) return;
    clearTimeout(this.#timer);
    this.#open.abort();
    this.#toggle(null);
  }

  #resume() {
    this.close();
    this.send("resume");
  }

  #toggle(/** @type {AbortController | null} */ open) {
    this.#open = open;
    this.panel.hidden = this.controls.hidden = open === null;
    this.onToggle();
  }

  async #start() {
    const opened = new AbortController();
    const { signal } = opened;
    this.#toggle(opened);
    this.#say("d", "The run comes to rest.", "");
    this.panel.scrollIntoView({ block: "nearest" });
    this.send("pause");
    try {
      await this.#until(({ state }) => state === "paused", signal);
      for (;;) await this.#playStep(signal);
    } catch (problem) {
      if (signal.aborted) return;
      const isSaid = [Halt, HttpError, Lost].some((kind) => problem instanceof kind);
      if (!(problem instanceof Error) || !isSaid) throw problem;
      this.#say("d", problem.message, "");
    }
  }

  /** D's half and G's half, each stage for as long as a person wants. */
  async #playStep(/** @type {AbortSignal} */ signal) {
    const first = await this.#askWhole();
    /** @type {Games} */
    let games = { before: first, after: first };
    for (const [index, stage] of STAGES.entries()) {
      if (stage.moves) games = { ...games, after: await this.#move(stage.turn, games, signal) };
      signal.throwIfAborted();
      this.#enter(index, games);
      this.#isLast = index === STAGES.length - 1;
      await this.#wish(signal);
      if (stage.moves) games = { before: games.after, after: games.after };
    }
  }

  async #askWhole() {
    return /** @type {Whole} */ (await this.ask(LAYERS));
  }

  /**
   * Let one player take a real step.
   * @param {"d" | "g"} player @param {Games} games @param {AbortSignal} signal
   * @returns {Promise<Whole>} the game after it
   */
  async #move(player, { before }, signal) {
    this.next.disabled = true;
    this.send(player);
    await this.#until(({ step }) => step > before.step, signal);
    for (;;) {
      const game = await this.#askWhole();
      if (game.step > before.step) return game;
      await new Promise((resume) => setTimeout(resume, RETRY_MS));
      signal.throwIfAborted();
    }
  }

  /** @param {number} index @param {Games} games */
  #enter(index, games) {
    const stage = STAGES[index];
    this.next.disabled = false;
    const detail = stage.detail?.(games) ?? (index % 5 === 0 ? SAME_NOISE : "");
    this.#say(stage.turn, `${index + 1}. ${stage.sentence(games)}`, detail, index);
    const begin = performance.now();
    const length = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : MOVE_MS;
    this.board.show((sheet, now) => {
      const t = length ? Math.min(Math.max((now - begin) / length, 0), 1) : 1;
      stage.draw(sheet, games, t);
      return t < 1;
    }, games.before.reach);
  }

  /**
   * @param {"d" | "g"} turn @param {string} sentence @param {string} detail @param {number} index
   */
  #say(turn, sentence, detail, index = -1) {
    this.turn.textContent = TURNS[turn].words;
    this.turn.style.setProperty("--turn", this.colours[TURNS[turn].colour]);
    this.sentence.textContent = sentence;
    this.detail.textContent = detail;
    this.progress.setAttribute("aria-label", `Stage ${index + 1} of ${STAGES.length}`);
    for (const [i, dot] of this.dots.entries()) {
      dot.className = i < index ? "done" : i === index ? "now" : "";
    }
  }

  /**
   * Resolve when a person, or in automatic mode the clock, wants the next stage.
   * @param {AbortSignal} signal
   * @returns {Promise<void>}
   */
  #wish(signal) {
    this.next.textContent = this.#isLast ? "Again" : "Next";
    this.#wind();
    return new Promise((resolve, reject) => {
      this.#pressed = resolve;
      signal.onabort = reject;
    });
  }

  /**
   * Wait until the news of the run are as wished.
   * @param {(header: Status) => boolean} isWished @param {AbortSignal} signal
   * @returns {Promise<void>}
   */
  #until(isWished, signal) {
    return new Promise((resolve, reject) => {
      signal.onabort = reject;
      this.#heard = () => {
        if (!this.#header) return;
        if (isWished(this.#header)) resolve();
        else if (isFinal(this.#header.state)) reject(new Halt("The run is over: no step follows."));
      };
      this.#heard();
    });
  }

  get #isAuto() {
    return this.auto.getAttribute("aria-pressed") === "true";
  }

  /** Start the clock, if it is to go; after the last stage only a person goes on. */
  #wind() {
    clearTimeout(this.#timer);
    if (this.#isAuto && !this.#isLast) this.#timer = setTimeout(() => this.#pressed(), AUTO_MS);
  }

  #switchAuto() {
    this.auto.setAttribute("aria-pressed", String(!this.#isAuto));
    this.#wind();
  }
}
