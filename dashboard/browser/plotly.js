/** Plotly, which comes from its own wheel: loaded once for the page, and at home in shadow roots. */

import { element } from "./view.js";

const MISSING =
  "The charts cannot be drawn: plotly.min.js did not come from the server. It is asked for again.";

/**
 * What of Plotly is used here.
 *
 * @typedef {object} Plotly
 * @property {(plot: HTMLElement, traces: object[], plan: object) => void} react
 * @property {(plot: HTMLElement, traces: object[], plan: object, settings: object) => void} newPlot
 * @property {(plot: HTMLElement) => void} purge
 * @property {(figure: object, options: object) => void} downloadImage
 * @property {{camera: object, disk: object}} Icons
 *
 * @typedef {HTMLElement & {layout?: {yaxis: {autorange: boolean}},
 *   on?: (event: string, act: (change: Record<string, number | boolean>) => void) => void}} Plot
 */

/** @returns {Plotly | null} null before it has come */
export function loaded() {
  return Reflect.get(window, "Plotly") ?? null;
}

/** @type {Promise<Plotly | null> | null} */
let loading = null;
/** @type {CSSStyleSheet | null} */
let sheet = null;

/**
 * Load Plotly, once for the page.
 *
 * @param {HTMLElement} charts where it is said that it did not come
 * @returns {Promise<Plotly | null>} null when it cannot be fetched: the next call tries anew
 */
export async function loadPlotly(charts) {
  loading ??= new Promise((resolve) => {
    const script = element("script", { src: new URL("plotly.min.js", import.meta.url).href });
    script.onload = () => resolve(loaded());
    script.onerror = () => {
      loading = null;
      script.remove();
      resolve(null);
    };
    document.head.append(script);
  });
  const Plotly = await loading;
  const notice = charts.querySelector(":scope > .missing");
  if (Plotly) notice?.remove();
  else if (!notice) charts.append(element("p", { class: "missing", role: "alert" }, MISSING));
  return Plotly;
}

/**
 * Make Plotly work inside a shadow root, which it does not know.
 *
 * Its style rules stand in the document's head, where a shadow root does not see them. And it
 * looks at an event's target again after the event is over, when a shadow root has hidden it.
 *
 * @param {HTMLElement} root the element that holds the plots
 */
export function houseInShadow(root) {
  const home = root.getRootNode();
  if (!(home instanceof ShadowRoot)) return;
  sheet ??= copyPlotlyStyles();
  if (!home.adoptedStyleSheets.includes(sheet)) home.adoptedStyleSheets.push(sheet);
  root.addEventListener("mousemove", keepTarget, { capture: true });
}

function copyPlotlyStyles() {
  const copy = new CSSStyleSheet();
  const made = /** @type {HTMLStyleElement} */ (document.getElementById("plotly.js-style-global"));
  for (const rule of made.sheet?.cssRules ?? [])
    copy.insertRule(rule.cssText, copy.cssRules.length);
  return copy;
}

function keepTarget(/** @type {Event} */ event) {
  Object.defineProperty(event, "target", { value: event.target });
}
