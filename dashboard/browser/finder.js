/** From a picture back to the z that draws it, and what the generator puts where it is hidden. */

import { Feed, patientWords } from "./feed.js";
import { CSS as EASEL_CSS, Easel } from "./finder_easel.js";
import { ask, HttpError, Lost, openSocket, runUrl } from "./http.js";
import { SampleCanvas, CSS as SHARED_CSS, saveNpy } from "./latent.js";
import { mixture } from "./latent_http.js";
import { answered } from "./latent_socket.js";
import { button, element, mounter } from "./view.js";
import { encode } from "./wire.js";

/** What is left over of a picture without ink has no measure. */
const NOTHING = 100;
const STRANGE = "is left over: the more, the stranger it is";
const SCATTERED = 0.8;
/** @type {Record<import("./finder_easel.js").Tool, string>} */
const TOOLS = { draw: "Draw", hide: "Hide", uncover: "Uncover" };

const CSS = `${SHARED_CSS}${EASEL_CSS}
.finder { display: grid; gap: 1.25rem; grid-template-columns: 1fr 1fr 1fr; align-items: start; }
.part { display: grid; gap: 0.5rem; max-width: 18rem; }
.part h4 { margin: 0; font-size: 0.9375rem; font-weight: 600; }
.frame { aspect-ratio: 1; border-radius: var(--st-base-radius, 0.5rem); display: grid;
  background: var(--st-secondary-background-color); }
progress { width: 100%; accent-color: var(--st-primary-color); }
button.go { border-color: var(--st-primary-color); color: var(--st-primary-color); }
.status { min-height: 4.2em; }
input[type="color"] { width: 2.5rem; height: 2rem; padding: 0; border: 0; background: none; }
`;

/**
 * @typedef {{shape: number[], label: number | null, usual_lengths: number[]}} More
 * @typedef {import("./latent.js").RunInfo & More} Data
 * @typedef {import("./view.js").Mounted<Data>} Component
 *
 * @typedef {{step: number, steps: number, generator: number, mse: number, left: number}} Word how far
 *   a search is, and the step of the generator (dashboard/routes/finding.py)
 *
 * @typedef {object} Coming a picture that is on its way
 * @property {(signal: AbortSignal) => Promise<import("./wire.js").Message>} ask
 * @property {boolean} isTruth
 * @property {AbortController} left
 */

class FinderView {
  #number = -1;
  #wishes = 0;
  /** @type {Coming | null} */
  #coming = null;
  /** @type {Uint8Array | null} */
  #truth = null;
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {Float32Array | null} */
  #z = null;

