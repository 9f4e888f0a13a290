/** The legend of the plane: a sentence whose words switch what is shown, and a scale of colours. */

import { beliefOpacity, shareOpacity } from "./layers.js";
import { button, element } from "./view.js";

export const CSS = `
.legend { margin: 0; line-height: 1.6; text-wrap: pretty; }
.legend button { display: inline; height: auto; padding: 0; font-weight: 500; border: 0;
  white-space: normal; text-decoration: underline 2px; text-underline-offset: 3px; }
.legend button[aria-pressed="true"], .legend button[aria-pressed="true"]:hover {
  color: color-mix(in srgb, var(--role) 78%, var(--st-text-color)); }
.legend button[aria-pressed="false"] { opacity: 0.62; text-decoration: underline dotted 1px; }
.legend button:hover { opacity: 1; }
.legend button[aria-pressed="false"]:hover { color: inherit; }
.key { position: absolute; right: 0.4rem; bottom: 0.4rem; padding: 0.2rem 0.5rem 0.15rem;
  font-size: 0.75rem; line-height: 1.3; border-radius: 0.35rem; pointer-events: none;
  background: color-mix(in srgb, var(--st-background-color) 84%, transparent); }
.key .bar { min-width: 8rem; height: 0.5rem; margin: 0.1rem 0; border-radius: 0.15rem; }
.key .ticks { display: flex; justify-content: space-between; gap: 0.5rem; }
.note { margin: 0; opacity: 0.72; }
.note:empty { display: none; }
`;

const MEMORY = "minimax-plane-layers";
const FIRST_CHOICE = ["real", "fake", "map", "forces"];
/** Backgrounds: at most one of them is on. */
const BACKGROUNDS = ["map", "optimal", "difference", "gradient"];

/**
 * What the page says of the run: colours of the roles, numbers in a latent vector, how many samples D
 * classifies together, and how it is read.
 *
 * @typedef {object} Data
 * @property {Record<string, string>} colours
 * @property {number} latent_dim
 * @property {number} pack
 * @property {Reading} reading
 *
 * @typedef {import("./plane_snapshot.js").Reading} Reading
 * @typedef {[before: string, layer: string, word: string, role: string,
 *   explain: (reading: Reading, latentDim: number) => string]} Word
 */

/**
 * What the words switch; those about D itself are explained by the loss that is played.
 *
 * @type {Word[]}
 */
const WORDS = [
  ["Showing ", "real", "● real samples", "real", () => "Real samples x, drawn from the data."],
  [" and ", "fake", "◆ fake samples", "fake", () => "Fake samples G(z): noise z after G."],
  [", ", "map", "what D says", "discriminator", ({ meaning }) => meaning],
  [", ", "optimal", "the best D possible", "discriminator", ({ best }) => best],
  [", ", "difference", "where they differ", "discriminator", ({ gap }) => gap],
  [", ", "forces", "the push on each fake", "generator", explainForces],
  [", ", "gradient", "the gradient norm of D", "discriminator", explainSlope],
  [", ", "warp", "noise bent by G", "generator", explainWarp],
];

function explainForces() {
  return "−∂L/∂x of G's loss L at each fake x: the way it has to go to look more real.";
}

function explainSlope() {
  return "|∇l(x)|, the length of the gradient of D's logit; the line is where it is 1.";
}

/**
 * Only where the lattice is all of the noise is there a density that it brings along.
 *
 * @type {Word[4]}
 */
function explainWarp(_, latentDim) {
  const lattice = "A square lattice of noise z after G";
  if (latentDim !== 2) return `${lattice}.`;
  return `${lattice}; filled with the log density it brings, log p(z) − log |det ∂G/∂z|.`;
}

/** @typedef {{title: string, ticks: (reading: Reading) => string[], roles: string[]}} Scale */

const LOGITS = { ticks: (/** @type {Reading} */ { ticks }) => ticks, roles: ["fake", "real"] };
const MEASURED = { roles: ["discriminator"] };
/** @type {Record<string, Scale>} */
const SCALES = {
  map: { title: "D says", ...LOGITS },
  optimal: { title: "best D", ...LOGITS },
  difference: { title: "D against the best D", ticks: differences, ...MEASURED },
  gradient: { title: "gradient norm of D", ticks: () => ["0", "1", "∞"], ...MEASURED },
};

/** None, half the scale on which the loss has D, and all of it. */
function differences(/** @type {Reading} */ { ends }) {
  const most = ends ? ends[1] - ends[0] : 1;
  return ["0", most === 1 ? "1/2" : String(most / 2), String(most)];
}

