/** Latent space under the fingers: a pad and sliders whose picture changes while they move. */

import { isFinal, runUrl } from "./live.js";
import { button, combine, CSS as SHARED_CSS, floats, mixture } from "./latent.js";
import { SampleCanvas, saveNpy, verdict } from "./latent.js";
import { askLatent, showBlob } from "./latent_ask.js";
import { Asker } from "./latent_asker.js";
import { Checks, CSS as CHECKS_CSS } from "./latent_checks.js";
import { CELLS, CSS as PAD_CSS, Pad } from "./latent_pad.js";
import { Choice, CSS as SLIDERS_CSS, Layers, Slider, Sliders } from "./latent_sliders.js";
import { savePng } from "./save.js";
import { Latest } from "./together.js";
import { element, mounter } from "./view.js";

const ENLARGED = 8;
const CSS = `${SHARED_CSS}${PAD_CSS}${SLIDERS_CSS}${CHECKS_CSS}
.explorer { display: grid; gap: 1.25rem; align-items: start;
  grid-template-columns: minmax(13rem, 19rem) minmax(15rem, 1fr) minmax(11rem, 17rem); }
@container (max-width: 44rem) { .explorer { grid-template-columns: 1fr 1fr; } }
.root { container-type: inline-size; }
.part { display: grid; gap: 0.5rem; }
.axes { display: grid; grid-template-columns: 1fr 1fr; gap: 0.5rem; }
.axes label { display: grid; gap: 0.15rem; min-width: 0; }
.axes span, .caption { opacity: 0.8; }
.told { min-height: 1.3em; font-weight: 600; }
`;

class ExplorerView {
  #key = null;
  #shown = "";