  /** @param {HTMLElement} root @param {Component} component */
  constructor(root, { data }) {
    this.data = data;
    this.easel = new Easel(() => this.#forget());
    const pace = { tell: (/** @type {Error | null} */ one) => this.#tell(one), patience: 60000 };
    this.feed = new Feed(root, (signal) => this.#load(signal), pace);
    this.tools = /** @type {import("./finder_easel.js").Tool[]} */ (Object.keys(TOOLS)).map(
      (tool) =>
        button(`tool.${tool}`, TOOLS[tool], () => this.#choose(tool), {
          ...{ class: tool, "data-tool": tool },
        }),
    );
    this.go = button("find", "Find it", () => this.#toggle(), { class: "go" });
    this.bar = element("progress", { value: "0", max: "1", "aria-label": "The search" });
    this.status = element("div", { class: "status number", role: "status" });
    this.problem = element("div", { class: "problem", role: "alert" });
    this.saveZ = button("save_z", "Save z", () => this.#saveZ());
    this.found = new SampleCanvas(data.colours);
    this.filled = new SampleCanvas(data.colours);
    const search = [this.bar, element("div", { class: "row" }, this.go, this.saveZ)];
    const nearest = "Nearest that the generator draws";
    const found = this.#frame(nearest, this.found, ...search, this.status, this.problem);
    this.hiddenPart = this.#frame("Hidden part filled in", this.filled);
    const left = this.#part("Picture to find", ...this.#layEasel());
    root.append(element("div", { class: "finder" }, left, found, this.hiddenPart));
    this.easel.open(data.shape);
    this.#choose("draw");
    this.#forget();
    this.#next();
  }

  #layEasel() {
    const group = { class: "row tools", role: "group", "aria-label": "Brush" };
    const ink = element("input", { type: "color", value: "#ffffff", "aria-label": "Colour" });
    ink.dataset.control = "colour";
    ink.oninput = () => {
      this.easel.colour = ink.value;
    };
    ink.hidden = this.data.shape[2] === 1;
    const file = element("input", { type: "file", accept: "image/*", hidden: "" });
    file.dataset.control = "bring";
    file.onchange = () => this.#bring(file);
    const sources = [
      button("another", "Another from the data", () => this.#next()),
      button("bring", "Bring a picture", () => file.click()),
      button("empty", "Empty", () => this.#empty()),
      button("invert", "Light for dark", () => this.#change(() => this.easel.invert())),
      button("scatter", "Hide 80 %", () => this.#change(() => this.easel.scatter(SCATTERED))),
      button("uncover", "Uncover all", () => this.#change(() => this.easel.uncover())),
    ];
    const tools = element("div", group, ...this.tools, ink);
    return [this.easel.root, tools, element("div", { class: "row" }, ...sources), file];
  }

  /** @param {string} title @param {...HTMLElement} children */
  #part(title, ...children) {
    return element("div", { class: "part" }, element("h4", {}, title), ...children);
  }

  /** @param {string} title @param {SampleCanvas} sample @param {...HTMLElement} children */
  #frame(title, sample, ...children) {
    return this.#part(title, element("div", { class: "frame" }, sample.canvas), ...children);
  }

  #choose(/** @type {import("./finder_easel.js").Tool} */ tool) {
    this.easel.tool = tool;
    for (const one of this.tools) {
      one.setAttribute("aria-pressed", String(one.dataset.tool === tool));
    }
  }

  /** @param {Component} component */
  update({ data }) {
    this.data = data;
  }

  close() {
    this.#socket?.close();
    this.#coming?.left.abort();
    this.feed.close();
  }

  #change(/** @type {() => void} */ act) {
    act();
    this.#forget();
  }

  /** What was found belongs to another picture now. */
  #forget() {
    this.#socket?.close();
    this.#z = null;
    this.saveZ.disabled = true;
    this.bar.value = 0;
    this.status.textContent = "";
    this.problem.textContent = "";
    for (const { canvas } of [this.found, this.filled]) canvas.hidden = true;
    this.hiddenPart.hidden = this.easel.isWhole;
  }

  #empty() {
    this.#coming?.left.abort();
    this.#coming = null;
    this.go.disabled = false;
    this.#truth = null;
    this.#change(() => this.easel.open(this.data.shape));
  }

  #next() {
    this.#number += 1;
    const url = this.#url(`pictures/${this.#number}`);
    this.#want((signal) => ask(url, { signal }), true);
  }

  #bring(/** @type {HTMLInputElement} */ input) {
    const file = input.files?.[0];
    input.value = "";
    if (file) this.#want((signal) => ask(this.#url("fit"), { signal, file }), false);
  }

  /**
   * What was asked for last is shown: what is still on its way before is not waited for.
   * @param {Coming["ask"]} ask @param {boolean} isTruth
   */
  #want(ask, isTruth) {
    this.#coming?.left.abort();
    this.#coming = { ask, isTruth, left: new AbortController() };
    this.#wishes += 1;
    this.feed.want(this.#wishes);
  }

