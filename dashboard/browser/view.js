/** What the live components share: one view per mounted place, and a helper to build elements. */

import { watch } from "./live.js";
import { guard, looks } from "./policy.js";
import { decode } from "./wire.js";

/** How every component looks; a view's own rules come after these. */
export const BASE_CSS = `
.root { font-family: var(--st-font); font-size: 0.875rem; color: var(--st-text-color); }
button { display: inline-flex; align-items: center; justify-content: center; height: 2rem;
  padding: 0 0.75rem; font: inherit; color: inherit; white-space: nowrap; background: transparent;
  cursor: pointer; border-radius: var(--st-button-radius, 0.5rem);
  border: 1px solid var(--st-widget-border-color, var(--st-border-color)); }
button:enabled:hover, button[aria-pressed="true"] { border-color: var(--st-primary-color);
  color: var(--st-primary-color); }
button:disabled { opacity: 0.45; cursor: default; }
:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
input { accent-color: var(--st-primary-color); }
figure { margin: 0; min-width: 0; }
b { font-weight: 600; }
.number { font-variant-numeric: tabular-nums; }
.problem { color: var(--st-orange-text-color); }
.locked { margin: 0.35rem 0; }
.locked:empty { display: none; }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
[hidden] { display: none !important; }
`;

/**
 * What Streamlit gives to a component.
 *
 * @template D
 * @typedef {object} Mounted
 * @property {D} data what the page says
 * @property {ParentNode} parentElement
 * @property {(name: string, value: unknown) => void} setTriggerValue
 */

/**
 * A view in its place. It is built once for each place and run; `update` is called with every
 * change of data or theme, `show` with every answer of the server about the run of its data (a view
 * without a `run_id` there asks by itself), `close` when it goes.
 *
 * @template D
 * @typedef {object} View
 * @property {(component: Mounted<D>) => void} update
 * @property {(news: import("./live.js").News) => void} [show]
 * @property {() => void} [close]
 */

/**
 * Create an element.
 * @template {keyof HTMLElementTagNameMap} T @param {T} tag
 * @param {Record<string, string>} attributes @param {...(Node | string)} children
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/**
 * A button with a word on it.
 * @param {string} control its id within the component
 * @param {string} word @param {() => void} act @param {Record<string, string>} attributes
 */
export function button(control, word, act, attributes = {}) {
  const made = element("button", { type: "button", "data-control": control, ...attributes }, word);
  made.onclick = act;
  return made;
}

/** Change a text, unless it is what it is to be: whoever reads it aloud is not disturbed. */
export function write(/** @type {Node} */ node, /** @type {string} */ text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * @template C
 * @typedef {C extends OffscreenCanvas ? OffscreenCanvasRenderingContext2D : CanvasRenderingContext2D} Pen
 */

/**
 * The 2D context of a canvas.
 * @template {HTMLCanvasElement | OffscreenCanvas} C @param {C} canvas
 */
export function penOf(canvas) {
  return /** @type {Pen<C>} */ (canvas.getContext("2d"));
}

/**
 * A view in its place on the page, following one run where its data name one.
 * @template {object} D
 */
class Place {
  #unwatch = () => {};
  #left = new AbortController();
  /** @type {import("./policy.js").Rule[]} */
  #rules = [];
  turn = 0;

  /**
   * @param {new (root: HTMLElement, component: Mounted<D>) => View<D>} View @param {string} css
   * @param {HTMLElement} root @param {Mounted<D>} component
   */
  constructor(View, css, root, component) {
    this.root = root;
    this.runId = runOf(component.data);
    this.looks = element("style");
    this.reason = element("p", { class: "locked", role: "status" });
    root.replaceChildren(element("style", {}, BASE_CSS + css), this.looks, this.reason);
    const tell = (/** @type {string} */ reason) => write(this.reason, reason);
    guard(root, () => this.#rules, tell, this.#left.signal);
    this.view = new View(root, component);
  }

  /** @param {Mounted<D>} component */
  update(component) {
    this.#rules = rulesOf(component.data);
    write(this.looks, looks(this.#rules));
    this.view.update(component);
    const before = this.#unwatch;
    if (this.runId === undefined) return;
    this.#unwatch = watch(this.runId, (news) => this.view.show?.(news), this.root);
    before();
  }

  close() {
    this.#left.abort();
    this.#unwatch();
    this.view.close?.();
    this.root.replaceChildren();
  }
}

/**
 * Build the `mount` function of a component from its view.
 * @template {object} D @param {new (root: HTMLElement, component: Mounted<D>) => View<D>} View
 * @param {string} css
 * @returns {(component: Mounted<D>) => () => void} mount, which returns its cleanup
 */
export function mounter(View, css) {
  /** @type {WeakMap<ParentNode, Place<D>>} */
  const places = new WeakMap();
  return function mount(component) {
    const given = { ...component, data: opened(component.data) };
    const { parentElement, data } = given;
    const root = /** @type {HTMLElement} */ (parentElement.querySelector(".root"));
    let place = places.get(parentElement);
    if (place?.root !== root || place.runId !== runOf(data)) {
      place?.close();
      place = new Place(View, css, root, given);
      places.set(parentElement, place);
    }
    const here = place;
    here.update(given);
    // Streamlit may call the cleanup of an overtaken mount late: only the last one counts.
    here.turn += 1;
    const { turn } = here;
    return () => {
      if (turn !== here.turn || places.get(parentElement) !== here) return;
      places.delete(parentElement);
      here.close();
    };
  };
}

/** What a page rules about the controls of a component. */
function rulesOf(/** @type {{policy?: import("./policy.js").Rule[]}} */ { policy }) {
  return policy ?? [];
}

/** The run that a component follows; a view without one asks by itself. */
function runOf(/** @type {{run_id?: string}} */ { run_id }) {
  return run_id;
}

/**
 * The data of a component: what holds arrays comes as a message, whose arrays stand among the rest.
 *
 * @template D
 * @param {D | Uint8Array} data
 * @returns {D}
 */
function opened(data) {
  if (!(data instanceof Uint8Array)) return data;
  const { header, arrays } = decode(data.slice().buffer);
  const values = [...arrays].map(([name, array]) => [name, array.values]);
  return { ...header, ...Object.fromEntries(values) };
}
