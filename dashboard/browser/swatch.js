/** The line of a run as a small picture: its colour, and its dashes where it has some. */

import { element } from "./view.js";

/**
 * How a run is named and drawn where several are compared.
 *
 * @typedef {object} Look
 * @property {string} run_id
 * @property {string} title
 * @property {string} label
 * @property {string} colour
 * @property {string} dash
 * @property {[title: string, name: string, value: string][]} differs settings that set it apart
 */

/** @type {Record<string, string>} */
const DASHES = { solid: "", dash: "6 3", dot: "2 3", dashdot: "6 3 2 3" };

export const CSS = `
.swatch svg { display: block; width: 26px; height: 10px; }
`;

export function swatch(/** @type {Look} */ { colour, dash }) {
  const holder = element("span", { class: "swatch" });
  const line = `<line x1="1" y1="5" x2="25" y2="5" stroke="${colour}" stroke-width="3"`;
  const drawing = `${line} stroke-dasharray="${DASHES[dash]}"/>`;
  holder.innerHTML = `<svg viewBox="0 0 26 10" aria-hidden="true">${drawing}</svg>`;
  return holder;
}
