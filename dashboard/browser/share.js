/** What a run can be saved as: a button for each form, and the file when it is pressed. */

import { complainIn, Feed } from "./feed.js";
import { ask, HttpError, Lost, request, runUrl } from "./http.js";
import { ARROW, saveBlob } from "./save.js";
import { button, element, mounter, write } from "./view.js";

const CSS = `
.root { container-type: inline-size; }
ul { display: grid; grid-template-columns: 1fr; gap: 0.5rem 1.5rem; margin: 0; padding: 0;
  list-style: none; }
li { display: grid; grid-template-columns: 15rem 1fr; gap: 0.15rem 0.75rem; align-items: center; }
@container (min-width: 900px) { ul { grid-template-columns: 1fr 1fr; } }
@container (max-width: 480px) { li { grid-template-columns: 1fr; } }
button { justify-content: start; gap: 0.5rem; height: 2.25rem; }
button[aria-busy="true"] { opacity: 1; border-color: var(--st-primary-color); }
svg { flex: none; width: 1rem; height: 1rem; fill: none; stroke: currentColor; stroke-width: 1.6;
  stroke-linecap: round; stroke-linejoin: round; }
[aria-busy="true"] svg { animation: turn 1s linear infinite; }
@keyframes turn { to { rotate: 1turn; } }
.about { opacity: 0.78; line-height: 1.35; }
.about.problem { opacity: 1; color: var(--st-red-text-color); }
@media (prefers-reduced-motion: reduce) { [aria-busy="true"] svg { animation: none; } }
`;

const WHEEL = "M8 2.5a5.5 5.5 0 1 1-5.5 5.5";

/**
 * @typedef {{name: string, label: string, about: string, is_slow: boolean, lack: string}} Form that a
 *   run can be saved as, and what the run lacks for it now
 * @typedef {{run_id: string}} Data
 */

/** The name that the server gave a file. */
function fileName(/** @type {Response} */ response) {
  const disposition = response.headers.get("Content-Disposition") ?? "";
  return /filename="([^"]+)"/.exec(disposition)?.[1] ?? "minimax";
}

/** One form: its button, and beside it what it is good for, or what is wrong. */
class Entry {
  #isBusy = false;

  /** @param {Form} form @param {string} url */
  constructor(form, url) {
    this.form = form;
    this.url = url;
    this.icon = element("span", { "aria-hidden": "true", style: "display: contents" });
    this.button = button(form.name, "", () => this.#save(), { class: form.name });
    this.button.append(this.icon, element("span", {}, form.label));
    this.about = element("span", { class: "about", role: "status" });
    this.root = element("li", {}, this.button, this.about);
  }

  update(/** @type {Form} */ form) {
    this.form = form;
    const isTold = this.#isBusy || this.about.classList.contains("problem");
    if (!isTold) this.#say(form.lack || form.about);
    this.#refresh();
  }

  /** @param {string} words */
  #say(words, isProblem = false) {
    write(this.about, words);
    this.about.classList.toggle("problem", isProblem);
  }

  #refresh() {
    this.button.disabled = this.#isBusy || this.form.lack !== "";
    this.button.setAttribute("aria-busy", String(this.#isBusy));
    const path = `<path d="${this.#isBusy ? WHEEL : ARROW}"/>`;
    this.icon.innerHTML = `<svg viewBox="0 0 16 16">${path}</svg>`;
  }

  async #save() {
    this.#isBusy = true;
    this.#refresh();
    if (this.form.is_slow) this.#say("Being made. A long run takes up to a minute.");
    try {
      const response = await request(this.url);
      saveBlob(await response.blob(), fileName(response));
      this.#say(this.form.about);
    } catch (problem) {
      // A file may break off as well.
      this.#say((problem instanceof HttpError ? problem : new Lost()).message, true);
    }
    this.#isBusy = false;
    this.#refresh();
  }
}

class ShareView {
  /** @type {Map<string, Entry>} */
  #entries = new Map();

  /** @param {HTMLElement} root @param {import("./view.js").Mounted<Data>} component */
  constructor(root, { data }) {
    this.runId = data.run_id;
    this.list = element("ul");
    const problem = element("p", { class: "about problem", role: "status" });
    root.append(this.list, problem);
    const question = async (/** @type {AbortSignal} */ signal) => {
      this.#list((await ask(runUrl(this.runId, "exports"), { signal })).header);
    };
    this.feed = new Feed(root, question, { tell: complainIn(problem) });
  }

  update() {}

  /** @param {import("./live.js").News} news */
  show({ header }) {
    if (!header) return;
    // What a run lacks comes with its first step, its first picture, or its end.
    this.feed.want(`${header.state} ${header.step > 0} ${header.frames.length > 0}`);
  }

  close() {
    this.feed.close();
  }

  #list(/** @type {Form[]} */ forms) {
    for (const form of forms) {
      let entry = this.#entries.get(form.name);
      if (!entry) {
        entry = new Entry(form, runUrl(this.runId, `export/${form.name}`));
        this.#entries.set(form.name, entry);
        this.list.append(entry.root);
      }
      entry.update(form);
    }
  }
}

/** Show the forms; called by Streamlit for every change of data or theme. */
export const mount = mounter(ShareView, CSS);
