/** A plane in latent space under the pointer: two directions, from -3.5 to 3.5 each. */

import { element } from "./view.js";

export const REACH = 3.5;
/** Pictures of the map in a row; their middles lie at whole numbers. */
export const CELLS = 7;
/** @type {Record<string, [number, number]>} */
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
const STEP = 0.1;
const LEAP = 0.5;

export const CSS = `
.pad { position: relative; aspect-ratio: 1; touch-action: none; cursor: crosshair;
  overflow: hidden; user-select: none; border-radius: var(--st-base-radius, 0.5rem);
  background: var(--st-secondary-background-color); border: 1px solid var(--st-border-color); }
.pad img { position: absolute; inset: 0; width: 100%; height: 100%; opacity: 0.85;
  image-rendering: pixelated; pointer-events: none; }
.pad::before, .pad::after { content: ""; position: absolute; z-index: 1; pointer-events: none;
  background: var(--st-primary-color); opacity: 0.55; }
.pad::before { left: 50%; top: 0; width: 1px; height: 100%; }
.pad::after { top: 50%; left: 0; height: 1px; width: 100%; }
/* Moved as a layer of its own, so that nothing is laid out or painted anew. */
.mover { position: absolute; inset: 0; z-index: 2; pointer-events: none; will-change: transform; }
.handle { position: absolute; left: 50%; top: 50%; width: 1.3rem; height: 1.3rem;
  margin: -0.65rem; box-sizing: border-box; border-radius: 50%;
  background: var(--st-primary-color); border: 3px solid white; }
`;

function clamp(/** @type {number} */ number) {
  return Math.min(REACH, Math.max(-REACH, number));
}

export class Pad {
  #held = false;
  x = 0;
  y = 0;

  /**
   * @param {(x: number, y: number) => void} move told of each move
   * @param {() => void} rest told when it is let go
   */
  constructor(move, rest) {
    this.move = move;
    this.rest = rest;
    this.mover = element("div", { class: "mover" }, element("div", { class: "handle" }));
    this.map = element("img", { alt: "", hidden: "" });
    this.root = element("div", {
      class: "pad",
      tabindex: "0",
      role: "slider",
      "data-control": "pad",
    });
    this.root.setAttribute("aria-valuemin", String(-REACH));
    this.root.setAttribute("aria-valuemax", String(REACH));
    this.root.append(this.map, this.mover);
    this.root.onpointerdown = (event) => this.#press(event);
    this.root.onpointermove = (event) => this.#held && this.#drag(event);
    this.root.onpointerup = this.root.onpointercancel = () => this.#lift();
    this.root.onkeydown = (event) => this.#key(event);
    this.root.onkeyup = (event) => event.key in KEYS && this.rest();
  }

  /**
   * Name the two directions, and stand at this place.
   * @param {number} x @param {number} y @param {string} across @param {string} up
   */
  place(x, y, across, up) {
    Object.assign(this, { x, y });
    const share = (/** @type {number} */ number) => (50 * clamp(number)) / REACH;
    this.mover.style.transform = `translate(${share(x)}%, ${-share(y)}%)`;
    const text = `${across} ${x.toFixed(1)}, ${up} ${y.toFixed(1)}`;
    this.root.setAttribute("aria-label", `Pad: ${across} by left and right, ${up} by up and down`);
    this.root.setAttribute("aria-valuenow", x.toFixed(1));
    this.root.setAttribute("aria-valuetext", text);
  }

  #press(/** @type {PointerEvent} */ event) {
    event.preventDefault(); // Nothing is selected or dragged away by it.
    this.root.focus({ preventScroll: true });
    this.#held = true;
    this.root.setPointerCapture(event.pointerId);
    this.#drag(event);
  }

  #drag(/** @type {PointerEvent} */ event) {
    const box = this.root.getBoundingClientRect();
    const across = (event.clientX - box.left) / box.width;
    const down = (event.clientY - box.top) / box.height;
    this.move(clamp((2 * across - 1) * REACH), clamp((1 - 2 * down) * REACH));
  }

  #lift() {
    if (this.#held) this.rest();
    this.#held = false;
  }

  #key(/** @type {KeyboardEvent} */ event) {
    if (event.key === "Home") {
      this.move(0, 0);
      this.rest();
    } else if (event.key in KEYS) {
      const [across, up] = KEYS[event.key];
      const step = event.shiftKey ? LEAP : STEP;
      this.move(clamp(this.x + step * across), clamp(this.y + step * up));
    } else return;
    event.preventDefault();
  }
}
