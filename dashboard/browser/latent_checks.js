/** What can be asked of a sample: is it new, and what does truncation cost? Asked when unfolded. */

import { complainIn, Feed } from "./feed.js";
import { ask, runUrl } from "./http.js";
import { afterSteps, fetchLatent, vectors } from "./latent_http.js";
import { showWebp } from "./pictures.js";
import { element } from "./view.js";

/** Dear questions take turns. */
const PATIENCE_MS = 60000;

export const CSS = `
.checks { display: grid; gap: 0.5rem; grid-column: 1 / -1; }
.checks summary { width: fit-content; cursor: pointer; font-weight: 600; }
.checks p { margin: 0.35rem 0; max-width: 60rem; }
.neighbours { position: relative; max-width: 40rem; }
.neighbours img { display: block; width: 100%; image-rendering: pixelated; border-radius: 0.3rem; }
.bars { display: grid; grid-template-columns: 6rem minmax(8rem, 24rem) 1fr; gap: 0.35rem 0.75rem;
  align-items: center; }
.bar { position: relative; height: 0.9rem; border-radius: 0.2rem;
  background: var(--st-secondary-background-color); }
.bar i { position: absolute; inset: 0 auto 0 0; border-radius: inherit; }
.bar b { position: absolute; top: -0.2rem; bottom: -0.2rem; width: 2px;
  background: var(--st-text-color); }
`;

const COPY = 0.35;
const NEW = 0.75;
const FAR = 1.4;

function judgement(/** @type {number} */ ratio) {
  if (ratio < COPY) return "close to a copy";
  if (ratio < NEW) return "nearer than training pictures are to each other";
  return ratio < FAR ? "as new as any picture" : "unlike any of them";
}

/** @param {{space: string, ratios: number[], among: number}} nearest */
function sentence({ space, ratios, among }) {
  const nearest = ratios[0].toFixed(2);
  return (
    `In ${space}: the nearest of ${among.toLocaleString("en")} training pictures lies at ` +
    `${nearest} times the distance that is usual between them: ${judgement(ratios[0])}.`
  );
}

/**
 * @typedef {import("./latent.js").RunInfo} RunInfo
 *
 * @typedef {object} Sample what is shown now
 * @property {Float32Array} z
 * @property {Omit<import("./latent_http.js").LatentQuery, "step">} query what the generator is given besides
 * @property {number} psi
 * @property {number} newest the newest step
 */

export class Checks {
  /** @type {Sample | null} */
  #sample = null;
  /** @type {HTMLImageElement | null} */
  #image = null;

  /** @param {RunInfo & {label: null}} about */
  constructor(about) {
    this.about = about;
    this.problem = element("div", { class: "problem", role: "status" });
    this.copies = this.#part("New, or remembered?", (signal) => this.#compare(signal));
    this.trade = this.#part("What truncation costs", (signal) => this.#weigh(signal));
    this.root = element("div", { class: "checks" }, this.copies.root, this.trade.root);
    this.root.append(this.problem);
  }

  /** @param {string} title @param {(signal: AbortSignal) => Promise<void>} ask */
  #part(title, ask) {
    const body = element("div");
    const root = element(
      "details",
      { "data-control": "checks" },
      element("summary", {}, title),
      body,
    );
    const pace = { tell: complainIn(this.problem), patience: PATIENCE_MS };
    const feed = new Feed(() => root.isConnected && root.open, ask, pace);
    root.ontoggle = () => this.#refresh();
    return { root, body, feed };
  }

  /** Take what is shown now; asked about once nothing moves. */
  update(/** @type {Sample} */ sample) {
    this.#sample = sample;
    this.#refresh();
  }

  close() {
    this.copies.feed.close();
    this.trade.feed.close();
  }

  #refresh() {
    if (!this.#sample) return;
    const { newest, z, query, psi } = this.#sample;
    this.copies.feed.want(JSON.stringify([newest, Array.from(z), query]));
    this.trade.feed.want(JSON.stringify([newest, psi]));
  }

  async #compare(/** @type {AbortSignal} */ signal) {
    if (!this.#sample) return;
    const { z, query } = this.#sample;
    if (!this.#image) this.copies.body.textContent = "Looking through the training pictures.";
    const message = await fetchLatent(
      this.about,
      "nearest",
      { z: vectors(z) },
      { signal, ...query },
    );
    this.#image ??= element("img");
    const lines = message.header.spaces.map((/** @type {Parameters<typeof sentence>[0]} */ one) =>
      element("p", {}, sentence(one)),
    );
    const rows = "First row: nearest in pixels. Second row: in features.";
    const explained = element("p", {}, `${afterSteps({ Sample: message.header.step })} ${rows}`);
    const strip = element("div", { class: "neighbours" }, this.#image);
    this.copies.body.replaceChildren(...lines, strip, explained);
    this.#image.alt = "Training pictures that are nearest to the sample, the nearest first.";
    await showWebp(this.#image, message.bytes("webp"));
  }

  async #weigh(/** @type {AbortSignal} */ signal) {
    if (!this.#sample) return;
    const { psi } = this.#sample;
    const { run_id, classes, colours } = this.about;
    const { header: found } = await ask(runUrl(run_id, `spread?psi=${psi}`), { signal });
    /** @type {[string, number, number, string][]} */
    const shares = [
      ["Precision", found.precision, found.precision_floor, "fakes that look like some real"],
      ["Recall", found.recall, found.recall_floor, "reals that some fake looks like"],
    ];
    const rows = shares.flatMap(([name, share, floor, words]) => {
      const fill = element("i", { style: `width:${100 * share}%;background:${colours.fake}` });
      const bar = element("div", { class: "bar" }, fill);
      bar.append(element("b", { style: `left:${100 * floor}%` }));
      const number = `${share.toFixed(2)}: ${words} (reals get ${floor.toFixed(2)})`;
      return [element("span", {}, name), bar, element("span", { class: "number" }, number)];
    });
    const inTurn = classes.length ? ` (its ${classes.length} kinds in turn)` : "";
    const explained =
      `${afterSteps({ Fakes: found.step })} ψ ${psi.toFixed(2)}, ${found.n} fakes${inTurn} and as ` +
      `many reals, ${found.features}, five neighbours; the line is what other reals get. A ` +
      "smaller ψ usually gives cleaner samples, and fewer kinds of them.";
    const bars = element("div", { class: "bars" }, ...rows);
    this.trade.body.replaceChildren(bars, element("p", {}, explained));
  }
}
