/** Latent space under the fingers: a pad and sliders whose picture changes while they move. */

import { Controls } from "./explorer_controls.js";
import { linkOf, placeOf } from "./explorer_place.js";
import { complainIn, Feed } from "./feed.js";
import { runUrl } from "./http.js";
import { combine, SampleCanvas, CSS as SHARED_CSS, saveNpy, verdict } from "./latent.js";
import { CSS as CHECKS_CSS, Checks } from "./latent_checks.js";
import { fetchLatent, mixture, vectors } from "./latent_http.js";
import { CELLS, CSS as PAD_CSS } from "./latent_pad.js";
import { CSS as SLIDERS_CSS } from "./latent_sliders.js";
import { LatentSocket } from "./latent_socket.js";
import { isFinal } from "./live.js";
import { showWebp } from "./pictures.js";
import { savePng } from "./save.js";
import { button, element, mounter } from "./view.js";

const ENLARGED = 8;
const CSS = `${SHARED_CSS}${PAD_CSS}${SLIDERS_CSS}${CHECKS_CSS}
.explorer { display: grid; gap: 1.25rem; align-items: start;
  grid-template-columns: minmax(13rem, 19rem) minmax(15rem, 1fr) minmax(11rem, 17rem); }
/* Where it is narrow, pad and picture stay side by side, and what is less often used comes below. */
@container (max-width: 44rem) {
  .explorer { grid-template: "pad result" "sliders sliders" "checks checks" / 1fr 1fr; gap: 1rem; }
  .explorer > :nth-child(1) { grid-area: pad; }
  .explorer > :nth-child(2) { grid-area: sliders; }
  .explorer > :nth-child(3) { grid-area: result; }
  .explorer > :nth-child(4) { grid-area: checks; }
}
.root { container-type: inline-size; }
.part { display: grid; gap: 0.5rem; }
.axes { display: grid; grid-template-columns: 1fr 1fr; gap: 0.5rem; }
.axes label { display: grid; gap: 0.15rem; min-width: 0; }
.axes span, .caption { opacity: 0.8; }
.verdict { min-height: 1.3em; font-weight: 600; }
`;

/**
 * @typedef {object} Start where the page lets a person begin
 * @property {Float32Array} origin the latent vector
 * @property {string[]} names of the directions
 * @property {Float32Array | null} vectors the directions one after another; null for the axes of z
 * @property {number[] | null} shares
 * @property {string[]} layers that a direction may reach
 * @property {boolean} truncates_w
 * @property {string} view the place, as a link has it
 *
 * @typedef {import("./latent.js").RunInfo & Start} Data
 * @typedef {import("./view.js").Mounted<Data>} Component
 * @typedef {import("./explorer_place.js").State} State
 */

class ExplorerView {
  #key = "";
  #isMoving = false;
  #isOver = false;
  /** @type {number | undefined} */
  #newest;
  /** Places that were wanted so far: each is asked for anew. */
  #wishes = 0;
  #shown = "";

