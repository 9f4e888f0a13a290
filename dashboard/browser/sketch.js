/** A distribution drawn by hand: a pointer or the keys leave points on the plane before a run. */

import { CSS as BOARD_CSS, Board } from "./plane_board.js";
import { drawDots } from "./plane_points.js";
import { between, rounded } from "./plane_spray.js";
import { button, element, mounter } from "./view.js";

/**
 * @typedef {import("./plane_spray.js").Place} Point
 * @typedef {import("./plane_board.js").Board} Sheet
 * @typedef {{points: Point[], colour: string, most: number}} Data
 * @typedef {import("./view.js").Mounted<Data>} Component
 */

const CURSOR_STEP = 0.05;
const REACH = 1.3;
/** @type {Record<string, [number, number]>} */
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
const LABEL =
  "Drawing area: drag to leave points. Or move the cursor by the arrow keys, and leave a point " +
  "by the space bar.";

const CSS = `${BOARD_CSS}
.sketch { display: grid; gap: 0.5rem; max-width: 18rem; }
canvas { cursor: crosshair; touch-action: none; border-radius: inherit; }
/* Above the axis, and out of the pointer's way. */
.waiting { place-items: start center; padding-top: 34%; pointer-events: none; }
.line { display: flex; align-items: center; gap: 0.5rem; font-variant-numeric: tabular-nums; }
.count { flex: 1; }
.count.full { font-weight: 600; color: var(--st-orange-text-color); }
canvas:focus-visible { outline-offset: -2px; }
`;

/** What is drawn in one place of the page. It outlives its view, which may be mounted again. */
class Drawing {
  /** @type {Point[][]} */
  #past = [];
  /** @type {string[]} */
  #sent = [];
  #given = "";
  /** @type {Point[]} in plane units */
  points = [];

  /** Take over the points that the page gives, unless it has given or got them before. */
  receive(/** @type {Point[]} */ points) {
    const given = JSON.stringify(points);
    const at = this.#sent.lastIndexOf(given);
    // What was drawn while the page's answer was on its way is newer than the answer.
    if (at >= 0) this.#sent.splice(0, at + 1);
    else if (given !== this.#given) [this.points, this.#past] = [[...points], []];
    this.#given = given;
  }

  /** Begin a change: until it is undone, the points are a copy of those before. */
  begin() {
    this.#past.push(this.points);
    this.points = [...this.points];
  }

  undo() {
    this.points = this.#past.pop() ?? [];
  }

  /** The points to send, of which the page's answer will be recognised. */
  send() {
    this.#sent.push(JSON.stringify(this.points));
    return this.points;
  }

  get canUndo() {
    return this.#past.length > 0;
  }
}

/** @type {WeakMap<ParentNode, Drawing>} */
const drawings = new WeakMap();

class SketchView {
  /** @type {{pointer: number, tip: Point} | null} */
  #stroke = null;
  /** @type {Point} */
  #cursor = [0, 0];
  #hasCursor = false;

  /** @param {HTMLElement} root @param {Component} component */
  constructor(root, component) {
    this.component = component;
    const drawing = drawings.get(component.parentElement) ?? new Drawing();
    drawings.set(component.parentElement, drawing);
    this.drawing = drawing;
    this.board = new Board();
    this.board.say("Drag to draw where your data lies");
    this.count = element("span", { class: "count" });
    this.undo = this.#button("undo", "Undo", () => drawing.undo());
    this.clear = this.#button("clear", "Clear", () => {
      drawing.begin();
      drawing.points = [];
    });
    this.spoken = element("div", { class: "spoken", "aria-live": "polite" });
    const line = element("div", { class: "line" }, this.count, this.undo, this.clear);
    const stage = element("div", { class: "sketch" }, this.board.root, line, this.spoken);
    root.append(stage);
    this.#listen(this.board.canvas);
    this.board.show((sheet) => this.#draw(sheet), REACH);
  }

