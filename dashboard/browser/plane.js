/** The plane: the whole game of a GAN in two dimensions, live. */

import { Feed, patientWords } from "./feed.js";
import { ask, HttpError, Lost, runUrl } from "./http.js";
import { CSS as BOARD_CSS, Board } from "./plane_board.js";
import { CSS as LEGEND_CSS, Legend } from "./plane_legend.js";
import { drawDots } from "./plane_points.js";
import { Replay } from "./plane_replay.js";
import { describePush, describeSnapshot, drawSnapshot } from "./plane_scene.js";
import { readSnapshot } from "./plane_snapshot.js";
import { CSS as SPRAY_CSS, Spray } from "./plane_spray.js";
import { CSS as SAVE_CSS, saveButton, savePng } from "./save.js";
import { CSS as SCRUBBER_CSS, Scrubber } from "./scrubber.js";
import { CSS as SLOW_CSS, SlowMotion } from "./slow.js";
import { button, element, mounter } from "./view.js";

const REST_MS = 150;
/** So often a paused run is asked for the game of its step, each time after twice the rest. */
const MOST_LATE = 7;
/** At least so many times as long as a drawing took, the browser is left in peace. */
const PEACE = 5;
const PATIENCE_MS = 10000;
const WAITING = "Waiting for the first step of the game";
/**
 * The layers of the server that each layer of the legend is made from.
 *
 * @type {Record<string, string[]>}
 */
const SOURCES = {
  ...{ map: ["map"], optimal: ["optimal"], difference: ["map", "optimal"], gradient: ["gradient"] },
  ...{ forces: ["forces"], warp: ["warp"] },
};

const CSS = `
.stage { display: grid; gap: 0.5rem; max-width: clamp(20rem, 100vh - 23.25rem, 34rem); }
.caption { display: flex; justify-content: space-between; gap: 0.75rem;
  font-variant-numeric: tabular-nums; }
.caption .shown { display: flex; gap: 0.35rem; align-items: center; }
.caption .step { font-weight: 600; white-space: nowrap; }
.problem:empty { display: none; }
.buttons { display: flex; flex-wrap: wrap; gap: 0.5rem; }
${BOARD_CSS}${LEGEND_CSS}${SCRUBBER_CSS}${SPRAY_CSS}${SLOW_CSS}${SAVE_CSS}`;

/**
 * @typedef {object} More what the page says of the run besides what the legend needs
 * @property {string} run_id
 * @property {boolean} drawable
 * @property {number} strokes_taken
 * @property {string} lock why the run cannot be steered from here; empty where it can
 * @property {{layers?: string[], step?: number}} [link] what the link of the page says of the view
 *
 * @typedef {import("./plane_legend.js").Data & More} Data
 * @typedef {import("./view.js").Mounted<Data>} Component
 * @typedef {import("./plane_snapshot.js").PlaneSnapshot} PlaneSnapshot
 * @typedef {import("./plane_board.js").Board} Sheet
 */

class PlaneView {
  /** @type {import("./live.js").Status | null} */
  #header = null;
  /** @type {PlaneSnapshot | null} */
  #snapshot = null;
  /** Which layers came of which step, by which wish: what of them is needed is not sent twice. */
  #held = { wish: "", place: "", layers: /** @type {string[]} */ ([]) };
  /** What the feed was last told to ask for. */
  #requested = this.#held;
  #late = { newest: -1, times: 0 };
  #inSight = false;
  #replay = new Replay();
  #left = new AbortController();