  constructor(root) {
    this.root = root;
    this.pad = new Pad((x, y) => this.#drag(x, y), () => this.#rest());
    this.across = new Choice("Left and right", (i) => this.#choose(0, i));
    this.up = new Choice("Down and up", (i) => this.#choose(1, i));
    this.sliders = new Sliders((k, value) => this.#slide(k, value), () => this.#rest());
    this.layers = new Layers((layers) => this.#set({ layers }, true));
    this.psi = new Slider(
      "Truncation ψ",
      { least: 0, most: 1.5, step: 0.01, home: 1 },
      (value) => this.#turn({ psi: value }),
      () => this.#rest(),
    );
    this.from = new Choice("Ask for", (i) => this.#set({ from: i }, true));
    this.to = new Choice("on the way to", (i) => this.#set({ to: i }, true));
    this.share = new Slider(
      "Share of it",
      { least: 0, most: 1, step: 0.01 },
      (value) => this.#turn({ share: value }),
      () => this.#rest(),
    );
    const complain = (sentence) => (this.problem.textContent = sentence);
    this.atlas = new Latest(root, () => this.#draw(), complain);
    this.checks = new Checks();
    this.#lay();
  }

  #lay() {
    this.mapping = element("input", { type: "checkbox", checked: "" });
    this.mapping.onchange = () => this.#chart();
    const mapping = element("label", { class: "row" }, this.mapping, "Map below the pad");
    this.reset = button("Back to the start", () => this.#goHome());
    const axes = element("div", { class: "axes" }, this.across.root, this.up.root);
    const left = element("div", { class: "part" }, this.pad.root, axes, mapping);
    const pair = element("div", { class: "axes" }, this.from.root, this.to.root);
    this.classes = element("div", { class: "part" }, pair, this.share.root);
    const middle = element("div", { class: "part" }, this.sliders.root, this.layers.root);
    middle.append(this.psi.root);
    middle.append(this.classes, element("div", { class: "row" }, this.reset));
    this.told = element("div", { class: "told", "aria-live": "polite" });
    this.caption = element("div", { class: "caption number" });
    this.problem = element("div", { class: "problem", role: "status" });
    this.place = element("div");
    this.save = button("Save picture", () => this.#savePicture());
    this.saveZ = button("Save z", () => saveNpy(this.z, `z-${this.data.run_id}.npy`));
    const files = element("div", { class: "row" }, this.save, this.saveZ);
    const right = element("div", { class: "part" }, this.place, this.told, this.caption, files);
    right.append(this.problem);
    this.stage = element("div", { class: "explorer" }, left, middle, right, this.checks.root);
    this.root.append(this.stage);
  }

  update(component) {
    const { data } = component;
    Object.assign(this, { component, data });
    // The page comes again after every move, with where it went: that is known here already.
    const shown = JSON.stringify({ ...data, view: "" });
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.origin = floats(data.origin);
    this.vectors = data.vectors ? floats(data.vectors) : null;
    if (!this.asker) this.#open();
    const key = JSON.stringify(data.names);
    if (key !== this.#key) this.#begin(this.#key === null ? data.view : "");
    this.#key = key;
    this.#refresh();
    this.#chart();
  }

  #open() {
    const { run_id, colours, is_plane } = this.data;
    this.sample = new SampleCanvas(colours);
    this.sample.canvas.classList.toggle("plane", is_plane);
    this.place.append(this.sample.canvas);
    if (is_plane) {
      this.sample.ground = new Image();
      this.sample.ground.src = runUrl(run_id, "real.webp");
      this.sample.ground.onload = () => this.#ask();
      this.mapping.parentElement.hidden = true;
      this.checks.root.hidden = true;
    }
    this.asker = new Asker(
      run_id,
      this.sample.canvas,
      (found) => this.#show(found),
      (sentence) => (this.problem.textContent = sentence),
    );
  }

  /** Begin at the place that a link names, or at the start. */
  #begin(view) {
    const count = this.data.names.length;
    const [psi, axes, classes, steps, layers] = view.split("~").map((part) => part.split(",").map(Number));
    const whole = (some, below) => some?.every((one) => Number.isInteger(one) && one >= 0 && one < below);
    const known = this.data.classes.length;
    this.state = {
      psi: psi?.[0] >= 0 && psi[0] <= 1.5 && view ? psi[0] : 1,
      axes: axes?.length === 2 && whole(axes, count) ? axes : [0, Math.min(1, count - 1)],
      from: whole(classes?.slice(0, 2), known) ? classes[0] : 0,
      to: whole(classes?.slice(0, 2), known) ? classes[1] : Math.min(1, known - 1),
      share: classes?.[2] >= 0 && classes[2] <= 1 ? classes[2] : 0,
      layers: this.data.layers.map((_, number) => layers?.[number] !== 0),
      steps: Array.from({ length: count }, (_, k) => Math.max(-4, Math.min(4, steps?.[k] || 0))),
    };
  }

  /** The place in a link: truncation, axes of the pad, classes, steps, layers that are reached. */
  get #view() {
    const { psi, axes, from, to, share, steps, layers } = this.state;
    const last = steps.findLastIndex((step) => step !== 0);
    const told = steps.slice(0, last + 1).map((step) => String(Number(step.toFixed(2))));
    const classes = this.data.classes.length ? [from, to, share].join() : "";
    const place = [psi, axes.join(), classes, told.join()];
    return (layers.every(Boolean) ? place : [...place, layers.map(Number).join()]).join("~");
  }

  show({ header }) {
    if (!header) return;
    const newest = header.frames.at(-1);
    this.over = isFinal(header.state);
    if (newest === this.newest) return;
    this.newest = newest;
    this.#ask();
    this.#chart();
  }

  close() {
    for (const one of [this.asker, this.atlas, this.checks]) one?.close();
    if (this.pad.map.src) URL.revokeObjectURL(this.pad.map.src);
  }

  #drag(x, y) {
    this.moving = true;
    const { axes, steps } = this.state;
    const [across, up] = axes;
    steps[across] = x;
    // One direction for both: the pad is a slider then.
    if (up !== across) steps[up] = y;
    this.#refresh();
  }

  #slide(k, value) {
    this.moving = true;
    this.state.steps[k] = value;
    this.#refresh();
  }

  #turn(changes) {
    this.moving = true;
    this.#set(changes);
  }

  #choose(side, direction) {
    this.state.axes[side] = direction;
    this.#set({}, true);
  }

  #set(changes, rested = false) {
    Object.assign(this.state, changes);
    this.#refresh();
    if (rested) this.#rest();
  }

  #goHome() {
    const { axes, from, to, layers } = this.state;
    this.#begin("");
    this.#set({ axes, from, to, layers }, true);
  }

  /** Nothing moves any more: the map follows, and the link. */
  #rest() {
    this.moving = false;
    this.#chart();
    this.component.setTriggerValue("view", this.#view);
  }

  #refresh() {
    const { state, data } = this;
    const [across, up] = state.axes;
    this.pad.place(state.steps[across], state.steps[up], data.names[across], data.names[up]);
    this.across.show(data.names, across);
    this.up.show(data.names, up);
    this.sliders.show(data.names, data.shares, state.steps);
    this.layers.show(data.layers, state.layers);
    this.psi.show(state.psi);
    this.classes.hidden = data.classes.length === 0;
    if (data.classes.length) {
      this.from.show(data.classes, state.from);
      this.to.show(data.classes, state.to);
      this.share.show(state.share);
    }
    const moved = state.psi !== 1 || state.share !== 0 || state.steps.some((step) => step !== 0);
    this.reset.disabled = !moved;
    this.#ask();
  }

