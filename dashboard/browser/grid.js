/** The pictures of a run: the newest frame or any saved one, with real samples beside it. */

import { loadPicture, runUrl } from "./http.js";
import { isFinal } from "./live.js";
import { CSS as PICTURES_CSS, PicturePlace } from "./pictures.js";
import { CSS as SAVE_CSS, saveButton, savePng } from "./save.js";
import { CSS as SCRUBBER_CSS, Scrubber } from "./scrubber.js";
import { element, mounter } from "./view.js";

const CSS = `${PICTURES_CSS}${SCRUBBER_CSS}${SAVE_CSS}
.root { container-type: inline-size; }
.stage { --height: 26rem; max-width: calc(var(--height) * var(--ratio, 1)); }
.stage:has(.real:not([hidden])) { max-width: calc(2 * var(--height) * var(--ratio, 1) + 1rem); }
.pictures { display: flex; gap: 1rem; align-items: flex-start; }
figure { max-width: calc(var(--height) * var(--ratio, 1)); }
.fake { flex: 3 1 0; }
.real { flex: 2 1 0; }
.picture .waiting { min-height: 14rem; }
figcaption { display: flex; justify-content: space-between; gap: 0.75rem; padding-top: 0.35rem; }
.step { font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
.scrubber { margin-top: 0.5rem; }
@container (max-width: 320px) { .pictures { flex-direction: column; }
  figure { width: 100%; flex: none; } }
.shown { display: flex; gap: 0.35rem; align-items: center; }
`;

/**
 * @typedef {object} Data
 * @property {string} run_id
 * @property {string} alt
 * @property {string} fake_caption
 * @property {string} real_caption
 * @property {boolean} with_real
 * @property {{step?: number}} [link] what the link of the page says of the view
 */

/** Tell the styles a picture's proportions: a small one is enlarged to the height they allow. */
function setRatio(
  /** @type {HTMLElement} */ place,
  /** @type {HTMLImageElement} */ { naturalWidth, naturalHeight },
) {
  place.style.setProperty("--ratio", String(naturalWidth / naturalHeight));
}

class GridView {
  /** @type {number[]} */
  #frames = [];

  /** @param {HTMLElement} root @param {import("./view.js").Mounted<Data>} component */
  constructor(root, { data }) {
    this.data = data;
    this.fake = new PicturePlace(
      (step, signal) => loadPicture(this.#url(`frames/${step}.webp`), signal),
      () => this.#showFake(),
    );
    this.fake.say("Waiting for the first picture");
    this.real = new PicturePlace(
      (_, signal) => loadPicture(this.#url("real.webp"), signal),
      () => this.#showReal(),
    );
    this.scrubber = new Scrubber(() => this.#refresh(), { goesOn: false, begin: data.link?.step });
    this.step = element("span", { class: "step" });
    this.save = saveButton("PNG", () => this.#save());
    this.save.hidden = true;
    const shown = element("span", { class: "shown" }, this.step, this.save);
    this.fakeCaption = element("span");
    const caption = element("figcaption", {}, this.fakeCaption, shown);
    const fake = element("figure", { class: "fake" }, this.fake.root, caption);
    this.realCaption = element("figcaption");
    this.realFigure = element("figure", { class: "real" }, this.real.root, this.realCaption);
    this.realFigure.hidden = true;
    const pictures = element("div", { class: "pictures" }, fake, this.realFigure);
    const parts = [pictures, this.fake.problem, this.scrubber.root];
    this.stage = element("div", { class: "stage" }, ...parts);
    root.append(this.stage);
  }

  /** @param {import("./view.js").Mounted<Data>} component */
  update({ data }) {
    this.data = data;
    this.fakeCaption.textContent = data.fake_caption;
    this.realCaption.textContent = data.real_caption;
    this.#describe();
  }

  /** @param {import("./live.js").News} news */
  show({ header }) {
    if (!header) return;
    if (header.has_real && this.data.with_real) this.real.want(0);
    this.#frames = header.frames;
    if (!this.#frames.length) this.fake.say(this.#waitingWords(header));
    else this.#refresh();
  }

  /** @param {import("./live.js").Status} header */
  #waitingWords({ state, progress_text: progress }) {
    if (isFinal(state)) return "No pictures of this run were kept.";
    return progress || "Waiting for the first picture";
  }

  close() {
    this.scrubber.close();
    this.fake.close();
    this.real.close();
  }

  /** Bring the controls in line with what there is, and the picture with what is wanted. */
  #refresh() {
    this.#follow();
    this.fake.want(this.scrubber.step ?? this.#frames[this.#frames.length - 1]);
    this.#follow();
  }

  #follow() {
    this.scrubber.update(this.#frames, this.fake.isReady ? this.scrubber.step : undefined);
  }

  #showFake() {
    const { image } = this.fake;
    this.save.hidden = !image;
    if (image) setRatio(this.stage, image);
    this.#describe();
    this.#follow();
    this.#preload();
  }

  #describe() {
    const { shown, image } = this.fake;
    if (shown === null) return;
    this.step.textContent = `Step ${shown.toLocaleString("en")}`;
    if (image) image.alt = `${this.data.alt} ${this.step.textContent}.`;
  }

  #preload() {
    const index = this.#frames.indexOf(Number(this.fake.shown));
    for (const step of [this.#frames[index - 1], this.#frames[index + 1]]) {
      if (step !== undefined) new Image().src = this.#url(`frames/${step}.webp`);
    }
  }

  #showReal() {
    const { image } = this.real;
    if (!image) return;
    this.realFigure.hidden = false;
    image.alt = this.data.real_caption;
    setRatio(this.realFigure, image);
  }

  #save() {
    const { image, shown } = this.fake;
    if (!image) return;
    const { naturalWidth: width, naturalHeight: height } = image;
    savePng(image, { width, height, ground: "black" }, `samples-${shown}.png`);
  }

  /** @param {string} picture */
  #url(picture) {
    return runUrl(this.data.run_id, picture);
  }
}

/** Show the pictures; called by Streamlit for every change of data or theme. */
export const mount = mounter(GridView, CSS);
