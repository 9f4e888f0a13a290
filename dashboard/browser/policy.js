/**
 * Which controls of a component are hidden, locked or highlighted: `dashboard/policy.py`. They carry
 * their ids within it as `data-control`; what holds several may carry one for all.
 */

/**
 * @typedef {object} Rule
 * @property {string} control an id, or what several begin with and a `*`
 * @property {boolean} hidden
 * @property {string} locked why it cannot be used, or ""
 * @property {boolean} highlighted
 */

/** What a person does with a control. */
const USES = ["click", "dblclick", "pointerdown", "mousedown", "touchstart", "keydown", "input"];

/** What CSS selects where a rule holds. */
function selector(/** @type {Rule} */ { control }) {
  const begin = control.replace("*", "");
  if (!begin) return "[data-control]";
  return `[data-control${begin === control ? "" : "^"}="${begin}"]`;
}

/**
 * How controls look under these rules, whenever they are made.
 * @param {Rule[]} rules
 */
export function looks(rules) {
  // A line around a control is seen without telling colours apart.
  const lines = rules.map((rule) => [
    rule.hidden ? "display: none !important;" : "",
    rule.locked ? "opacity: 0.45; cursor: not-allowed;" : "",
    rule.highlighted ? "outline: 3px dashed; outline-offset: 3px;" : "",
  ]);
  return rules.map((rule, i) => `${selector(rule)} { ${lines[i].join(" ")} }`).join("\n");
}

/**
 * Why the control with this id cannot be used; "" where it can.
 * @param {Rule[]} rules @param {string} control
 */
export function lockOf(rules, control) {
  const concerns = (/** @type {Rule} */ { control: one }) =>
    one.endsWith("*") ? control.startsWith(one.slice(0, -1)) : one === control;
  return rules.find((rule) => rule.locked && concerns(rule))?.locked ?? "";
}

/**
 * Keep every use of a locked control below `root` from it, until the signal.
 * @param {HTMLElement} root @param {() => Rule[]} rules as they are at that moment
 * @param {(reason: string) => void} tell called with the reason instead
 * @param {AbortSignal} signal
 */
export function guard(root, rules, tell, signal) {
  const check = (/** @type {Event} */ event) => {
    if (event instanceof KeyboardEvent && event.key === "Tab") return;
    const reason = event
      .composedPath()
      .map((one) => (one instanceof HTMLElement ? (one.dataset.control ?? "") : ""))
      .map((control) => control && lockOf(rules(), control))
      .find(Boolean);
    if (!reason) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    tell(reason);
  };
  const options = { capture: true, passive: false, signal };
  for (const use of USES) root.addEventListener(use, check, options);
}
