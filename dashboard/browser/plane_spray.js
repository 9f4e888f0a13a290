/** Drawing data by hand: a pointer that is dragged over the plane leaves points behind. */

import { element } from "./view.js";

export const CSS = `
.spraying canvas { cursor: crosshair; touch-action: none; }
`;

/** Plane units between two points of a stroke. */
const SPACING = 0.03;
const MOST = 200;

/** Places at even distances on the way from one place towards another, however far it is. */
export function* between([fromX, fromY], [x, y]) {
  const way = Math.hypot(x - fromX, y - fromY);
  for (let done = SPACING; done <= way; done += SPACING) {
    yield [fromX + (done / way) * (x - fromX), fromY + (done / way) * (y - fromY)];
  }
}

/** A place as it is sent: to a thousandth. */
export function rounded([x, y]) {
  return [Math.round(1000 * x) / 1000, Math.round(1000 * y) / 1000];
}

export class Spray {
  #stroke = null;
  /** Strokes that the page has not counted yet, and how many came before them. */
  #waiting = [];
  #before = 0;
  /** What was drawn since the button was pressed: (x, y) after (x, y), in plane units. */
  points = [];

  /**
   * @param {Board} board
   * @param {(told: {before: number, strokes: number[][][]}) => void} tell called when a stroke is
   *   done, with all that are not acknowledged: of two quick ones the page may hear the second only
   */
  constructor(board, tell) {
    Object.assign(this, { board, tell });
    this.button = element("button", { type: "button", class: "draw", "aria-pressed": "false" });
    this.button.append("Draw");
    this.button.title = "Drag over the plane to add real samples by hand";
    this.button.onclick = () => this.#switch(!this.isOn);
    const { canvas } = board;
    canvas.addEventListener("pointerdown", (event) => this.#press(event));
    canvas.addEventListener("pointermove", (event) => this.#stroke && this.#move(event));
    for (const end of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(end, () => this.#lift());
    }
  }

  /** Forget the strokes that the page has counted. */
  acknowledge(count) {
    this.#waiting.splice(0, Math.max(count - this.#before, 0));
    this.#before = Math.max(count, this.#before);
  }

  get isOn() {
    return this.button.getAttribute("aria-pressed") === "true";
  }

  #switch(isOn) {
    this.button.setAttribute("aria-pressed", String(isOn));
    this.board.root.classList.toggle("spraying", isOn);
    this.points = [];
    this.board.refresh();
  }

  #press(event) {
    if (!this.isOn || event.button !== 0) return;
    event.preventDefault();
    this.board.canvas.setPointerCapture(event.pointerId);
    this.#stroke = [];
    this.#add(this.board.placeOf(event));
  }

  /** Leave points at even distances, however fast the pointer went. */
  #move(event) {
    for (const place of between(this.#stroke.at(-1), this.board.placeOf(event))) {
      if (this.#stroke.length < MOST) this.#add(place);
    }
  }

  #add(place) {
    this.#stroke.push(place);
    this.points.push(...place);
    this.board.refresh();
  }

  #lift() {
    if (!this.#stroke) return;
    const { reach } = this.board;
    const isInside = (place) => place.every((value) => Math.abs(value) <= reach);
    const stroke = this.#stroke.filter(isInside).map(rounded);
    this.#stroke = null;
    if (!stroke.length) return;
    this.#waiting.push(stroke);
    this.tell({ before: this.#before, strokes: [...this.#waiting] });
  }
}
