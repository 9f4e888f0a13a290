/** The duel on a plane: the whole game of a GAN in two dimensions, live. */

import { fetchArrays } from "./arrays.js";
import { drawDots } from "./layers.js";
import { Refusal, isLastWord, patientWords, runUrl } from "./live.js";
import { Board, CSS as BOARD_CSS } from "./plane_board.js";
import { readGame } from "./plane_game.js";
import { CSS as LEGEND_CSS, Legend } from "./plane_legend.js";
import { describeGame, describePush, drawGame } from "./plane_scene.js";
import { CSS as SAVE_CSS, saveButton, savePng } from "./save.js";
import { CSS as SPRAY_CSS, Spray } from "./plane_spray.js";
import { between, noisePlaces } from "./plane_stages.js";
import { CSS as TIMELINE_CSS, Timeline } from "./plane_timeline.js";
import { CSS as SLOW_CSS, SlowMotion } from "./slow.js";
import { Asking } from "./together.js";
import { element, mounter } from "./view.js";

const REST_MS = 150;
/** So often a paused run is asked for the game of its step, each time after twice the rest. */
const MOST_LATE = 7;
/** At least so many times as long as a drawing took, the browser is left in peace. */
const PEACE = 5;
const PATIENCE_MS = 10000;
const REPLAY_MS = 1500;
const WAITING = "Waiting for the first moment of the game";
/** The layers of the server that each layer of the legend is made from. */
const SOURCES = {
  ...{ map: ["map"], optimal: ["optimal"], difference: ["map", "optimal"], slope: ["slope"] },
  ...{ forces: ["forces"], warp: ["warp"] },
};

const CSS = `
.root { font-family: var(--st-font); font-size: 0.875rem; color: var(--st-text-color); }
.stage { display: grid; gap: 0.5rem; max-width: clamp(20rem, 100vh - 23.25rem, 34rem); }
.caption { display: flex; justify-content: space-between; gap: 0.75rem;
  font-variant-numeric: tabular-nums; }
.caption .shown { display: flex; gap: 0.35rem; align-items: center; }
.caption .step { font-weight: 600; white-space: nowrap; }
.buttons { display: flex; flex-wrap: wrap; gap: 0.5rem; }
.timeline button, .buttons button { display: inline-flex; align-items: center; height: 2rem;
  justify-content: center; padding: 0 0.75rem; font: inherit; color: inherit; white-space: nowrap;
  background: transparent; cursor: pointer; border-radius: var(--st-button-radius, 0.5rem);
  border: 1px solid var(--st-widget-border-color, var(--st-border-color)); }
.timeline button:enabled:hover, .buttons button:enabled:hover,
.timeline button[aria-pressed="true"], .buttons button[aria-pressed="true"] {
  border-color: var(--st-primary-color); color: var(--st-primary-color); }
button:disabled { opacity: 0.45; cursor: default; }
:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
[hidden] { display: none !important; }
${BOARD_CSS}${LEGEND_CSS}${TIMELINE_CSS}${SPRAY_CSS}${SLOW_CSS}${SAVE_CSS}`;

class PlaneView {
  #header = null;
  #game = null;
  #asked = null;
  #late = { newest: -1, times: 0 };
  #inSight = false;
  #replay = null;
  #line = Promise.resolve();
  #left = new AbortController();