  /** @param {HTMLElement} root @param {Component} component */
  constructor(root, component) {
    const { data } = component;
    this.root = root;
    this.component = component;
    this.data = data;
    this.state = placeOf(data, data.view);
    this.z = data.origin;
    this.#key = JSON.stringify(data.names);
    this.sample = new SampleCanvas(data.colours);
    this.checks = new Checks({ ...data, label: null });
    this.problem = element("div", { class: "problem", role: "status" });
    this.socket = new LatentSocket(data.run_id, "explore");
    const { canvas } = this.sample;
    this.samples = new Feed(root, (signal) => this.#drawSample(signal), {
      tell: complainIn(this.problem),
      shown: canvas,
    });
    this.atlas = new Feed(root, (signal) => this.#drawMap(signal), {
      tell: complainIn(this.problem),
    });
    this.controls = new Controls(this.state, {
      move: (changes) => this.#move(changes),
      rest: () => this.#rest(),
      home: () => this.#goHome(),
      onMap: () => this.#chart(),
    });
    this.verdict = element("div", { class: "verdict", "aria-live": "polite" });
    this.caption = element("div", { class: "caption number" });
    const parts = [...this.controls.roots, this.#layResult(), this.checks.root];
    root.append(element("div", { class: "explorer" }, ...parts));
    if (data.is_2d) this.#layGround();
  }

  #layResult() {
    const save = button("save_picture", "Save picture", () => this.#savePicture());
    const saveZ = button("save_z", "Save z", () => saveNpy(this.z, `z-${this.data.run_id}.npy`));
    const files = element("div", { class: "row" }, save, saveZ);
    const place = element("div", {}, this.sample.canvas);
    const parts = [place, this.verdict, this.caption, files, this.problem];
    return element("div", { class: "part" }, ...parts);
  }

  /** A point is shown over real ones, and has neither map nor checks. */
  #layGround() {
    this.sample.canvas.classList.add("plane");
    const ground = new Image();
    ground.src = runUrl(this.data.run_id, "real.webp");
    ground.onload = () => this.#ask();
    this.sample.ground = ground;
    this.checks.root.hidden = true;
  }

  /** @param {Component} component */
  update(component) {
    const { data } = component;
    this.component = component;
    this.data = data;
    // The page comes again after every move, with where it went: that is known here already.
    const shown = JSON.stringify({ ...data, view: "" });
    if (shown === this.#shown) return;
    this.#shown = shown;
    const key = JSON.stringify(data.names);
    if (key !== this.#key) this.state = placeOf(data, "");
    this.#key = key;
    this.#refresh();
    this.#chart();
  }

  /** @param {import("./live.js").News} news */
  show({ header }) {
    if (!header) return;
    const newest = header.frames.at(-1);
    this.#isOver = isFinal(header.state);
    if (newest === this.#newest) return;
    this.#newest = newest;
    this.#ask();
    this.#chart();
  }

  close() {
    this.samples.close();
    this.atlas.close();
    this.checks.close();
    this.socket.close();
    URL.revokeObjectURL(this.controls.pad.map.src);
  }

  #move(/** @type {Partial<State>} */ changes) {
    this.#isMoving = true;
    Object.assign(this.state, changes);
    this.#refresh();
  }

  #goHome() {
    const { axes, from, to, layers } = this.state;
    this.state = { ...placeOf(this.data, ""), axes, from, to, layers };
    this.#refresh();
    this.#rest();
  }

  /** Nothing moves any more: the map follows, and the link. */
  #rest() {
    this.#isMoving = false;
    this.#chart();
    this.component.setTriggerValue("view", linkOf(this.state));
  }

  #refresh() {
    this.controls.show(this.state, this.data);
    this.#ask();
  }

  /** What the generator is told besides z; only the server knows the mean style to truncate by. */
  get #query() {
    const { from, to, share, layers, psi } = this.state;
    const chosen = layers.flatMap((isOn, number) => (isOn ? [number] : []));
    return {
      condition: mixture(this.data.classes.length, from, to, share),
      layers: layers.length ? chosen : undefined,
      psi: this.data.truncates_w ? psi : undefined,
    };
  }

  #at(/** @type {number[]} */ steps) {
    const { origin, vectors, truncates_w } = this.data;
    return combine(origin, truncates_w ? 1 : this.state.psi, vectors, steps);
  }

  #ask() {
    this.z = this.#at(this.state.steps);
    this.#wishes += 1;
    this.samples.want(this.#wishes);
  }

  /** @param {AbortSignal} signal */
  async #drawSample(signal) {
    const sentAt = performance.now();
    const { header, arrays } = await this.socket.ask(this.#query, { z: vectors(this.z) }, signal);
    const sample = arrays.get("sample");
    if (sample) this.sample.draw(sample);
    this.verdict.textContent = verdict(header.logit, this.data.reading);
    const when = `after step ${header.step.toLocaleString("en")}`;
    const more = this.#isOver ? "" : ", still learning";
    const took = Math.round(performance.now() - sentAt);
    this.caption.textContent = `By the generator ${when}${more} · ${took} ms`;
    this.sample.canvas.setAttribute("aria-label", `The sample at this place, drawn ${when}.`);
    // For whoever measures: when this sample was asked for, and how many have come.
    this.root.dataset.sentAt = String(sentAt);
    this.root.dataset.answers = String(Number(this.root.dataset.answers ?? 0) + 1);
  }

  /** Draw the map for everything but the place on it, and look again at what is unfolded. */
  #chart() {
    const newest = this.#newest;
    // Not under a moving hand: the map takes the server as long as many samples.
    if (this.#isMoving || this.data.is_2d || newest === undefined) return;
    this.checks.update({ newest, z: this.z, query: this.#query, psi: this.state.psi });
    this.controls.pad.map.hidden = !this.controls.mapping.checked;
    if (this.controls.mapping.checked) this.atlas.want(this.#charted);
  }

  get #charted() {
    const { axes, steps, ...rest } = this.state;
    const others = steps.map((step, k) => (axes.includes(k) ? 0 : step));
    return JSON.stringify([this.#newest, this.data.origin.join(), this.#key, axes, others, rest]);
  }

  /** @param {AbortSignal} signal */
  async #drawMap(signal) {
    const z = vectors(this.#cells(), CELLS * CELLS);
    const run = { ...this.data, label: null };
    const query = { signal, columns: CELLS, ...this.#query };
    const message = await fetchLatent(run, "decode", { z }, query);
    await showWebp(this.controls.pad.map, message.bytes("webp"));
  }

  #cells() {
    const { axes, steps } = this.state;
    const { length } = this.data.origin;
    const whole = new Float32Array(CELLS * CELLS * length);
    const middle = (CELLS - 1) / 2;
    for (let cell = 0; cell < CELLS * CELLS; cell += 1) {
      const there = [...steps];
      there[axes[1]] = middle - Math.floor(cell / CELLS);
      there[axes[0]] = (cell % CELLS) - middle;
      whole.set(this.#at(there), cell * length);
    }
    return whole;
  }

  #savePicture() {
    const { canvas } = this.sample;
    const times = this.data.is_2d ? 2 : ENLARGED;
    const size = { width: times * canvas.width, height: times * canvas.height };
    savePng(canvas, { ...size, ground: "white" }, `sample-${this.data.run_id}.png`);
  }
}

/** Show the explorer; called by Streamlit for every change of data or theme. */
export const mount = mounter(ExplorerView, CSS);
