/** A model of points: how dense it takes the plane to be, beside how dense the data are. */

import { CSS as INSIDE_CSS, InsideView, part } from "./inside.js";
import { drawShares } from "./layers.js";
import { CSS as BOARD_CSS, Board } from "./plane_board.js";
import { drawArrows, drawSteadyDots } from "./plane_points.js";
import { element, mounter } from "./view.js";

const CSS = `${INSIDE_CSS}${BOARD_CSS}
.inside { grid-template-columns: repeat(2, minmax(0, 26rem)); margin-top: 0; }
.board { width: 100%; }
@container (max-width: 500px) { .inside { grid-template-columns: minmax(0, 1fr); } }
`;

/**
 * @typedef {import("./wire.js").Field} Field
 * @typedef {import("./view.js").Mounted<import("./inside.js").Data>} Component
 *
 * @typedef {object} Header of dashboard/routes/inside.py
 * @property {number} step
 * @property {number} reach
 * @property {number} shared
 * @property {number} error
 * @property {number} n
 * @property {string} features
 * @property {boolean} in_middle
 */

/**
 * Densities as shares of the highest one of the data; the root lets thin places be seen too.
 * @param {Field} field @param {number} highest
 */
function shares({ shape, values }, highest) {
  return { shape, values: values.map((log) => Math.min(1, Math.exp((log - highest) / 2))) };
}

/** @extends {InsideView<import("./inside.js").Data>} */
class DensityView extends InsideView {
  /** @param {HTMLElement} root @param {Component} component */
  constructor(root, component) {
    super(root, component);
    this.boards = [new Board(), new Board()];
    const [learnt, truth] = this.boards;
    this.words = element("p", { class: "number" });
    this.learnt = part("What the model believes: its density p(x)", learnt.root, this.words);
    this.caption = element("p", {}, "The true density.");
    this.truth = part("The data", truth.root, this.caption);
    root.append(element("div", { class: "inside" }, this.learnt, this.truth), this.complaint);
    for (const board of this.boards) board.say("Waiting for the first frame");
  }

  /** @param {Component} component */
  update(component) {
    super.update(component);
    for (const board of this.boards) board.dress(this.data.colours);
  }

  close() {
    super.close();
    for (const board of this.boards) board.close();
  }

  /** @param {AbortSignal} signal */
  async look(signal) {
    /** @type {import("./wire.js").Message<Header>} */
    const message = await this.ask("density", { signal });
    const { header } = message;
    const [learnt, truth] = [message.field("learnt"), message.field("true")];
    const highest = truth.values.reduce((most, value) => Math.max(most, value));
    const { fake, real } = this.data.colours;
    // With an encoder: some points, and from each the way to what comes back of it.
    const points = message.arrays.has("points") ? message.floats("points") : null;
    const moved = points && message.floats("back").map((number, i) => number - points[i]);
    this.boards[0].show((sheet) => {
      drawShares(sheet, shares(learnt, highest), fake);
      if (points && moved) drawArrows(sheet, points, moved, { scale: 1, longest: 9 });
    }, header.reach);
    this.boards[1].show((sheet) => {
      drawShares(sheet, shares(truth, highest), real);
      if (points) drawSteadyDots(sheet, points, "real");
    }, header.reach);
    if (points) this.caption.textContent = "The true density, and points that no run learnt from.";
    const arrows = points ? " An arrow leads from a point to what comes back of it." : "";
    this.words.textContent = `After step ${header.step.toLocaleString("en")}.${arrows}`;
    this.#describe(header);
  }

  /** @param {Header} header */
  #describe({ step, shared, error, n, features, in_middle: inMiddle }) {
    const share = `${(100 * shared).toFixed(1)} ± ${(100 * error).toFixed(1)} % of its mass`;
    const known = `${n.toLocaleString("en")} ${features}`;
    const read = inMiddle ? " Each cell of the map is read once, in its middle." : "";
    this.words.textContent += ` It shares ${share} with the data (${known}).${read}`;
    this.boards[0].canvas.setAttribute(
      "aria-label",
      `Learnt density after step ${step}; it shares ${share} with the data.`,
    );
    this.boards[1].canvas.setAttribute("aria-label", "True density of the data.");
  }
}

/** Show the densities; called by Streamlit for every change of data or theme. */
export const mount = mounter(DensityView, CSS);