  async #load(/** @type {AbortSignal} */ signal) {
    const coming = this.#coming;
    if (!coming) return;
    this.go.disabled = true;
    const { ask, isTruth, left } = coming;
    try {
      const message = await ask(AbortSignal.any([signal, left.signal]));
      this.#change(() => this.easel.load(message.bytes("picture")));
      this.#truth = isTruth ? this.easel.pixels.slice() : null;
    } catch (problem) {
      if (!left.signal.aborted) throw problem;
    }
  }

  #tell(/** @type {Error | null} */ problem) {
    this.problem.textContent = patientWords(problem);
    this.go.disabled = false;
  }

  #url(/** @type {string} */ rest) {
    return runUrl(this.data.run_id, rest);
  }

  #toggle() {
    if (this.#socket) {
      this.#socket.close();
      // Where nothing was found yet, nobody waits for the server any more.
      if (!this.#z) this.status.textContent = "";
      return;
    }
    this.#forget();
    const socket = openSocket(this.data.run_id, "find");
    this.#socket = socket;
    this.go.textContent = "Stop";
    this.status.textContent = "Looking for a place to set out from.";
    const { classes, label } = this.data;
    const condition = mixture(classes.length, label ?? 0);
    socket.onopen = () => socket.send(encode({ condition }, this.easel.arrays));
    socket.onmessage = ({ data }) => this.#socket === socket && this.#take(data);
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.go.textContent = "Find it";
      const isLost = !this.#z && !this.problem.textContent && this.status.textContent;
      if (isLost) this.problem.textContent = new Lost().message;
    };
  }

  #take(/** @type {ArrayBuffer} */ data) {
    try {
      this.#show(answered(data));
    } catch (problem) {
      if (!(problem instanceof HttpError)) throw problem;
      this.problem.textContent = problem.message;
      this.status.textContent = "";
    }
  }

  #show(/** @type {import("./wire.js").Message<Word>} */ message) {
    const { header } = message;
    this.#z = message.floats("z");
    this.saveZ.disabled = false;
    this.bar.value = header.step / header.steps;
    const { shape } = this.data;
    this.found.draw({ shape, values: message.bytes("drawn") });
    this.filled.draw({ shape, values: message.bytes("filled") });
    for (const { canvas } of [this.found, this.filled]) canvas.hidden = false;
    const label = `The nearest picture found after ${header.step} steps.`;
    this.found.canvas.setAttribute("aria-label", label);
    this.filled.canvas.setAttribute("aria-label", "The picture with its hidden part filled in.");
    this.status.textContent = this.#words(header, this.#z, message.bytes("drawn"));
  }

  /** @param {Word} word @param {Float32Array} z @param {Uint8Array} drawn */
  #words({ step, steps, mse, left, generator }, z, drawn) {
    const length = Math.hypot(...z) / Math.sqrt(z.length);
    const usual = this.data.usual_lengths.map((one) => one.toFixed(2)).join(" to ");
    const parts = [
      `Step ${step} of ${steps}: mean squared error ${mse.toPrecision(2)}`,
      ...(left < NOTHING ? [`${(100 * left).toFixed(0)} % of the picture ${STRANGE}`] : []),
      `|z|/√d ${length.toFixed(2)}, of 95 in 100 z from ${usual}`,
    ];
    if (this.#truth && !this.easel.isWhole) {
      parts.push(`In the hidden part, error ${this.#hiddenError(drawn, this.#truth).toFixed(2)}`);
    }
    return `${parts.join(". ")}. By the generator after step ${generator.toLocaleString("en")}.`;
  }

  /**
   * Mean squared error where the picture is hidden, pixels in [-1, 1].
   * @param {Uint8Array} drawn @param {Uint8Array} truth
   */
  #hiddenError(drawn, truth) {
    const { known, channels } = this.easel;
    let [sum, count] = [0, 0];
    for (const [i, level] of drawn.entries()) {
      if (known[Math.floor(i / channels)]) continue;
      sum += ((level - truth[i]) / 127.5) ** 2;
      count += 1;
    }
    return sum / count;
  }

  #saveZ() {
    if (this.#z) saveNpy(this.#z, `found-z-${this.data.run_id}.npy`);
  }
}

/** Show the finder; called by Streamlit for every change of data or theme. */
export const mount = mounter(FinderView, CSS);
