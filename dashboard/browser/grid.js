/** The pictures of a run: the newest frame or any saved one, with real samples beside it. */

import { isFinal, isLastWord, runUrl } from "./live.js";
import { loadPicture } from "./picture.js";
import { CSS as SAVE_CSS, saveButton, savePng } from "./save.js";
import { Latest } from "./together.js";
import { element, mounter } from "./view.js";

const PLAY_MS = 150;
const PLAY = "M4 2.5v11l9-5.5z";
const PAUSE = "M4 3h3v10H4zM9 3h3v10H9z";

const CSS = `
.root { font-family: var(--st-font); font-size: 0.875rem; color: var(--st-text-color);
  container-type: inline-size; }
.stage { --height: 26rem; max-width: calc(var(--height) * var(--ratio, 1)); }
.stage:has(.real:not([hidden])) { max-width: calc(2 * var(--height) * var(--ratio, 1) + 1rem); }
.pictures { display: flex; gap: 1rem; align-items: flex-start; }
figure { margin: 0; min-width: 0; max-width: calc(var(--height) * var(--ratio, 1)); }
.fake { flex: 3 1 0; }
.real { flex: 2 1 0; }
.picture { display: grid; border: 1px solid var(--st-border-color); overflow: hidden;
  border-radius: var(--st-base-radius, 0.5rem); }
img { display: block; width: 100%; height: auto; image-rendering: pixelated; }
.waiting { display: grid; place-items: center; min-height: 14rem; padding: 1rem;
  text-align: center; opacity: 0.72; }
figcaption { display: flex; justify-content: space-between; gap: 0.75rem; padding-top: 0.35rem; }
.step { font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
.controls { display: flex; align-items: center; gap: 0.75rem; margin-top: 0.5rem; }
input { flex: 1; min-width: 4rem; height: 1.5rem; margin: 0; accent-color: var(--st-primary-color);
  cursor: pointer; }
button { display: inline-flex; align-items: center; justify-content: center; height: 2rem;
  padding: 0 0.75rem; font: inherit; color: inherit; background: transparent; cursor: pointer;
  border: 1px solid var(--st-widget-border-color, var(--st-border-color));
  border-radius: var(--st-button-radius, 0.5rem); }
button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
button[aria-pressed="true"] { border-color: var(--st-primary-color);
  color: var(--st-primary-color); }
:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.play { width: 2rem; padding: 0; }
svg { width: 1rem; height: 1rem; fill: currentColor; }
[hidden] { display: none !important; }
@container (max-width: 320px) { .pictures { flex-direction: column; }
  figure { width: 100%; flex: none; } }
.shown { display: flex; gap: 0.35rem; align-items: center; }
.problem { color: var(--st-orange-text-color); }
${SAVE_CSS}`;

/** Tell the styles a picture's proportions: a small one is enlarged to the height they allow. */
function setRatio(place, { naturalWidth, naturalHeight }) {
  place.style.setProperty("--ratio", String(naturalWidth / naturalHeight));
}

class GridView {
  #frames = [];
  #wanted = null;
  #shown = null;
  #following = true;
  #timer = 0;

