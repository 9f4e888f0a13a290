/** What the views share that look into a model: they ask again when a newer frame was drawn. */

import { complainIn, Feed } from "./feed.js";
import { ask, runUrl } from "./http.js";
import { CSS as SHARED_CSS } from "./latent.js";
import { element } from "./view.js";

const REST_MS = 1500;
/** Dear questions take turns. */
const PATIENCE_MS = 60000;

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

/**
 * A heading, something to look at, and a sentence about it.
 * @param {string} title @param {...HTMLElement} children
 */
export function part(title, ...children) {
  return element("div", { class: "part" }, element("h4", {}, title), ...children);
}

/** @typedef {{run_id: string, colours: Record<string, string>}} Data */

/**
 * Asks for what is inside of the newest generator, one question at a time and with rests between.
 *
 * A view that extends it has `look(signal)`, which fetches and shows, and builds its elements in the
 * constructor; `complaint` is its place for sentences of the server.
 * @template {Data} D
 */
export class InsideView {
  /** @param {HTMLElement} root @param {import("./view.js").Mounted<D>} component */
  constructor(root, { data }) {
    this.data = data;
    this.complaint = element("div", { class: "problem", role: "status" });
    const pace = { tell: complainIn(this.complaint), rest: REST_MS, patience: PATIENCE_MS };
    this.feed = new Feed(root, (signal) => this.look(signal), pace);
  }

  /** @param {import("./view.js").Mounted<D>} component */
  update({ data }) {
    this.data = data;
  }

  /** @param {import("./live.js").News} news */
  show({ header }) {
    const frameStep = header?.frames.at(-1);
    if (frameStep !== undefined) this.feed.want(frameStep);
  }

  close() {
    this.feed.close();
  }

  /** @param {AbortSignal} _signal @returns {Promise<void>} */
  async look(_signal) {}

  /**
   * What the server answers.
   * @param {string} rest @param {Parameters<typeof ask>[1]} options
   */
  ask(rest, options) {
    return ask(runUrl(this.data.run_id, `inside/${rest}`), options);
  }
}