  /** @param {HTMLElement} root @param {Component} component */
  constructor(root, component) {
    this.component = component;
    this.board = new Board();
    this.board.say(WAITING);
    this.legend = new Legend(component.data, () => this.#change(), component.data.link?.layers);
    this.scrubber = new Scrubber(() => this.#change(), {
      begin: component.data.link?.step,
      onFork: (step) => this.component.setTriggerValue("checkpoint", step),
    });
    this.spray = new Spray(this.board, (strokes) =>
      this.component.setTriggerValue("drawn", strokes),
    );
    this.slow = new SlowMotion(this.board, {
      ask: (layers) => this.#askForSlow(layers),
      send: (wish) => this.component.setTriggerValue("slow", wish),
      onToggle: () => {
        this.#change();
        // The last game may lack layers that are shown when slow motion is over.
        if (!this.slow.isOpen) this.feed.now();
      },
    });
    this.push = element("span", { class: "push" });
    this.step = element("span", { class: "step" });
    this.problem = element("div", { class: "problem", role: "status" });
    this.feed = new Feed(
      () => this.#inSight && root.isConnected && !this.slow.isOpen,
      (signal) => this.#ask(signal),
      { tell: (problem) => this.#tell(problem) },
    );
    this.sight = new IntersectionObserver((entries) => {
      this.#inSight = entries.some(({ isIntersecting }) => isIntersecting);
      this.#follow();
    });
    this.sight.observe(this.board.root);
    this.#build(root);
  }

  #build(/** @type {HTMLElement} */ root) {
    const { sentence, note, key } = this.legend;
    this.board.root.append(key);
    const replay = button("replay", "Replay noise to samples", () => this.#startReplay(), {
      title: "Show once how G carries each piece of noise z to its sample G(z)",
    });
    const buttons = [replay, this.slow.button, this.spray.button];
    const more = element("div", { class: "buttons" }, ...buttons);
    const save = saveButton("PNG", () => this.#save());
    const shown = element("span", { class: "shown" }, this.step, save);
    const caption = element("div", { class: "caption" }, this.push, shown);
    const { panel, controls } = this.slow;
    const { root: scrubber } = this.scrubber;
    const below = [caption, this.problem, note, scrubber, more, controls];
    root.append(element("div", { class: "stage" }, sentence, panel, this.board.root, ...below));
    // What makes room for slow motion.
    this.usual = [sentence, note, more];
  }

  /** @param {Component} component */
  update(component) {
    this.component = component;
    const { data } = component;
    this.board.dress(data.colours);
    this.#readLegend();
    this.slow.update(data);
    this.spray.button.hidden = !data.drawable;
    this.spray.acknowledge(data.strokes_taken);
    this.#follow();
  }

