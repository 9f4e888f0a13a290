/** From a picture back to the z that draws it, and what the generator puts where it is hidden. */

import { openSocket, question, runUrl } from "./live.js";
import { button, CSS as SHARED_CSS, mixture, SampleCanvas, saveNpy } from "./latent.js";
import { unpack } from "./latent_asker.js";
import { CSS as EASEL_CSS, Easel } from "./finder_easel.js";
import { Latest } from "./together.js";
import { element, mounter } from "./view.js";

/** What is left over of a picture without ink has no measure. */
const NOTHING = 100;
const STRANGE = "is left over: the more, the stranger it is";
const SCATTERED = 0.8;
const TOOLS = { draw: "Draw", hide: "Hide", uncover: "Uncover" };

const CSS = `${SHARED_CSS}${EASEL_CSS}
.finder { display: grid; gap: 1.25rem; grid-template-columns: 1fr 1fr 1fr; align-items: start; }
.part { display: grid; gap: 0.5rem; max-width: 18rem; }
.part h4 { margin: 0; font-size: 0.9375rem; font-weight: 600; }
.tools button[aria-pressed="true"] { border-color: var(--st-primary-color);
  color: var(--st-primary-color); font-weight: 600; }
.frame { aspect-ratio: 1; border-radius: var(--st-base-radius, 0.5rem); display: grid;
  background: var(--st-secondary-background-color); }
progress { width: 100%; accent-color: var(--st-primary-color); }
button.go { border-color: var(--st-primary-color); color: var(--st-primary-color); }
.told { min-height: 4.2em; }
input[type="color"] { width: 2.5rem; height: 2rem; padding: 0; border: 0; background: none; }
`;