/** Parts of a scale's bar, between which its colour runs straight. */
const STOPS = 16;

/** @returns {string[]} */
function remembered() {
  try {
    const names = JSON.parse(sessionStorage.getItem(MEMORY) ?? "null");
    return Array.isArray(names) ? names : FIRST_CHOICE;
  } catch {
    // Not readable, or not allowed to be.
    return FIRST_CHOICE;
  }
}

function remember(/** @type {Set<string>} */ names) {
  try {
    sessionStorage.setItem(MEMORY, JSON.stringify([...names]));
  } catch {
    // The choice then lasts as long as the page.
  }
}

export class Legend {
  /** @type {Map<string, HTMLButtonElement>} */
  #buttons = new Map();
  #built = "";
  /** Names of the layers that are on. */
  chosen;

  /**
   * @param {Data} data @param {() => void} onChange called after every choice
   * @param {string[]} begin names of the layers that are on at first
   */
  constructor(data, onChange, begin = remembered()) {
    this.chosen = new Set(begin);
    this.data = data;
    this.onChange = onChange;
    this.sentence = element("p", { class: "legend" });
    this.note = element("p", { class: "note" });
    this.key = element("div", { class: "key", "aria-hidden": "true" });
  }

  /** Follow the component's data; the game on screen may be older than a change of the loss. */
  update(/** @type {Data} */ data) {
    this.data = data;
    const built = JSON.stringify([data.reading, data.colours, data.latent_dim]);
    if (built !== this.#built) this.#build();
    this.#built = built;
    this.#refresh();
  }

  #build() {
    const { reading, latent_dim: latentDim, colours } = this.data;
    this.#buttons.clear();
    const parts = WORDS.flatMap(([before, layer, word, role, explain]) => {
      const title = explain(reading, latentDim);
      // What cannot be explained under this loss cannot be shown.
      if (!title) return [];
      const attributes = { "data-layer": layer, title };
      const made = button(`layer.${layer}`, word, () => this.#toggle(layer), attributes);
      made.style.setProperty("--role", colours[role]);
      this.#buttons.set(layer, made);
      return [before, made];
    });
    this.sentence.replaceChildren(...parts, ".");
    for (const name of this.chosen) if (!this.#buttons.has(name)) this.chosen.delete(name);
  }

  #toggle(/** @type {string} */ name) {
    const wasOn = this.chosen.has(name);
    if (BACKGROUNDS.includes(name)) for (const other of BACKGROUNDS) this.chosen.delete(other);
    if (wasOn) this.chosen.delete(name);
    else this.chosen.add(name);
    remember(this.chosen);
    this.#refresh();
    this.onChange();
  }

  #refresh() {
    for (const [name, one] of this.#buttons) {
      one.setAttribute("aria-pressed", String(this.chosen.has(name)));
    }
    this.note.textContent = this.#notes().join(" ");
    this.#showScale(BACKGROUNDS.find((name) => this.chosen.has(name)));
  }

  #notes() {
    const { latent_dim: latentDim, pack } = this.data;
    const isSlice = this.chosen.has("warp") && latentDim > 2;
    const isPacked = pack > 1 && BACKGROUNDS.some((name) => this.chosen.has(name));
    return [
      isSlice && `The lattice is a slice of the noise: its first two of ${latentDim} numbers.`,
      isPacked && `D classifies packs of ${pack}: here each of as many copies of one place.`,
    ].filter(Boolean);
  }

  /** Show the scale of one background; none for undefined. */
  #showScale(/** @type {string | undefined} */ background) {
    this.key.hidden = !background;
    if (!background) return;
    const { title, ticks, roles } = SCALES[background];
    const opacity = roles.length === 2 ? beliefOpacity : shareOpacity;
    const stops = Array.from({ length: STOPS + 1 }, (_, i) => {
      const role = roles[Math.floor((i * roles.length) / (STOPS + 1))];
      const percent = 100 * opacity(i / STOPS);
      return `color-mix(in srgb, ${this.data.colours[role]} ${percent}%, transparent)`;
    });
    const bar = element("div", { class: "bar" });
    bar.style.background = `linear-gradient(to right, ${stops.join()})`;
    const labels = ticks(this.data.reading).map((tick) => element("span", {}, tick));
    this.key.replaceChildren(title, bar, element("div", { class: "ticks" }, ...labels));
  }
}
