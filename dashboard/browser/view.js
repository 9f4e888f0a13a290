/** What the live components share: one view per mounted place, and a helper to build elements. */

import { watch } from "./live.js";

/**
 * Create an element.
 *
 * @param {string} tag
 * @param {Object<string, string>} attributes
 * @param {...(Node|string)} children
 * @returns {HTMLElement}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A view in its place on the page, following one run where its data name one. */
class Place {
  #unwatch = () => {};
  turn = 0;

  constructor(View, css, root, runId) {
    this.root = root;
    this.runId = runId;
    root.replaceChildren(element("style", {}, css));
    this.view = new View(root);
  }

  update(component) {
    this.view.update(component);
    const before = this.#unwatch;
    if (this.runId === undefined) return;
    this.#unwatch = watch(this.runId, (news) => this.view.show(news), this.root);
    before();
  }

  close() {
    this.#unwatch();
    this.view.close?.();
    this.root.replaceChildren();
  }
}

/**
 * Build the `mount` function of a component from its view.
 *
 * A view is built once for each place and run. It has `update(component)`, called with every
 * change of data or theme, `show(news)`, called with every answer of the server about the run of
 * its data (a view without a `run_id` there asks by itself), and, where it has something to end,
 * `close()`.
 *
 * @param {new (root: HTMLElement) => object} View
 * @param {string} css
 * @returns {(component: object) => () => void} mount, which returns its cleanup
 */
export function mounter(View, css) {
  const places = new WeakMap();
  return function mount(component) {
    const { parentElement, data } = component;
    const root = parentElement.querySelector(".root");
    let place = places.get(parentElement);
    if (place?.root !== root || place.runId !== data.run_id) {
      place?.close();
      place = new Place(View, css, root, data.run_id);
      places.set(parentElement, place);
    }
    place.update(component);
    // Streamlit may call the cleanup of an overtaken mount late: only the last one counts.
    const turn = (place.turn += 1);
    return () => {
      if (turn !== place.turn || places.get(parentElement) !== place) return;
      places.delete(parentElement);
      place.close();
    };
  };
}
