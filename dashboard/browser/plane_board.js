/** The square canvas of the plane: it draws on the screen's beat, and only when asked to. */

import { element, penOf } from "./view.js";

export const CSS = `
.board { position: relative; aspect-ratio: 1; overflow: hidden;
  border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius, 0.5rem);
  background: var(--st-background-color); }
canvas { position: absolute; inset: 0; width: 100%; height: 100%; }
.waiting { position: absolute; inset: 0; display: grid; place-items: center; padding: 1rem;
  text-align: center; opacity: 0.72; }
`;

/**
 * @typedef {Record<string, string>} Colours of the roles: real, fake, generator, discriminator
 * @typedef {{text: string, background: string}} Theme
 */

/** Streamlit's theme as opaque colours, "#rrggbb". */
function readTheme(/** @type {HTMLElement} */ root) {
  const style = getComputedStyle(root);
  const pen = penOf(document.createElement("canvas"));
  /** @param {string} name @param {string} otherwise */
  const colour = (name, otherwise) => {
    pen.fillStyle = style.getPropertyValue(`--st-${name}`).trim() || otherwise;
    return String(pen.fillStyle);
  };
  const background = colour("background-color", "white");
  return { text: colour("text-color", style.color), background };
}

export class Board {
  #frame = 0;
  /** @type {(() => void)[]} */
  #drawn = [];
  /** @type {((sheet: Board, now: number) => boolean | void) | null} */
  #scene = null;
  #isDressed = false;
  /** @type {Colours} */
  colours = {};
  theme = { text: "#000000", background: "#ffffff" };
  /** @type {Map<string, ImageBitmap>} what was drawn before, and is drawn again as it is */
  sprites = new Map();
  /** @type {Map<string, {points: Float32Array, picture: ImageBitmap}>} points that stay */
  steady = new Map();
  reach = 1.3;
  side = 0;
  ratio = 1;
  /** Milliseconds that the last drawing held the browser up, until it was on screen. */
  cost = 0;

  constructor() {
    this.canvas = element("canvas", { role: "img", "aria-label": "The plane, still empty" });
    this.waiting = element("div", { class: "waiting" });
    this.root = element("div", { class: "board" }, this.canvas, this.waiting);
    /** @type {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} */
    this.pen = penOf(this.canvas);
    this.resize = new ResizeObserver(() => this.refresh());
    this.resize.observe(this.canvas);
  }

  /** Take the colours of the roles, and the theme as it is now. */
  dress(/** @type {Colours} */ colours) {
    this.colours = colours;
    this.theme = readTheme(this.root);
    this.#isDressed = true;
    this.#forget();
    this.refresh();
  }

  /**
   * Show a scene from now on.
   *
   * @param {(sheet: Board, now: number) => boolean | void} scene draws everything, at a time in
   *   milliseconds, and says whether it moves: then it is drawn again with the next beat
   * @param {number} reach the sheet shows [-reach, reach] in both directions
   */
  show(scene, reach) {
    this.reach = reach;
    this.#scene = scene;
    this.waiting.hidden = true;
    this.refresh();
  }

  /**
   * Ask for a drawing.
   *
   * @returns {Promise<void>} resolved when it is done
   */
  refresh() {
    if (!this.#frame) this.#frame = requestAnimationFrame((now) => this.#draw(now));
    return new Promise((resolve) => this.#drawn.push(resolve));
  }

  /** Say in the canvas's place why nothing is to be seen. */
  say(/** @type {string} */ words) {
    this.waiting.textContent = words;
  }

  close() {
    cancelAnimationFrame(this.#frame);
    this.resize.disconnect();
  }

  x(/** @type {number} */ value) {
    return ((value / this.reach + 1) / 2) * this.side;
  }

  y(/** @type {number} */ value) {
    return ((1 - value / this.reach) / 2) * this.side;
  }

  /**
   * The place in the plane under a pointer.
   * @param {PointerEvent} event
   * @returns {[number, number]} x and y
   */
  placeOf({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    const place = (/** @type {number} */ share) => (2 * share - 1) * this.reach;
    return [place((clientX - box.left) / box.width), place((box.bottom - clientY) / box.height)];
  }

  /** What was drawn before has another look now. */
  #forget() {
    this.sprites.clear();
    this.steady.clear();
  }

  #draw(/** @type {number} */ now) {
    this.#frame = 0;
    const begin = performance.now();
    const moves = this.#scene && this.#isDressed && this.#fit() && this.#scene(this, now);
    const done = this.#drawn.splice(0);
    // The browser lays the drawing on the screen before it takes up another task.
    setTimeout(() => {
      this.cost = performance.now() - begin;
      for (const resolve of done) resolve();
    });
    if (moves) this.refresh();
  }

  /** Give the canvas as many pixels as the screen has for it; false while it has no place. */
  #fit() {
    this.ratio = window.devicePixelRatio;
    const side = Math.round(this.canvas.clientWidth * this.ratio);
    if (side !== this.side) this.#forget();
    if (side !== this.canvas.width) this.canvas.width = this.canvas.height = side;
    this.side = side;
    this.pen.clearRect(0, 0, side, side);
    return side > 0;
  }
}
