/** The verdict on a run in words, on a coloured strip with a drawing. */

import { element, write } from "./view.js";

export const CSS = `
.verdict { display: flex; align-items: center; gap: 0.75rem; min-height: 2.7em; line-height: 1.35;
  margin-bottom: 0.75rem; padding: 0.35rem 0.75rem; font-size: 0.9375rem; font-weight: 500;
  border-left: 0.3rem solid var(--verdict-text); border-radius: var(--st-base-radius, 0.5rem);
  color: var(--verdict-text); background: var(--verdict-background); }
.verdict svg { flex: none; width: 1.5rem; height: 1.5rem; fill: none; stroke: currentColor;
  stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
.verdict .sentence { flex: 1; text-wrap: pretty; overflow-wrap: anywhere; }
`;

/** @typedef {{state: string, sentence: string, advice?: string}} Words with what to try, if any */

/**
 * How each state looks: a colour of the theme, and a drawing on 20 by 20.
 *
 * @type {Record<string, [string, string]>}
 */
const STATES = {
  balanced: ["green", "M10 3v14M6.5 17h7M3 6h14M3 6 1 11.5h4zM17 6l-2 5.5h4z"],
  d_winning: ["blue", "M10 3v14M6.5 17h7M3 8l14-4M3 8 1 13.5h4zM17 4l-2 5.5h4z"],
  d_lagging: ["orange", "M10 3v14M6.5 17h7M3 4l14 4M3 4 1 9.5h4zM17 8l-2 5.5h4z"],
  collapsing: ["orange", "M10 3l8 14H2zM10 8v4.5M10 14.8v.01"],
  diverging: ["red", "M8 8 3 3m0 4V3h4M12 12l5 5m0-4v4h-4M12 8l5-5m-4 0h4v4M8 12l-5 5m0-4v4h4"],
  vanishing: ["orange", "M3 4v13h14M5 5c1 7.5 4 9.5 12 10"],
  saturated: ["orange", "M2 16h5c4 0 2-12 6-12h5"],
  memorising: ["orange", "M3 3h10v10H3zM7 13v4h10V7h-4"],
  searching: ["gray", "M8.5 3a5.5 5.5 0 1 0 0 11a5.5 5.5 0 0 0 0-11M12.5 12.5 18 18"],
  solved: ["green", "M3 11l4.5 4.5L17 5"],
};
/** @type {[string, string]} */
const OTHERWISE = ["gray", "M10 2.5a7.5 7.5 0 1 0 0 15a7.5 7.5 0 0 0 0-15M10 9.5V14M10 6.3v.01"];

/** The verdict. Its sentence changes with every metric, so only a new state is read aloud. */
export class Verdict {
  #state = "";

  constructor() {
    this.icon = element("span", { "aria-hidden": "true", style: "display: contents" });
    this.sentence = element("span", { class: "sentence" });
    this.spoken = element("span", { class: "spoken", role: "status" });
    this.root = element("div", { class: "verdict" }, this.icon, this.sentence);
  }

  /** @param {Words} words */
  show({ state, sentence, advice }) {
    write(this.sentence, advice ? `${sentence} Try ${advice}.` : sentence);
    if (state === this.#state) return;
    this.#state = state;
    const [colour, path] = STATES[state] ?? OTHERWISE;
    this.root.dataset.state = state;
    this.root.style.setProperty("--verdict-text", `var(--st-${colour}-text-color)`);
    this.root.style.setProperty("--verdict-background", `var(--st-${colour}-background-color)`);
    this.icon.innerHTML = `<svg viewBox="0 0 20 20"><path d="${path}"/></svg>`;
    write(this.spoken, sentence);
  }
}