  get #condition() {
    const { from, to, share } = this.state;
    return mixture(this.data.classes.length, from, to, share);
  }

  /** The numbers of the layers that a direction reaches; null without styles. */
  get #chosen() {
    const { layers } = this.state;
    return layers.length ? layers.flatMap((isOn, number) => (isOn ? [number] : [])) : null;
  }

  /** What the server is to truncate by, for only it knows the mean style; undefined without. */
  get #psiOfW() {
    return this.data.truncates_w ? this.state.psi : undefined;
  }

  #at(steps) {
    const psi = this.data.truncates_w ? 1 : this.state.psi;
    return combine(this.origin, psi, this.vectors, steps);
  }

  get #asked() {
    return { ...this.data, condition: this.#condition, chosen: this.#chosen, psi: this.#psiOfW };
  }

  #ask() {
    this.z = this.#at(this.state.steps);
    const layers = this.#chosen;
    this.asker.want({ z: this.z, condition: this.#condition, layers, psi: this.#psiOfW });
  }

  #show({ header, body, at }) {
    this.sample.draw(header, body);
    this.problem.textContent = "";
    this.told.textContent = verdict(header.logit, this.data.reading);
    const when = `after step ${header.step.toLocaleString("en")}`;
    const more = this.over ? "" : ", still learning";
    this.caption.textContent = `By the generator ${when}${more} · ${Math.round(performance.now() - at)} ms`;
    this.sample.canvas.setAttribute("aria-label", `The sample at this place, drawn ${when}.`);
    // For whoever measures: when this sample was asked for, and how many have come.
    this.root.dataset.asked = String(at);
    this.root.dataset.answers = String(Number(this.root.dataset.answers ?? 0) + 1);
  }

  /** Draw the map for everything but the place on it, and look again at what is unfolded. */
  #chart() {
    const { checks, data } = this;
    // Not under a moving hand: the map takes the server as long as many samples.
    if (this.moving || data.is_plane || this.newest === undefined) return;
    checks.update(this.#asked, this.z, this.state.psi, this.newest);
    this.pad.map.hidden = !this.mapping.checked;
    if (this.mapping.checked) this.atlas.want(this.#charted);
  }

  get #charted() {
    const { axes, steps, ...rest } = this.state;
    const others = steps.map((step, k) => (axes.includes(k) ? 0 : step));
    return JSON.stringify([this.newest, this.data.origin, this.#key, axes, others, rest]);
  }

  async #draw() {
    const response = await askLatent(this.#asked, `decode?columns=${CELLS}`, this.#cells());
    await showBlob(this.pad.map, await response.blob());
  }

  #cells() {
    const { axes, steps } = this.state;
    const whole = new Float32Array(CELLS * CELLS * this.origin.length);
    const middle = (CELLS - 1) / 2;
    for (let cell = 0; cell < CELLS * CELLS; cell += 1) {
      const there = [...steps];
      there[axes[1]] = middle - Math.floor(cell / CELLS);
      there[axes[0]] = (cell % CELLS) - middle;
      whole.set(this.#at(there), cell * this.origin.length);
    }
    return whole;
  }

  #savePicture() {
    const { canvas } = this.sample;
    const times = this.data.is_plane ? 2 : ENLARGED;
    const size = { width: times * canvas.width, height: times * canvas.height };
    savePng(canvas, { ...size, ground: "white" }, `sample-${this.data.run_id}.png`);
  }
}

/** Show the explorer; called by Streamlit for every change of data or theme. */
export const mount = mounter(ExplorerView, CSS);