  /** @param {string} control @param {string} word @param {() => void} act */
  #button(control, word, act) {
    return button(control, word, () => {
      act();
      this.#send();
    });
  }

  #listen(/** @type {HTMLCanvasElement} */ canvas) {
    const access = { role: "application", tabindex: "0", "aria-label": LABEL };
    canvas.dataset.control = "canvas";
    for (const [name, value] of Object.entries(access)) canvas.setAttribute(name, value);
    canvas.onpointerdown = (event) => this.#press(event);
    canvas.onpointermove = (event) => this.#move(event);
    canvas.onpointerup = canvas.onpointercancel = (event) => this.#lift(event);
    canvas.onkeydown = (event) => this.#key(event);
    canvas.onfocus = () => this.#showCursor(canvas.matches(":focus-visible"));
    canvas.onblur = () => this.#showCursor(false);
  }

  /** @param {Component} component */
  update(component) {
    this.component = component;
    const { points, colour } = component.data;
    this.drawing.receive(points);
    this.board.dress({ real: colour });
    this.#refresh();
  }

  close() {
    this.board.close();
  }

  get #isFull() {
    return this.drawing.points.length >= this.component.data.most;
  }

  #press(/** @type {PointerEvent} */ event) {
    // A second finger does not draw.
    if (this.#stroke || event.button !== 0 || this.#isFull) return;
    this.board.canvas.setPointerCapture(event.pointerId);
    this.#showCursor(false);
    this.drawing.begin();
    this.#stroke = { pointer: event.pointerId, tip: this.board.placeOf(event) };
    this.#add(this.#stroke.tip);
  }

  /** Leave points at even distances, however fast the pointer went. */
  #move(/** @type {PointerEvent} */ event) {
    if (!this.#stroke || event.pointerId !== this.#stroke.pointer) return;
    for (const place of between(this.#stroke.tip, this.board.placeOf(event))) {
      this.#stroke.tip = place;
      this.#add(place);
    }
  }

  #lift(/** @type {PointerEvent} */ event) {
    if (event.pointerId !== this.#stroke?.pointer) return;
    this.#stroke = null;
    this.#send();
  }

  /** Leave a point, if it is on the canvas and one is left. */
  #add(/** @type {Point} */ place) {
    const isInside = place.every((value) => Math.abs(value) <= REACH);
    if (!isInside || this.#isFull) return;
    this.drawing.points.push(rounded(place));
    this.#refresh();
  }

  #key(/** @type {KeyboardEvent} */ event) {
    const isSpace = event.key === " ";
    if (!isSpace && !(event.key in KEYS)) return;
    event.preventDefault();
    event.stopPropagation();
    this.#showCursor(true);
    if (!isSpace) this.#step(KEYS[event.key]);
    else if (!event.repeat && !this.#isFull) this.#dot();
  }

  #step(/** @type {Point} */ [right, up]) {
    const [x, y] = this.#cursor;
    const limited = (/** @type {number} */ value) => Math.min(Math.max(value, -REACH), REACH);
    this.#cursor = rounded([limited(x + CURSOR_STEP * right), limited(y + CURSOR_STEP * up)]);
    this.spoken.textContent = `x ${this.#cursor[0].toFixed(2)}, y ${this.#cursor[1].toFixed(2)}`;
  }

  #dot() {
    this.drawing.begin();
    this.#add(this.#cursor);
    this.#send();
    this.spoken.textContent = this.count.textContent;
  }

  #showCursor(/** @type {boolean} */ isShown) {
    this.#hasCursor = isShown;
    this.board.refresh();
  }

  #send() {
    this.#refresh();
    this.component.setTriggerValue("points", this.drawing.send());
  }

  #refresh() {
    const { length } = this.drawing.points;
    this.board.waiting.hidden = length > 0;
    this.count.textContent = `${length} of ${this.component.data.most} points`;
    this.count.classList.toggle("full", this.#isFull);
    this.undo.disabled = !this.drawing.canUndo;
    this.clear.disabled = length === 0;
    this.board.refresh();
  }

  #draw(/** @type {Sheet} */ sheet) {
    const { pen, side, ratio, theme } = sheet;
    Object.assign(pen, { strokeStyle: theme.text, lineWidth: ratio, globalAlpha: 0.16 });
    cross(pen, sheet.x(0), sheet.y(0), side);
    drawDots(sheet, this.drawing.points.flat(), "real");
    if (!this.#hasCursor) return;
    Object.assign(pen, { strokeStyle: theme.text, lineWidth: 1.5 * ratio });
    cross(pen, sheet.x(this.#cursor[0]), sheet.y(this.#cursor[1]), 9 * ratio);
  }
}

/**
 * An upright cross whose arms are this long.
 * @param {Sheet["pen"]} pen @param {number} x @param {number} y @param {number} arm
 */
function cross(pen, x, y, arm) {
  pen.beginPath();
  pen.moveTo(x - arm, y);
  pen.lineTo(x + arm, y);
  pen.moveTo(x, y - arm);
  pen.lineTo(x, y + arm);
  pen.stroke();
}

/** Show the canvas; called by Streamlit for every change of data or theme. */
export const mount = mounter(SketchView, CSS);