  constructor(root) {
    this.root = root;
    this.waiting = element("div", { class: "waiting" }, "Waiting for the first picture");
    this.picture = element("div", { class: "picture" }, this.waiting);
    this.step = element("span", { class: "step" });
    this.fakeCaption = element("span");
    this.save = saveButton("PNG", () => this.#save());
    this.save.hidden = true;
    const shown = element("span", { class: "shown" }, this.step, this.save);
    const caption = element("figcaption", {}, this.fakeCaption, shown);
    const fake = element("figure", { class: "fake" }, this.picture, caption);
    this.realPicture = element("div", { class: "picture" });
    this.realCaption = element("figcaption");
    this.real = element("figure", { class: "real" }, this.realPicture, this.realCaption);
    this.real.hidden = true;
    this.#buildControls();
    const pictures = element("div", { class: "pictures" }, fake, this.real);
    const problem = element("div", { class: "problem", role: "status" });
    this.stage = element("div", { class: "stage" }, pictures, problem, this.controls);
    root.append(this.stage);
    const complain = (sentence) => (problem.textContent = sentence);
    this.work = new Latest(root, () => this.#load(), complain);
    this.realWork = new Latest(root, () => this.#loadReal(), () => {});
  }

  #buildControls() {
    this.play = element("button", { class: "play", type: "button" });
    this.play.onclick = () => this.#toggle();
    this.scrubber = element("input", { type: "range", min: "0", "aria-label": "Saved pictures" });
    this.scrubber.oninput = () => this.#go(Number(this.scrubber.value));
    this.latest = element("button", { type: "button", class: "latest" }, "Latest");
    this.latest.title = "Always show the newest picture (End)";
    this.latest.onclick = () => this.#follow();
    this.controls = element("div", { class: "controls" }, this.play, this.scrubber, this.latest);
    this.controls.hidden = true;
    this.controls.onkeydown = (event) => this.#press(event);
  }

  update({ data }) {
    this.data = data;
    this.fakeCaption.textContent = data.fake_caption;
    this.realCaption.textContent = data.real_caption;
    this.#describe();
    this.#refresh();
  }

  show({ header }) {
    if (!header) return;
    if (this.#shown === null) this.waiting.textContent = this.#waitingWords(header);
    if (header.has_real && this.data.with_real) this.realWork.want("real");
    this.#frames = header.frames;
    if (!this.#frames.length) return;
    this.controls.hidden = false;
    if (this.#following) this.#want(this.#frames.at(-1));
    // The server may have thinned its pictures: the one before is the closest that is left.
    else this.#want(this.#frames.findLast((step) => step <= this.#wanted) ?? this.#frames[0]);
    this.#refresh();
  }

  #waitingWords({ state, frames, progress_text: progress }) {
    if (isFinal(state) && !frames.length) return "No pictures of this run were kept.";
    return progress || "Waiting for the first picture";
  }

  close() {
    clearTimeout(this.#timer);
    for (const work of [this.work, this.realWork]) work.close();
  }

  get #index() {
    return this.#frames.indexOf(this.#wanted);
  }

  /** Show the frame of this place in the list, as a person asked. */
  #go(index) {
    this.#pause();
    this.#following = false;
    this.#want(this.#frames[Math.min(Math.max(index, 0), this.#frames.length - 1)]);
    this.#refresh();
  }

  #follow() {
    this.#pause();
    this.#following = true;
    this.#want(this.#frames.at(-1));
    this.#refresh();
  }

  #press(event) {
    const back = () => this.#go(this.#index - 1);
    const on = () => this.#go(this.#index + 1);
    const keys = { ArrowLeft: back, ArrowDown: back, ArrowRight: on, ArrowUp: on };
    Object.assign(keys, { Home: () => this.#go(0), End: () => this.#follow() });
    // On a button the space bar presses that button.
    if (event.target === this.scrubber) keys[" "] = () => this.#toggle();
    if (!(event.key in keys)) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  }

  #toggle() {
    if (this.#timer) {
      this.#pause();
    } else {
      this.#following = false;
      if (this.#index === this.#frames.length - 1) this.#want(this.#frames[0]);
      this.#timer = setTimeout(() => this.#advance(), PLAY_MS);
    }
    this.#refresh();
  }

  #pause() {
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  /** One step of the animation; a picture that is still loading holds it back. */
  #advance() {
    if (!this.root.isConnected) return;
    if (this.#index === this.#frames.length - 1) {
      this.#follow();
      return;
    }
    if (this.#shown === this.#wanted) this.#want(this.#frames[this.#index + 1]);
    this.#timer = setTimeout(() => this.#advance(), PLAY_MS);
    this.#refresh();
  }

  #want(step) {
    this.#wanted = step;
    this.work.want(step);
  }

  /** Show the step that is wanted as soon as its picture is ready. */
  async #load() {
    const step = this.#wanted;
    try {
      this.#swap(await loadPicture(this.#url(`frames/${step}.webp`)), step);
    } catch (problem) {
      if (!isLastWord(problem)) throw problem;
      this.#refuse(problem.message, step);
    }
    if (step === this.#wanted) this.#preload();
  }

  #save() {
    const { naturalWidth: width, naturalHeight: height } = this.image;
    savePng(this.image, { width, height, ground: "black" }, `samples-${this.#shown}.png`);
  }

  #swap(image, step) {
    this.#shown = step;
    this.save.hidden = false;
    this.image = image;
    this.picture.replaceChildren(image);
    setRatio(this.stage, image);
    this.#describe();
  }

  /** Say in the place of a picture why there is none. */
  #refuse(sentence, step) {
    this.#shown = step;
    this.save.hidden = true;
    this.image = null;
    this.waiting.textContent = sentence;
    this.picture.replaceChildren(this.waiting);
    this.#describe();
  }

  #describe() {
    if (this.#shown === null) return;
    this.step.textContent = `Step ${this.#shown.toLocaleString("en")}`;
    if (this.image) this.image.alt = `${this.data.alt} ${this.step.textContent}.`;
  }

  #preload() {
    const neighbours = [this.#frames[this.#index - 1], this.#frames[this.#index + 1]];
    for (const step of neighbours) {
      if (step !== undefined) new Image().src = this.#url(`frames/${step}.webp`);
    }
  }

  async #loadReal() {
    const image = await loadPicture(this.#url("real.webp"));
    this.real.hidden = false;
    image.alt = this.data.real_caption;
    setRatio(this.real, image);
    this.realPicture.replaceChildren(image);
  }

  #url(picture) {
    return runUrl(this.data.run_id, picture);
  }

  /** Bring the controls in line with what is shown. */
  #refresh() {
    const last = this.#frames.length - 1;
    this.scrubber.max = String(Math.max(last, 0));
    this.scrubber.value = String(this.#index);
    this.scrubber.setAttribute("aria-valuetext", `Step ${this.#wanted}`);
    this.latest.setAttribute("aria-pressed", String(this.#following));
    const word = this.#timer ? "Pause" : "Play";
    if (this.play.title === word) return;
    const path = `<path d="${this.#timer ? PAUSE : PLAY}"/>`;
    this.play.innerHTML = `<svg viewBox="0 0 16 16" aria-hidden="true">${path}</svg>`;
    this.play.title = word;
    this.play.setAttribute("aria-label", word);
  }
}

/** Show the pictures; called by Streamlit for every change of data or theme. */
export const mount = mounter(GridView, CSS);
