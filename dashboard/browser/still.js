/** What the newest generator of a run makes of given latent vectors, redrawn while it learns. */

import { isFinal, runUrl } from "./live.js";
import { element, mounter } from "./view.js";

const CSS = `
.root { font-family: var(--st-font); font-size: 0.875rem; color: var(--st-text-color); }
figure { margin: 0; }
.picture { display: grid; min-height: 4rem; border: 1px solid var(--st-border-color);
  border-radius: var(--st-base-radius, 0.5rem); overflow: hidden; }
img { display: block; width: 100%; height: auto; image-rendering: pixelated; }
.waiting { display: grid; place-items: center; padding: 1rem; text-align: center; opacity: 0.72; }
figcaption { padding-top: 0.35rem; font-variant-numeric: tabular-nums; }
`;

function bytes(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

class StillView {
  #asked = "";
  #busy = false;

  constructor(root) {
    this.waiting = element("div", { class: "waiting" }, "Waiting for the generator");
    this.picture = element("div", { class: "picture" }, this.waiting);
    this.caption = element("figcaption");
    root.append(element("figure", {}, this.picture, this.caption));
  }

  update({ data }) {
    this.data = data;
    this.#draw();
  }

  show({ header }) {
    if (!header) return;
    this.newest = header.frames.at(-1);
    this.over = isFinal(header.state);
    this.#draw();
  }

  close() {
    if (this.image) URL.revokeObjectURL(this.image.src);
  }

  /** What is to be seen: it changes with the vectors and with every new generator. */
  get #wish() {
    return `${this.newest} ${this.data.columns} ${this.data.label} ${this.data.vectors}`;
  }

  /** Draw what is wanted unless it is there; one question at a time, and only the last counts. */
  async #draw() {
    if (this.#busy || this.newest === undefined) return;
    this.#busy = true;
    while (this.#asked !== this.#wish) {
      this.#asked = this.#wish;
      await this.#ask().catch(() => (this.waiting.textContent = "The server does not answer."));
    }
    this.#busy = false;
  }

  async #ask() {
    const { base, run_id, columns, label, vectors } = this.data;
    const asked = label === null ? "" : `&label=${label}`;
    const url = runUrl(base, run_id, `decode?columns=${columns}${asked}`);
    const response = await fetch(url, { method: "POST", body: bytes(vectors) });
    if (!response.ok) {
      this.waiting.textContent = (await response.json()).error;
      return;
    }
    const image = new Image();
    image.src = URL.createObjectURL(await response.blob());
    await image.decode();
    this.#swap(image, Number(response.headers.get("X-Step")));
  }

  #swap(image, step) {
    this.close();
    this.image = image;
    const when = `after step ${step.toLocaleString("en")}`;
    const more = this.over ? "" : ", still learning";
    this.caption.textContent = `Drawn by the generator ${when}${more}`;
    image.alt = `${this.data.alt} Drawn ${when}.`;
    this.picture.replaceChildren(image);
  }
}

/** Show the picture; called by Streamlit for every change of data or theme. */
export const mount = mounter(StillView, CSS);