function base64(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

class FinderView {
  #number = -1;
  #asked = 0;
  #coming = null;
  #truth = null;
  #socket = null;

  constructor(root) {
    this.easel = new Easel(() => this.#forget());
    this.tools = element("div", { class: "row tools", role: "group", "aria-label": "Brush" });
    this.tools.append(...Object.keys(TOOLS).map((tool) => this.#toolButton(tool)));
    this.ink = element("input", { type: "color", value: "#ffffff", "aria-label": "Colour" });
    this.ink.oninput = () => (this.easel.colour = this.ink.value);
    this.tools.append(this.ink);
    this.file = element("input", { type: "file", accept: "image/*", hidden: "" });
    this.file.onchange = () => this.#bring();
    const sources = [
      button("Another from the data", () => this.#next()),
      button("Bring a picture", () => this.file.click()),
      button("Empty", () => this.#empty()),
      button("Light for dark", () => this.#change(() => this.easel.invert())),
      button("Hide 80 %", () => this.#change(() => this.easel.scatter(SCATTERED))),
      button("Uncover all", () => this.#change(() => this.easel.uncover())),
    ];
    this.go = button("Find it", () => this.#toggle(), "go");
    this.bar = element("progress", { value: "0", max: "1", "aria-label": "The search" });
    this.told = element("div", { class: "told number", role: "status" });
    this.problem = element("div", { class: "problem", role: "alert" });
    this.loading = new Latest(root, () => this.#load(), (sentence) => this.#complain(sentence));
    const left = [this.easel.root, this.tools, element("div", { class: "row" }, ...sources), this.file];
    this.places = ["Nearest that the generator draws", "Hidden part filled in"].map((title) => {
      const frame = element("div", { class: "frame" });
      return { frame, part: this.#part(title, frame) };
    });
    this.saveZ = button("Save z", () => saveNpy(this.z, `found-z-${this.data.run_id}.npy`));
    this.places[0].part.append(this.bar, element("div", { class: "row" }, this.go, this.saveZ));
    this.places[0].part.append(this.told, this.problem);
    const parts = this.places.map(({ part }) => part);
    root.append(element("div", { class: "finder" }, this.#part("Picture to find", ...left), ...parts));
  }

  #part(title, ...children) {
    return element("div", { class: "part" }, element("h4", {}, title), ...children);
  }

  #toolButton(tool) {
    const made = button(TOOLS[tool], () => this.#choose(tool), tool);
    made.dataset.tool = tool;
    return made;
  }

  #choose(tool) {
    this.easel.tool = tool;
    for (const one of this.tools.querySelectorAll("button")) {
      one.setAttribute("aria-pressed", String(one.dataset.tool === tool));
    }
  }

  update({ data }) {
    const isNew = !this.data;
    this.data = data;
    if (!isNew) return;
    this.samples = this.places.map(({ frame }) => {
      const sample = new SampleCanvas(data.colours);
      frame.append(sample.canvas);
      return sample;
    });
    this.easel.open(data.shape);
    this.ink.hidden = data.shape[2] === 1;
    this.#choose("draw");
    this.#forget();
    this.#next();
  }

  show() {}

  close() {
    this.#socket?.close();
    this.#coming?.left.abort();
    this.loading.close();
  }

  #change(act) {
    act();
    this.#forget();
  }

  /** What was found belongs to another picture now. */
  #forget() {
    this.#socket?.close();
    this.z = null;
    this.saveZ.disabled = true;
    this.bar.value = 0;
    this.told.textContent = "";
    this.problem.textContent = "";
    for (const { canvas } of this.samples) canvas.hidden = true;
    this.places[1].part.hidden = this.easel.isWhole;
  }

  #empty() {
    this.#want(null);
    this.go.disabled = false;
    this.#truth = null;
    this.#change(() => this.easel.open(this.data.shape));
  }

  #next() {
    this.#number += 1;
    this.#want({ rest: `pictures/${this.#number}`, isTruth: true });
  }

  #bring() {
    const [file] = this.file.files;
    this.file.value = "";
    if (file) this.#want({ rest: "fit", options: { method: "POST", body: file } });
  }

  /** What was asked for last is shown: what is still on its way before is not waited for. */
  #want(coming) {
    this.#coming?.left.abort();
    this.#coming = coming && { ...coming, left: new AbortController() };
    this.go.disabled = true;
    this.loading.want((this.#asked += 1));
  }

  async #load() {
    const coming = this.#coming;
    if (!coming) return;
    const { rest, options, isTruth, left } = coming;
    try {
      const response = await question(this.#url(rest), { ...options, signal: left.signal });
      const answer = await response.arrayBuffer();
      this.go.disabled = false;
      this.#change(() => this.easel.load(unpack(answer).body));
      this.#truth = isTruth ? this.easel.pixels.slice() : null;
    } catch (problem) {
      if (!left.signal.aborted) throw problem;
    }
  }

  #complain(sentence) {
    this.problem.textContent = sentence;
    if (sentence) this.go.disabled = false;
  }

  #url(rest) {
    return runUrl(this.data.run_id, rest);
  }

  #toggle() {
    if (this.#socket) {
      this.#socket.close();
      return;
    }
    this.#forget();
    const socket = openSocket(this.data.run_id, "find");
    this.#socket = socket;
    this.go.textContent = "Stop";
    this.told.textContent = "Looking for a place to set out from.";
    socket.onopen = () => socket.send(JSON.stringify(this.#question));
    socket.onmessage = ({ data }) => this.#socket === socket && this.#take(unpack(data));
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.go.textContent = "Find it";
      const isLost = this.z === null && !this.problem.textContent && this.told.textContent;
      if (isLost) this.problem.textContent = "The server does not answer.";
    };
  }

  get #question() {
    const { classes, label } = this.data;
    return {
      picture: base64(this.easel.pixels),
      known: base64(this.easel.known),
      condition: mixture(classes.length, label, label, 0),
    };
  }

  #take({ header, body }) {
    if (header.refusal) {
      this.problem.textContent = header.refusal;
      this.told.textContent = "";
      return;
    }
    this.z = Float32Array.from(header.z);
    this.saveZ.disabled = false;
    this.bar.value = header.step / header.steps;
    const size = body.length / 2;
    this.samples.forEach((sample, i) => {
      sample.canvas.hidden = false;
      sample.draw(header, body.subarray(i * size, (i + 1) * size));
    });
    const [found, filled] = this.samples.map(({ canvas }) => canvas);
    found.setAttribute("aria-label", `The nearest picture found after ${header.step} steps.`);
    filled.setAttribute("aria-label", "The picture with its hidden part filled in.");
    this.told.textContent = this.#words(header, body.subarray(0, size));
  }

  #words({ step, steps, error, left, z, generator }, drawn) {
    const length = Math.hypot(...z) / Math.sqrt(z.length);
    const usual = this.data.usual_lengths.map((one) => one.toFixed(2)).join(" to ");
    const parts = [
      `Step ${step} of ${steps}: mean squared error ${error.toPrecision(2)}`,
      ...(left < NOTHING ? [`${(100 * left).toFixed(0)} % of the picture ${STRANGE}`] : []),
      `|z|/√d ${length.toFixed(2)}, of 95 in 100 z from ${usual}`,
    ];
    if (this.#truth && !this.easel.isWhole) {
      parts.push(`In the hidden part, error ${this.#hiddenError(drawn).toFixed(2)}`);
    }
    return `${parts.join(". ")}. By the generator after step ${generator.toLocaleString("en")}.`;
  }

  /** Mean squared error where the picture is hidden, pixels in [-1, 1]. */
  #hiddenError(drawn) {
    const { known, channels } = this.easel;
    let sum = 0;
    let count = 0;
    drawn.forEach((level, i) => {
      if (known[Math.floor(i / channels)]) return;
      sum += ((level - this.#truth[i]) / 127.5) ** 2;
      count += 1;
    });
    return sum / count;
  }
}

/** Show the finder; called by Streamlit for every change of data or theme. */
export const mount = mounter(FinderView, CSS);
