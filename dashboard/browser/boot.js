/** What Streamlit mounts for a component: it fetches our scripts, and lets them show it. */

const NAME = "__NAME__";
// Every page lies beside our routes, whatever a proxy puts before both.
const FOLDER = "__FOLDER__";

/** @param {import("./view.js").Mounted<object>} component */
export default function mount(component) {
  const address = new URL(`${FOLDER}/modules.js`, document.baseURI).href;
  const fail = () => {
    const root = /** @type {HTMLElement} */ (component.parentElement.querySelector(".root"));
    root.setAttribute("role", "alert");
    root.style.cssText = "padding: 0.5rem 1rem; border-left: 0.3rem solid var(--st-red-color)";
    root.textContent =
      `A part of this page is missing: ${address} did not come. Reload the page. If it stays ` +
      "away, look whether a proxy before the server passes all paths on, and the server's log.";
    return () => {};
  };
  const mounted = import(address).then((modules) => modules[NAME].mount(component), fail);
  return () => mounted.then((cleanup) => cleanup());
}
