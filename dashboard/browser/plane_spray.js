/** Drawing data by hand: a pointer that is dragged over the plane leaves points behind. */

import { button } from "./view.js";

export const CSS = `
.spraying canvas { cursor: crosshair; touch-action: none; }
`;

/** Plane units between two points of a stroke. */
const SPACING = 0.03;
const MOST = 200;

/** @typedef {[number, number]} Place x and y, in plane units */

/**
 * Places at even distances on the way from one place towards another, however far it is.
 * @param {Place} from @param {Place} to
 * @returns {Iterable<Place>}
 */
export function* between([fromX, fromY], [x, y]) {
  const way = Math.hypot(x - fromX, y - fromY);
  for (let done = SPACING; done <= way; done += SPACING) {
    yield [fromX + (done / way) * (x - fromX), fromY + (done / way) * (y - fromY)];
  }
}

/**
 * A place as it is sent: to a thousandth.
 * @param {Place} place
 * @returns {Place}
 */
export function rounded([x, y]) {
  return [Math.round(1000 * x) / 1000, Math.round(1000 * y) / 1000];
}

export class Spray {
  /** @type {Place[] | null} */
  #stroke = null;
  /** @type {Place[][]} strokes that the page has not counted yet */
  #waiting = [];
  /** How many came before them. */
  #before = 0;
  /** @type {number[]} what was drawn since the button was pressed: (x, y) after (x, y) */
  points = [];

  /**
   * @param {import("./plane_board.js").Board} board
   * @param {(told: {before: number, strokes: Place[][]}) => void} tell called when a stroke is
   *   done, with all that are not acknowledged: of two quick ones the page may hear the second only
   */
  constructor(board, tell) {
    this.board = board;
    this.tell = tell;
    this.button = button("draw", "Draw", () => this.#switch(!this.isOn), {
      ...{ class: "draw", "aria-pressed": "false" },
      title: "Drag over the plane to add real samples by hand",
    });
    const { canvas } = board;
    canvas.addEventListener("pointerdown", (event) => this.#press(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", () => this.#lift());
    canvas.addEventListener("pointercancel", () => this.#lift());
  }

  /** Forget the strokes that the page has counted. */
  acknowledge(/** @type {number} */ count) {
    this.#waiting.splice(0, Math.max(count - this.#before, 0));
    this.#before = Math.max(count, this.#before);
  }

  get isOn() {
    return this.button.getAttribute("aria-pressed") === "true";
  }

  #switch(/** @type {boolean} */ isOn) {
    this.button.setAttribute("aria-pressed", String(isOn));
    this.board.root.classList.toggle("spraying", isOn);
    this.points = [];
    this.board.refresh();
  }

  #press(/** @type {PointerEvent} */ event) {
    if (!this.isOn || event.button !== 0) return;
    event.preventDefault();
    this.board.canvas.setPointerCapture(event.pointerId);
    this.#stroke = [];
    this.#add(this.board.placeOf(event));
  }

  /** Leave points at even distances, however fast the pointer went. */
  #move(/** @type {PointerEvent} */ event) {
    const last = this.#stroke?.at(-1);
    if (!last) return;
    for (const place of between(last, this.board.placeOf(event))) this.#add(place);
  }

  #add(/** @type {Place} */ place) {
    if (!this.#stroke || this.#stroke.length >= MOST) return;
    this.#stroke.push(place);
    this.points.push(...place);
    this.board.refresh();
  }

  #lift() {
    if (!this.#stroke) return;
    const { reach } = this.board;
    const isInside = (/** @type {Place} */ place) =>
      place.every((value) => Math.abs(value) <= reach);
    const stroke = this.#stroke.filter(isInside).map(rounded);
    this.#stroke = null;
    if (!stroke.length) return;
    this.#waiting.push(stroke);
    this.tell({ before: this.#before, strokes: [...this.#waiting] });
  }
}
