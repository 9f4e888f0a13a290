/** A word of the glossary: pointed at, touched or reached by the keyboard, it says what it means. */

import { ask, routeUrl } from "./http.js";
import { element } from "./view.js";

const APART_PX = 4;
/** A stored run may have metrics that another version measured. */
const UNKNOWN = { sentence: "This version has no entry for it.", formula: "", source: "" };

export const CSS = `
.term { all: unset; cursor: help; text-decoration: underline dotted; text-underline-offset: 0.2em; }
.term:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.meaning { position: fixed; inset: auto; margin: 0; max-width: min(22rem, 92vw);
  padding: 0.6rem 0.75rem; border: 1px solid var(--st-border-color); border-radius: 0.5rem;
  text-align: start; white-space: normal; font-weight: 400; font-size: 0.8125rem; line-height: 1.4;
  color: var(--st-text-color); background: var(--st-background-color);
  box-shadow: 0 4px 16px rgb(0 0 0 / 0.25); }
.meaning:not(:popover-open) { display: none; }
.meaning p { margin: 0 0 0.25rem; }
.meaning code { font-family: var(--st-code-font, monospace); overflow-wrap: anywhere; }
.meaning small { opacity: 0.8; }
`;

/**
 * @typedef {{sentence: string, formula: string, source: string}} Entry dashboard/glossary.py
 *
 * @type {Promise<Record<string, Entry>> | undefined}
 */
let entries;
let count = 0;

/** Every entry by its name, asked for once by all words of a page. */
async function glossary() {
  entries ??= ask(routeUrl("glossary")).then(({ header }) => header);
  try {
    return await entries;
  } catch (problem) {
    entries = undefined;
    throw problem;
  }
}

/** What is said of an entry. @param {Entry} entry @param {string} note */
function content({ sentence, formula, source }, note) {
  const parts = [sentence, note].filter(Boolean).map((text) => element("p", {}, text));
  if (formula) parts.push(element("p", {}, element("code", {}, formula)));
  if (source) parts.push(element("p", {}, element("small", {}, source)));
  return parts;
}

/**
 * Put what is said beside its word, within the window.
 * @param {HTMLElement} word @param {HTMLElement} meaning
 */
function settle(word, meaning) {
  const at = word.getBoundingClientRect();
  const { width, height } = meaning.getBoundingClientRect();
  const left = Math.max(APART_PX, Math.min(at.left, innerWidth - width - APART_PX));
  const below = at.bottom + APART_PX;
  const above = Math.max(APART_PX, at.top - height - APART_PX);
  meaning.style.left = `${left}px`;
  meaning.style.top = `${below + height <= innerHeight ? below : above}px`;
}

/**
 * A word that says what it means.
 *
 * @param {string} name of the entry in the glossary
 * @param {string} text what is written
 * @param {string} note what holds in this place alone
 */
export function term(name, text = name, note = "") {
  count += 1;
  const meaning = element("div", { id: `meaning-${count}`, class: "meaning", popover: "auto" });
  const word = element(
    "button",
    { type: "button", class: "term", "aria-describedby": meaning.id },
    text,
  );
  const fill = async () => {
    if (meaning.childElementCount) return;
    meaning.replaceChildren(...content((await glossary())[name] ?? UNKNOWN, note));
    if (meaning.matches(":popover-open")) settle(word, meaning);
  };
  const open = () => {
    if (!meaning.matches(":popover-open")) meaning.showPopover();
    settle(word, meaning);
    fill().catch((problem) => {
      meaning.textContent = problem.message;
    });
  };
  const close = () => meaning.hidePopover();
  word.onclick = open;
  word.onfocus = open;
  word.onblur = close;
  word.onpointerenter = ({ pointerType }) => pointerType === "mouse" && open();
  word.onpointerleave = ({ pointerType }) => pointerType === "mouse" && close();
  // A screen reader reads it out without opening it.
  fill().catch(() => {});
  return element("span", {}, word, meaning);
}