  /** The game on screen may be older than a change of the loss. */
  #readLegend() {
    const { data } = this.component;
    this.legend.update({ ...data, reading: this.#snapshot?.reading ?? data.reading });
  }

  /** @param {import("./live.js").News} news */
  show({ header }) {
    if (!header) return;
    this.#header = header;
    if (!this.#snapshot && header.progress_text) this.board.say(header.progress_text);
    this.slow.show(header);
    this.#follow();
  }

  close() {
    this.#left.abort();
    this.feed.close();
    this.sight.disconnect();
    this.scrubber.close();
    this.slow.close();
    this.board.close();
  }

  /** The server's layers that are needed for what is chosen, in a fixed order. */
  get #layers() {
    const needed = [...this.legend.chosen].flatMap((name) => SOURCES[name] ?? []);
    if (this.#replay.isOn) needed.push("noise");
    return [...new Set(needed)].sort();
  }

  get #isLive() {
    return this.scrubber.step === null && this.#header?.state === "running";
  }

  /** Draw what is on screen again with what is chosen now, and ask for what it lacks. */
  #change() {
    const isSlow = this.slow.isOpen;
    for (const part of this.usual ?? []) part.hidden = isSlow;
    this.scrubber.root.hidden = isSlow || !this.#snapshot;
    this.legend.key.style.visibility = isSlow ? "hidden" : "visible";
    if (isSlow && this.scrubber.step !== null) this.scrubber.follow();
    else if (!isSlow && this.#snapshot) this.#showSnapshot(this.#snapshot);
    this.#follow();
  }

  /** Ask for the layers that are chosen, of the step that is shown: a saved one, or the newest. */
  #follow() {
    if (!this.#header) return;
    const [held, wanted] = [this.#held, this.#wanted];
    const isSame = wanted.place === held.place;
    const isHeld = isSame && wanted.layers.every((one) => held.layers.includes(one));
    this.#requested = isHeld ? held : wanted;
    this.feed.want(this.#requested.wish);
  }

  get #wanted() {
    const layers = this.#layers;
    const place = String(this.scrubber.step ?? `${this.#header?.state} ${this.#header?.step}`);
    return { wish: [...layers, place].join(), place, layers };
  }

  /** @param {AbortSignal} signal */
  async #ask(signal) {
    const { step } = this.scrubber;
    const newest = this.#header?.step ?? 0;
    // What goes on is asked for again and again: what is no longer chosen need not come with it.
    const requested = this.#isLive ? this.#wanted : this.#requested;
    const snapshot = await this.#fetch(requested.layers, step, signal);
    if (this.slow.isOpen) return null;
    [this.#snapshot, this.#held] = [snapshot, requested];
    // What was chosen meanwhile may be a part of it.
    this.#follow();
    await this.#showSnapshot(snapshot);
    if (this.#isLive) return Math.max(REST_MS, PEACE * this.board.cost);
    return step === null ? this.#untilLate(snapshot, newest) : null;
  }

  /**
   * A game comes a little after its step: until a paused run is asked for it again, or null.
   * @param {PlaneSnapshot} snapshot @param {number} newest
   */
  #untilLate(snapshot, newest) {
    if (this.#late.newest !== newest) this.#late = { newest, times: 0 };
    const isBehind = this.#header?.state === "paused" && snapshot.step < newest;
    if (!isBehind || this.#late.times === MOST_LATE) return null;
    this.#late.times += 1;
    return REST_MS * 2 ** this.#late.times;
  }

  #tell(/** @type {Error | null} */ problem) {
    // A lost connection is said by the status line.
    const words = problem instanceof Lost ? "" : patientWords(problem);
    this.problem.textContent = this.#snapshot ? words : "";
    if (words && !this.#snapshot) this.board.say(this.#header?.progress_text || words);
    const isLastWord = problem instanceof HttpError && problem.isLasting;
    // The server has dropped that step.
    if (isLastWord && this.scrubber.step !== null) this.scrubber.follow();
  }

  /**
   * Fetch the newest game, or that of a saved step.
   * @param {string[]} layers @param {number | null} step @param {AbortSignal} signal
   */
  async #fetch(layers, step, signal) {
    const at = step === null ? "" : `&step=${step}`;
    const url = runUrl(this.component.data.run_id, `plane?layers=${layers.join()}${at}`);
    return readSnapshot(await ask(url, { signal }));
  }

  async #askForSlow(/** @type {string[]} */ layers) {
    const signal = AbortSignal.any([this.#left.signal, AbortSignal.timeout(PATIENCE_MS)]);
    this.#snapshot = await this.#fetch(layers, null, signal);
    this.#caption(this.#snapshot);
    return this.#snapshot;
  }

  #caption(/** @type {PlaneSnapshot} */ snapshot) {
    this.#readLegend();
    this.step.textContent = `Step ${snapshot.step.toLocaleString("en")}`;
    this.push.textContent = this.legend.chosen.has("forces") ? describePush(snapshot) : "";
    this.board.canvas.setAttribute("aria-label", describeSnapshot(snapshot));
  }

  /**
   * @param {PlaneSnapshot} snapshot
   * @returns {Promise<void>} resolved when the game is drawn
   */
  #showSnapshot(snapshot) {
    this.#caption(snapshot);
    const { step } = this.scrubber;
    this.scrubber.update(
      snapshot.saved,
      step === null || step === snapshot.step ? step : undefined,
    );
    this.board.show((sheet, now) => this.#draw(sheet, now), snapshot.reach);
    return this.board.refresh();
  }

  #save() {
    const { canvas, theme } = this.board;
    const { width, height } = canvas;
    const name = `plane-${this.#snapshot?.step ?? 0}.png`;
    savePng(canvas, { width, height, ground: theme.background }, name);
  }

  #startReplay() {
    this.#replay.start();
    this.#change();
  }

  /** @param {Sheet} sheet @param {number} now */
  #draw(sheet, now) {
    const places = this.#replay.places(this.#snapshot, now);
    if (this.#snapshot) drawSnapshot(sheet, this.#snapshot, this.legend.chosen, places);
    drawDots(sheet, this.spray.points, "real", { hollow: true });
    return places !== null;
  }
}

/** Show the plane; called by Streamlit for every change of data or theme. */
export const mount = mounter(PlaneView, CSS);