  constructor(root) {
    this.root = root;
    this.board = new Board();
    this.board.say(WAITING);
    this.legend = new Legend(() => this.#change());
    this.timeline = new Timeline(
      () => this.#change(),
      (step) => this.component.setTriggerValue("moment", step),
    );
    this.spray = new Spray(this.board, (told) => this.component.setTriggerValue("drawn", told));
    this.slow = new SlowMotion(this.board, {
      ask: (layers) => this.#askForSlow(layers),
      send: (wish) => this.component.setTriggerValue("slow", wish),
      onToggle: () => this.#change(),
    });
    this.#build();
    this.asking = new Asking(root, () => this.#ask(), (problem) => this.#fail(problem));
    this.sight = new IntersectionObserver(([{ isIntersecting }]) => {
      this.#inSight = isIntersecting;
      this.asking.soon();
    });
    this.sight.observe(this.board.root);
  }

  #build() {
    this.board.root.append(this.legend.key);
    this.push = element("span", { class: "push" });
    this.step = element("span", { class: "step" });
    this.replay = element("button", { type: "button" }, "Replay noise to samples");
    this.replay.title = "Show once how G carries each piece of noise z to its sample G(z)";
    this.replay.onclick = () => this.#startReplay();
    const buttons = [this.replay, this.slow.button, this.spray.button];
    const more = element("div", { class: "buttons" }, ...buttons);
    const save = saveButton("PNG", () => this.#save());
    const shown = element("span", { class: "shown" }, this.step, save);
    const caption = element("div", { class: "caption" }, this.push, shown);
    const [{ sentence, note }, { panel, controls }] = [this.legend, this.slow];
    const { root: timeline } = this.timeline;
    const parts = [sentence, panel, this.board.root, caption, note, timeline, more, controls];
    this.root.append(element("div", { class: "stage" }, ...parts));
    // What makes room for slow motion.
    this.usual = [sentence, note, timeline, more];
  }

  update(component) {
    this.component = component;
    this.data = component.data;
    this.board.dress(this.data.colours);
    const reading = this.#game?.reading ?? this.data.reading;
    this.legend.update({ ...this.data, reading });
    this.slow.update(this.data);
    this.spray.button.hidden = !this.data.drawable;
    this.spray.acknowledge(this.data.strokes_taken);
    this.asking.soon();
  }

  show({ header }) {
    if (!header) return;
    this.#header = header;
    if (!this.#game && header.progress_text) this.board.say(header.progress_text);
    this.slow.show(header);
    this.asking.soon();
  }

  close() {
    this.#left.abort();
    this.asking.close();
    this.sight.disconnect();
    this.timeline.close();
    this.slow.close();
    this.board.close();
  }

  /** The server's layers that are needed for what is chosen, in a fixed order. */
  get #layers() {
    const needed = [...this.legend.chosen].flatMap((name) => SOURCES[name] ?? []);
    if (this.#replay) needed.push("noise");
    return [...new Set(needed)].sort();
  }

  get #isLive() {
    return this.timeline.step === null && this.#header.state === "running";
  }

  /** Whether there is something new to ask for. */
  get #wants() {
    if (!this.#inSight || !this.#header || this.slow.isOpen) return false;
    if (this.#isLive || !this.#asked) return true;
    const { layers, step, newest } = this.#asked;
    const isOld = this.timeline.step === null && newest !== this.#header.step;
    return isOld || step !== this.timeline.step || !this.#layers.every((one) => layers.has(one));
  }

  /** Draw what is on screen again with what is chosen now, and ask for what it lacks. */
  #change() {
    const isSlow = this.slow.isOpen;
    for (const part of this.usual) part.hidden = isSlow;
    this.timeline.root.hidden = isSlow || !this.#game;
    this.legend.key.style.visibility = isSlow ? "hidden" : "visible";
    if (isSlow && this.timeline.step !== null) this.timeline.follow();
    else if (!isSlow && this.#game) this.#showGame();
    this.asking.now();
  }

  /** Ask while there is something new, with a rest after each game of a run that goes on. */
  async #ask() {
    if (!this.#wants) return null;
    const [layers, { step }, newest] = [this.#layers, this.timeline, this.#header.step];
    const game = await this.#fetch(layers, step);
    const late = step === null ? this.#untilLate(game, newest) : null;
    this.#asked = { layers: new Set(layers), step, newest: late === null ? newest : null };
    if (!this.slow.isOpen) {
      this.#game = game;
      await this.#showGame();
    }
    return this.#isLive ? Math.max(REST_MS, PEACE * this.board.cost) : (late ?? 0);
  }

  /** A game comes a little after its step: until a paused run is asked for it again, or null. */
  #untilLate(game, newest) {
    if (this.#late.newest !== newest) this.#late = { newest, times: 0 };
    const { state } = this.#header;
    if (state !== "paused" || game.step >= newest || this.#late.times === MOST_LATE) return null;
    this.#late.times += 1;
    return REST_MS * 2 ** this.#late.times;
  }

  #fail(problem) {
    this.#asked = null;
    if (!(problem instanceof Refusal)) return;
    this.board.say(this.#header.progress_text || patientWords(problem));
    // The server has dropped that moment.
    if (this.timeline.step !== null && isLastWord(problem)) this.timeline.follow();
  }

  /** Fetch a game, after the question that is under way: the newest, or that of a saved step. */
  #fetch(layers, step) {
    const at = step === null ? "" : `&step=${step}`;
    const url = runUrl(this.data.run_id, `plane?layers=${layers.join()}${at}`);
    this.#line = this.#line
      .catch(() => null)
      .then(() => {
        const signal = AbortSignal.any([this.#left.signal, AbortSignal.timeout(PATIENCE_MS)]);
        return fetchArrays(url, { signal });
      })
      .then(readGame);
    return this.#line;
  }

  async #askForSlow(layers) {
    this.#game = await this.#fetch(layers, null);
    // It may lack layers that are shown when slow motion is over.
    this.#asked = null;
    this.#caption();
    return this.#game;
  }

  #caption() {
    const game = this.#game;
    this.legend.read(game.reading);
    this.step.textContent = `Step ${game.step.toLocaleString("en")}`;
    this.push.textContent = this.legend.chosen.has("forces") ? describePush(game) : "";
    this.board.canvas.setAttribute("aria-label", describeGame(game));
  }

  /** @returns {Promise<void>} resolved when the game is drawn */
  #showGame() {
    const game = this.#game;
    this.#caption();
    this.timeline.update(game, this.data.can_fork);
    this.board.show((sheet, now) => this.#draw(sheet, now), game.reach);
    return this.board.refresh();
  }

  #save() {
    const { canvas, theme } = this.board;
    const { width, height } = canvas;
    const name = `plane-${this.#game?.step ?? 0}.png`;
    savePng(canvas, { width, height, ground: theme.background }, name);
  }

  #startReplay() {
    this.#replay = { begin: null };
    this.#change();
  }

  /** Where the fakes are on their way from the noise; null when they are not. */
  #placesOnTheWay(now) {
    const { z, fake } = this.#game;
    if (!this.#replay || !z) return null;
    this.#replay.begin ??= now;
    const t = (now - this.#replay.begin) / REPLAY_MS;
    if (t >= 1) {
      this.#replay = null;
      return null;
    }
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    return between(noisePlaces(z), fake, isStill ? Math.round(t) : t);
  }

  #draw(sheet, now) {
    const places = this.#placesOnTheWay(now);
    drawGame(sheet, this.#game, this.legend.chosen, places);
    drawDots(sheet, this.spray.points, "real", { hollow: true });
    return places !== null;
  }
}

/** Show the plane; called by Streamlit for every change of data or theme. */
export const mount = mounter(PlaneView, CSS);
