/** Drawing data by hand: a pointer that is dragged over the plane leaves points behind. */

import { element } from "./view.js";

export const CSS = `
.spraying canvas { cursor: crosshair; touch-action: none; }
`;

const SPACING = 0.03;
const MOST = 200;

export class Spray {
  #stroke = null;
  /** What was drawn since the button was pressed: (x, y) after (x, y), in plane units. */
  points = [];

  /**
   * @param {Board} board
   * @param {(points: number[][]) => void} onStroke called with each stroke that is done
   */
  constructor(board, onStroke) {
    Object.assign(this, { board, onStroke });
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
    const [x, y] = this.board.placeOf(event);
    for (;;) {
      const [fromX, fromY] = this.#stroke.at(-1);
      const way = Math.hypot(x - fromX, y - fromY);
      if (way < SPACING || this.#stroke.length >= MOST) return;
      const share = SPACING / way;
      this.#add([fromX + share * (x - fromX), fromY + share * (y - fromY)]);
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
    const rounded = (place) => place.map((value) => Math.round(1000 * value) / 1000);
    const stroke = this.#stroke.filter(isInside).map(rounded);
    this.#stroke = null;
    if (stroke.length) this.onStroke(stroke);
  }
}
