/** Where a person has come to in latent space, and how a link says it. */

/**
 * @typedef {object} State
 * @property {number} psi
 * @property {number[]} axes the two directions of the pad
 * @property {number} from
 * @property {number} to
 * @property {number} share of the class `to`
 * @property {boolean[]} layers those that are reached
 * @property {number[]} steps along each direction
 */

/**
 * The place that a link names, or the start.
 * @param {{names: string[], classes: string[], layers: string[]}} data @param {string} link
 * @returns {State}
 */
export function placeOf(data, link) {
  const count = data.names.length;
  const [psi, axes, classes, steps, layers] = link
    .split("~")
    .map((part) => part.split(",").map(Number));
  /** @param {number[] | undefined} some @param {number} below */
  const whole = (some, below) =>
    some?.every((one) => Number.isInteger(one) && one >= 0 && one < below);
  const known = data.classes.length;
  return {
    psi: psi[0] >= 0 && psi[0] <= 1.5 && link ? psi[0] : 1,
    axes: axes?.length === 2 && whole(axes, count) ? axes : [0, Math.min(1, count - 1)],
    from: whole(classes?.slice(0, 2), known) ? classes[0] : 0,
    to: whole(classes?.slice(0, 2), known) ? classes[1] : Math.min(1, known - 1),
    share: classes?.[2] >= 0 && classes[2] <= 1 ? classes[2] : 0,
    layers: data.layers.map((_, number) => layers?.[number] !== 0),
    steps: Array.from({ length: count }, (_, k) => Math.max(-4, Math.min(4, steps?.[k] || 0))),
  };
}

/**
 * A place as a link has it: truncation, axes of the pad, classes, steps, layers that are reached.
 * @param {State} state
 */
export function linkOf({ psi, axes, from, to, share, steps, layers }) {
  const last = steps.findLastIndex((step) => step !== 0);
  const rounded = steps.slice(0, last + 1).map((step) => String(Number(step.toFixed(2))));
  const classes = to >= 0 ? [from, to, share].join() : "";
  const place = [psi, axes.join(), classes, rounded.join()];
  return (layers.every(Boolean) ? place : [...place, layers.map(Number).join()]).join("~");
}
