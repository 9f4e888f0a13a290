/** A model of points: how dense it takes the plane to be, beside how dense the data are. */

import { fetchArrays } from "./arrays.js";
import { CSS as INSIDE_CSS, InsideView, part } from "./inside.js";
import { drawArrows, drawShares, drawSteadyDots } from "./layers.js";
import { Board, CSS as BOARD_CSS } from "./plane_board.js";
import { element, mounter } from "./view.js";

const CSS = `${INSIDE_CSS}${BOARD_CSS}
.inside { grid-template-columns: repeat(2, minmax(0, 26rem)); margin-top: 0; }
.board { width: 100%; }
@container (max-width: 500px) { .inside { grid-template-columns: minmax(0, 1fr); } }
`;

/** Densities as shares of the highest one of the data; the root lets thin places be seen too. */
function shares({ shape, values }, highest) {
  return { shape, values: values.map((log) => Math.min(1, Math.exp((log - highest) / 2))) };
}

/** From each point to what comes back of it. */
function ways(points, back) {
  return back.map((number, i) => number - points[i]);
}

class DensityView extends InsideView {
  constructor(root) {
    super();
    this.boards = [new Board(), new Board()];
    const [learnt, truth] = this.boards;
    this.words = element("p", { class: "number" });
    this.learnt = part("What the model believes: its density p(x)", learnt.root, this.words);
    this.told = element("p", {}, "The true density.");
    this.truth = part("The data", truth.root, this.told);
    root.append(element("div", { class: "inside" }, this.learnt, this.truth), this.complaint);
    for (const board of this.boards) board.say("Waiting for the first moment");
  }

  update(component) {
    super.update(component);
    for (const board of this.boards) board.dress(this.data.colours);
  }

  close() {
    super.close();
    for (const board of this.boards) board.close();
  }

  async ask() {
    const { header, arrays } = await fetchArrays(this.url("density"));
    const [learnt, truth] = ["learnt", "true"].map((name) => arrays.get(name));
    const highest = truth.values.reduce((most, value) => Math.max(most, value));
    const { fake, real } = this.data.colours;
    const [points, back] = ["points", "back"].map((name) => arrays.get(name)?.values);
    const moved = points && ways(points, back);
    this.boards[0].show((sheet) => {
      drawShares(sheet, shares(learnt, highest), fake);
      if (moved) drawArrows(sheet, points, moved, { scale: 1, longest: 9 });
      return false;
    }, header.reach);
    this.boards[1].show((sheet) => {
      drawShares(sheet, shares(truth, highest), real);
      if (points) drawSteadyDots(sheet, points, "real");
      return false;
    }, header.reach);
    if (points) this.told.textContent = "The true density, and points that no run learnt from.";
    const arrows = points ? " An arrow leads from a point to what comes back of it." : "";
    this.words.textContent = `After step ${header.step.toLocaleString("en")}.${arrows}`;
    this.#describe(header);
  }

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
