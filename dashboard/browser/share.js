/** What a run can be saved as: a button for each form, and the file when it is pressed. */

import { question, runUrl, sentenceOf } from "./live.js";
import { saveBlob } from "./save.js";
import { Latest } from "./together.js";
import { element, mounter } from "./view.js";

const CSS = `
.root { font-family: var(--st-font); font-size: 0.875rem; color: var(--st-text-color);
  container-type: inline-size; }
ul { display: grid; grid-template-columns: 1fr; gap: 0.5rem 1.5rem; margin: 0; padding: 0;
  list-style: none; }
li { display: grid; grid-template-columns: 15rem 1fr; gap: 0.15rem 0.75rem; align-items: center; }
@container (min-width: 900px) { ul { grid-template-columns: 1fr 1fr; } }
@container (max-width: 480px) { li { grid-template-columns: 1fr; } }
button { display: flex; align-items: center; gap: 0.5rem; height: 2.25rem; padding: 0 0.75rem;
  font: inherit; color: inherit; background: transparent; cursor: pointer;
  border: 1px solid var(--st-widget-border-color, var(--st-border-color));
  border-radius: var(--st-button-radius, 0.5rem); }
button:enabled:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
button:disabled { opacity: 0.45; cursor: default; }
button[aria-busy="true"] { opacity: 1; border-color: var(--st-primary-color); }
:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
svg { flex: none; width: 1rem; height: 1rem; fill: none; stroke: currentColor; stroke-width: 1.6;
  stroke-linecap: round; stroke-linejoin: round; }
[aria-busy="true"] svg { animation: turn 1s linear infinite; }
@keyframes turn { to { rotate: 1turn; } }
.about { opacity: 0.78; line-height: 1.35; }
.about.problem { opacity: 1; color: var(--st-red-text-color); }
@media (prefers-reduced-motion: reduce) { [aria-busy="true"] svg { animation: none; } }
`;

const ARROW = "M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11";
const WHEEL = "M8 2.5a5.5 5.5 0 1 1-5.5 5.5";

/** The name that the server gave a file. */
function fileName(response) {
  const said = response.headers.get("Content-Disposition") ?? "";
  return /filename="([^"]+)"/.exec(said)?.[1] ?? "minimax";
}

/** One form: its button, and beside it what it is good for, or what is wrong. */
class Entry {
  #busy = false;
  #lack = "";

  constructor(name, url) {
    Object.assign(this, { name, url });
    this.icon = element("span", { "aria-hidden": "true", style: "display: contents" });
    this.label = element("span");
    this.button = element("button", { type: "button", class: name }, this.icon, this.label);
    this.button.onclick = () => this.#save();
    this.about = element("span", { class: "about", role: "status" });
    this.root = element("li", {}, this.button, this.about);
  }

  update({ label, about, is_slow: isSlow, lack }) {
    Object.assign(this, { words: about, isSlow });
    this.#lack = lack;
    this.label.textContent = label;
    if (!this.#busy && !this.about.classList.contains("problem")) this.#say(lack || about);
    this.#refresh();
  }

  #say(words, isProblem = false) {
    if (this.about.textContent !== words) this.about.textContent = words;
    this.about.classList.toggle("problem", isProblem);
  }

  #refresh() {
    this.button.disabled = this.#busy || this.#lack !== "";
    this.button.setAttribute("aria-busy", String(this.#busy));
    const path = `<path d="${this.#busy ? WHEEL : ARROW}"/>`;
    this.icon.innerHTML = `<svg viewBox="0 0 16 16">${path}</svg>`;
  }

  async #save() {
    this.#busy = true;
    this.#refresh();
    if (this.isSlow) this.#say("Being made. A long run takes up to a minute.");
    try {
      const response = await question(this.url);
      saveBlob(await response.blob(), fileName(response));
      this.#say(this.words);
    } catch (problem) {
      this.#say(sentenceOf(problem), true);
    }
    this.#busy = false;
    this.#refresh();
  }
}

class ShareView {
  #entries = new Map();

  constructor(root) {
    this.list = element("ul");
    const problem = element("p", { class: "about problem", role: "status" });
    root.append(this.list, problem);
    const complain = (sentence) => (problem.textContent = sentence);
    this.work = new Latest(root, () => this.#ask(), complain);
  }

  update({ data }) {
    this.data = data;
  }

  show({ header }) {
    if (!header) return;
    // What a run lacks comes with its first step, its first picture, or its end.
    this.work.want(`${header.state} ${header.step > 0} ${header.frames.length > 0}`);
  }

  close() {
    this.work.close();
  }

  async #ask() {
    this.#list(await (await question(this.#url("exports"))).json());
  }

  #list(exports) {
    for (const one of exports) {
      if (!this.#entries.has(one.name)) {
        const entry = new Entry(one.name, this.#url(`export/${one.name}`));
        this.#entries.set(one.name, entry);
        this.list.append(entry.root);
      }
      this.#entries.get(one.name).update(one);
    }
  }

  #url(what) {
    return runUrl(this.data.run_id, what);
  }
}

/** Show the forms; called by Streamlit for every change of data or theme. */
export const mount = mounter(ShareView, CSS);
