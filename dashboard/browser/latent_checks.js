/** What can be asked of a sample: is it new, and what does truncation cost? Asked when unfolded. */

import { afterSteps, askLatent, showBlob } from "./latent_ask.js";
import { unpack } from "./latent_asker.js";
import { question, runUrl } from "./live.js";
import { Latest } from "./together.js";
import { element } from "./view.js";

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

function judgement(ratio) {
  if (ratio < COPY) return "close to a copy";
  if (ratio < NEW) return "nearer than training pictures are to each other";
  return ratio < FAR ? "as new as any picture" : "unlike any of them";
}

function told({ space, ratios, among }) {
  const nearest = ratios[0].toFixed(2);
  return (
    `In ${space}: the nearest of ${among.toLocaleString("en")} training pictures lies at ` +
    `${nearest} times the distance that is usual between them: ${judgement(ratios[0])}.`
  );
}

export class Checks {
  constructor() {
    this.problem = element("div", { class: "problem", role: "status" });
    this.copies = this.#part("New, or remembered?", () => this.#compare());
    this.trade = this.#part("What truncation costs", () => this.#weigh());
    this.root = element("div", { class: "checks" }, this.copies.root, this.trade.root);
    this.root.append(this.problem);
  }

  #part(title, work) {
    const body = element("div");
    const root = element("details", {}, element("summary", {}, title), body);
    const latest = new Latest(root, work, (sentence) => (this.problem.textContent = sentence));
    root.ontoggle = () => this.#refresh();
    return { root, body, latest };
  }

  /** Take what is shown now; asked about once nothing moves. */
  update(data, z, psi, newest) {
    Object.assign(this, { data, z, psi, newest });
    this.#refresh();
  }

  close() {
    for (const { latest } of [this.copies, this.trade]) latest.close();
  }

  #refresh() {
    const { chosen, condition, psi } = this.data;
    if (this.copies.root.open) {
      const asked = [this.newest, Array.from(this.z), condition, chosen, psi];
      this.copies.latest.want(JSON.stringify(asked));
    }
    if (this.trade.root.open) {
      this.trade.latest.want(JSON.stringify([this.newest, this.psi]));
    }
  }

  async #compare() {
    if (!this.image) this.copies.body.textContent = "Looking through the training pictures.";
    const response = await askLatent(this.data, "nearest", this.z);
    const { header, body } = unpack(await response.arrayBuffer());
    this.image ??= element("img");
    const lines = header.spaces.map((one) => element("p", {}, told(one)));
    const rows = "First row: nearest in pixels. Second row: in features.";
    const explained = element("p", {}, `${afterSteps({ Sample: header.step })} ${rows}`);
    const strip = element("div", { class: "neighbours" }, this.image);
    this.copies.body.replaceChildren(...lines, strip, explained);
    this.image.alt = "Training pictures that are nearest to the sample, the nearest first.";
    await showBlob(this.image, new Blob([body], { type: "image/webp" }));
  }

  async #weigh() {
    const { run_id, classes, colours } = this.data;
    const url = runUrl(run_id, `spread?psi=${this.psi}`);
    const found = await (await question(url)).json();
    const rows = [
      ["Precision", found.precision, found.precision_floor, "fakes that look like some real"],
      ["Recall", found.recall, found.recall_floor, "reals that some fake looks like"],
    ].flatMap(([name, share, floor, words]) => {
      const bar = element("div", { class: "bar" }, element("i"), element("b"));
      bar.firstChild.style.cssText = `width:${100 * share}%;background:${colours.fake}`;
      bar.lastChild.style.left = `${100 * floor}%`;
      const number = `${share.toFixed(2)}: ${words} (reals get ${floor.toFixed(2)})`;
      return [element("span", {}, name), bar, element("span", { class: "number" }, number)];
    });
    const inTurn = classes.length ? ` (its ${classes.length} kinds in turn)` : "";
    const explained =
      `${afterSteps({ Fakes: found.step })} ψ ${this.psi.toFixed(2)}, ${found.n} fakes${inTurn} and as many reals, ${found.features}, ` +
      "five neighbours; the line is what other reals get. A smaller ψ usually gives cleaner samples, " +
      "and fewer kinds of them.";
    const bars = element("div", { class: "bars" }, ...rows);
    this.trade.body.replaceChildren(bars, element("p", {}, explained));
  }
}
