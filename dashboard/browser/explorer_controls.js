/** What leads through latent space: the pad, the sliders and the choices beside them. */

import { Pad } from "./latent_pad.js";
import { Choice, Layers, Slider, Sliders } from "./latent_sliders.js";
import { button, element } from "./view.js";

/**
 * @typedef {import("./explorer_place.js").State} State
 *
 * @typedef {object} Directions
 * @property {string[]} names
 * @property {number[] | null} shares
 * @property {string[]} layers that they may reach
 * @property {string[]} classes
 * @property {boolean} is_2d
 */

export class Controls {
  /**
   * @param {State} state
   * @param {object} hands
   * @param {(changes: Partial<State>) => void} hands.move told while a hand moves
   * @param {() => void} hands.rest told when it rests
   * @param {() => void} hands.home
   * @param {() => void} hands.onMap told when the map is wanted, or no more
   */
  constructor(state, { move, rest, home, onMap }) {
    this.state = state;
    this.move = move;
    const choose = (/** @type {Partial<State>} */ changes) => {
      move(changes);
      rest();
    };
    this.pad = new Pad((x, y) => this.#drag(x, y), rest);
    this.across = new Choice("across", "Left and right", (i) =>
      choose({ axes: [i, this.state.axes[1]] }),
    );
    this.up = new Choice("up", "Down and up", (i) => choose({ axes: [this.state.axes[0], i] }));
    this.sliders = new Sliders((k, value) => this.#step([[k, value]]), rest);
    this.layers = new Layers((layers) => choose({ layers }));
    const half = { least: 0, most: 1.5, step: 0.01, home: 1 };
    this.psi = new Slider("truncation", "Truncation ψ", half, (psi) => move({ psi }), rest);
    this.from = new Choice("from", "Class", (from) => choose({ from }));
    this.to = new Choice("to", "on the way to", (to) => choose({ to }));
    const whole = { least: 0, most: 1, step: 0.01 };
    this.share = new Slider("share", "Share of it", whole, (share) => move({ share }), rest);
    const pair = element("div", { class: "axes" }, this.from.root, this.to.root);
    this.classes = element("div", { class: "part" }, pair, this.share.root);
    this.mapping = element("input", { type: "checkbox", checked: "", "data-control": "map" });
    this.mapping.onchange = onMap;
    this.map = element("label", { class: "row" }, this.mapping, "Map below the pad");
    this.reset = button("reset", "Back to the start", home);
    const axes = element("div", { class: "axes" }, this.across.root, this.up.root);
    const left = element("div", { class: "part" }, this.pad.root, axes, this.map);
    const middle = element("div", { class: "part" }, this.sliders.root, this.layers.root);
    middle.append(this.psi.root, this.classes, element("div", { class: "row" }, this.reset));
    this.roots = [left, middle];
  }

  /** @param {State} state @param {Directions} directions */
  show(state, { names, shares, layers, classes, is_2d }) {
    this.state = state;
    const [across, up] = state.axes;
    this.pad.place(state.steps[across], state.steps[up], names[across], names[up]);
    this.across.show(names, across);
    this.up.show(names, up);
    this.sliders.show(names, shares, state.steps);
    this.layers.show(layers, state.layers);
    this.psi.show(state.psi);
    this.classes.hidden = classes.length === 0;
    this.map.hidden = is_2d;
    if (classes.length) {
      this.from.show(classes, state.from);
      this.to.show(classes, state.to);
      this.share.show(state.share);
    }
    const moved = state.psi !== 1 || state.share !== 0 || state.steps.some((step) => step !== 0);
    this.reset.disabled = !moved;
  }

  /** @param {number} x @param {number} y */
  #drag(x, y) {
    const [across, up] = this.state.axes;
    // One direction for both: the pad is a slider then.
    this.#step(
      up === across
        ? [[across, x]]
        : [
            [across, x],
            [up, y],
          ],
    );
  }

  #step(/** @type {[number, number][]} */ changes) {
    const steps = [...this.state.steps];
    for (const [k, value] of changes) steps[k] = value;
    this.move({ steps });
  }
}
