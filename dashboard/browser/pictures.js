/** Places of pictures that change. */

import { Feed, patientWords } from "./feed.js";
import { HttpError } from "./http.js";
import { element } from "./view.js";

export const CSS = `
.picture { display: grid; border: 1px solid var(--st-border-color); overflow: hidden;
  border-radius: var(--st-base-radius, 0.5rem); }
.picture img { display: block; width: 100%; image-rendering: pixelated; }
.picture .waiting { display: grid; place-items: center; padding: 1rem; text-align: center;
  opacity: 0.72; }
`;

/**
 * Shows what is wanted last as soon as it has come, and until then what was shown before; `problem`
 * says why it does not come.
 */
export class PicturePlace {
  /** @type {number | null} */
  #wanted = null;
  /** @type {number | null} what is shown: a picture, or why there is none */
  shown = null;
  /** @type {HTMLImageElement | null} */
  image = null;

  /**
   * @param {(which: number, signal: AbortSignal) => Promise<HTMLImageElement>} load
   * @param {() => void} onShown
   */
  constructor(load, onShown) {
    this.root = element("div", { class: "picture" });
    this.problem = element("div", { class: "problem", role: "status" });
    this.onShown = onShown;
    const ask = async (/** @type {AbortSignal} */ signal) => {
      const which = /** @type {number} */ (this.#wanted);
      const image = await load(which, signal);
      // One that comes after it was given up may be older than what is shown.
      if (this.#wanted !== null && !signal.aborted) this.#show(image, image, which);
    };
    const tell = (/** @type {Error | null} */ problem) => {
      const isLastWord = problem instanceof HttpError && problem.isLasting;
      this.problem.textContent = isLastWord ? "" : patientWords(problem);
      if (isLastWord) this.#show(this.#words(problem.message), null, this.#wanted);
    };
    this.feed = new Feed(this.root, ask, { tell });
  }

  /** Whether what is wanted is shown. */
  get isReady() {
    return this.shown === this.#wanted;
  }

  want(/** @type {number} */ which) {
    this.#wanted = which;
    this.feed.want(which);
  }

  /** Say why there is no picture to be wanted yet. */
  say(/** @type {string} */ words) {
    this.#wanted = this.shown = this.image = null;
    this.feed.forget();
    this.root.replaceChildren(this.#words(words));
  }

  close() {
    this.feed.close();
  }

  #words(/** @type {string} */ words) {
    return element("div", { class: "waiting" }, words);
  }

  /**
   * @param {HTMLElement} node @param {HTMLImageElement | null} image @param {number | null} which
   */
  #show(node, image, which) {
    this.image = image;
    this.shown = which;
    this.root.replaceChildren(node);
    this.onShown();
  }
}

/** A picture of the server's, as the browser takes it. */
export function webp(/** @type {Uint8Array<ArrayBuffer>} */ bytes) {
  return new Blob([bytes], { type: "image/webp" });
}

/**
 * Let a picture element show bytes of the server, and let go of what it showed before.
 * @param {HTMLImageElement} image @param {Uint8Array<ArrayBuffer>} bytes
 */
export async function showWebp(image, bytes) {
  const before = image.src;
  image.src = URL.createObjectURL(webp(bytes));
  URL.revokeObjectURL(before);
  await image.decode().catch(() => {});
}
