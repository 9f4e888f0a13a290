/** What the views share that look into a model: they ask again when a newer moment was drawn. */

import { CSS as SHARED_CSS } from "./latent.js";
import { question, runUrl } from "./live.js";
import { Latest } from "./together.js";
import { element } from "./view.js";

const REST_MS = 1500;

export const CSS = `${SHARED_CSS}
.root { container-type: inline-size; }
.inside { display: grid; gap: 0.75rem 1.5rem; align-items: start; margin-top: 0.75rem; }
.inside h4 { margin: 0; font-size: 0.9375rem; font-weight: 600; }
.part { display: grid; gap: 0.4rem; min-width: 0; }
.part p { margin: 0; font-size: 0.8125rem; line-height: 1.4; opacity: 0.85; max-width: 40rem; }
.part > img { display: block; width: 100%; image-rendering: pixelated;
  border-radius: var(--st-base-radius, 0.5rem); }
.number { font-size: 0.8125rem; }
`;

/** A heading, something to look at, and a sentence about it. */
export function part(title, ...children) {
  return element("div", { class: "part" }, element("h4", {}, title), ...children);
}

/**
 * Asks for what is inside of the newest moment, one question at a time and with rests between.
 *
 * A view that extends it has `ask()`, which fetches and shows, and builds its elements in the
 * constructor; `complaint` is its place for sentences of the server.
 */
export class InsideView {
  #askedAt = -Infinity;
  #timer = 0;

  constructor() {
    this.complaint = element("div", { class: "problem", role: "status" });
    const complain = (sentence) => (this.complaint.textContent = sentence);
    this.latest = new Latest(this.complaint, () => this.ask(), complain);
  }

  update({ data }) {
    this.data = data;
  }

  show({ header }) {
    this.moment = header?.frames.at(-1);
    if (this.moment === undefined || document.hidden) return;
    const wait = this.#askedAt + REST_MS - performance.now();
    clearTimeout(this.#timer);
    if (wait > 0) this.#timer = setTimeout(() => this.#follow(), wait);
    else this.#follow();
  }

  close() {
    clearTimeout(this.#timer);
    this.latest.close();
  }

  url(rest) {
    return runUrl(this.data.run_id, `inside/${rest}`);
  }

  /** What the server answers, as `question`. */
  answer(rest) {
    return question(this.url(rest));
  }

  #follow() {
    this.#askedAt = performance.now();
    this.latest.want(String(this.moment));
  }
}
