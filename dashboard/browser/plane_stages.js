/**
 * The ten stages of a training step: a sentence and a picture for each.
 *
 * Every stage is given the game before and after the last move of D or G.
 */

import { drawBelief, drawContour } from "./layers.js";
import { drawArrows, drawDots } from "./plane_points.js";
import { sigmoid } from "./plane_snapshot.js";

/**
 * @typedef {import("./layers.js").Sheet} Sheet
 * @typedef {import("./plane_snapshot.js").PlaneSnapshot} PlaneSnapshot
 * @typedef {PlaneSnapshot & Required<Pick<PlaneSnapshot, "odds" | "beliefs" | "means" | "forces" | "z">>} Whole a game
 *   with all that the stages show
 * @typedef {{before: Whole, after: Whole}} Games the same one until someone has moved
 */

/**
 * @typedef {object} Stage
 * @property {"d" | "g"} turn whose half of the step it is
 * @property {boolean} [moves] whether the player takes a real step first
 * @property {(games: Games) => string} sentence
 * @property {(games: Games) => string} [detail]
 * @property {(sheet: Sheet, games: Games, t: number) => void} draw
 */

/** Plane units that the average move of a fake, or the push on it, is drawn long. */
const VISIBLE = 0.08;
const FAINT = 0.4;

/** More would show the rounding of what the server sends. */
const MOST_MAGNIFIED = 100;
/** What the colours of the dots say; where only differences count, nothing more than that. */
const coloursSay = (/** @type {Games} */ { before: { reading } }) =>
  reading.undecided === null
    ? "Green: above half way between D's two means. Purple: below it."
    : "Green: D takes it for real. Purple: for a fake. Grey: D cannot tell.";

const digits = { minimumSignificantDigits: 3, maximumSignificantDigits: 3 };
const number = new Intl.NumberFormat("en", digits);
const say = (/** @type {number | null} */ value) => number.format(Number(value)).replace("-", "−");

/** Where noise stands in the plane: nearly all of it lies within three units of its middle. */
export function noisePlaces(/** @type {Float32Array} */ z) {
  return z.map((value) => value / 3);
}

/**
 * Points on their way, with a gentle start and end; `t` runs from 0 to 1.
 * @param {Float32Array} from @param {Float32Array} to @param {number} t
 */
export function between(from, to, t) {
  const share = t * t * (3 - 2 * t);
  return from.map((value, i) => value + share * (to[i] - value));
}

/** @param {Float32Array} from @param {Float32Array} to */
function differences(from, to) {
  return to.map((value, i) => value - from[i]);
}

/** The largest of 1, 2, 5, 10, 20, 50, ... that is not above the value. */
function roundFactor(/** @type {number} */ value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return power * ([5, 2].find((digit) => digit * power <= value) ?? 1);
}

function times(/** @type {number} */ factor) {
  return factor === 1 ? "true to scale" : `enlarged ${factor} times`;
}

function meanLength(/** @type {Float32Array} */ vectors) {
  let sum = 0;
  for (let i = 0; i < vectors.length; i += 2) sum += Math.hypot(vectors[i], vectors[i + 1]);
  return sum / (vectors.length / 2);
}

/** How much longer than life the moves of the fakes are drawn. */
function moveFactor(/** @type {Games} */ { before, after }) {
  return roundFactor(VISIBLE / meanLength(differences(before.fake, after.fake)));
}

/** How D's belief changed: the field of log odds that shows the change, and its magnification. */
function change(/** @type {Games} */ { before, after }) {
  const then = before.odds.values.map(sigmoid);
  const shift = after.odds.values.map((odds, i) => sigmoid(odds) - then[i]);
  const greatest = shift.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  const factor = Math.min(roundFactor(0.5 / greatest), MOST_MAGNIFIED);
  const shown = shift.map((value) => Math.min(Math.max(0.5 + factor * value, 0.001), 0.999));
  const values = shown.map((share) => Math.log(share / (1 - share)));
  return { odds: { shape: after.odds.shape, values }, factor };
}

/** @param {Sheet} sheet @param {Whole} game @param {number} t */
function drawNoise(sheet, { z }, t) {
  drawDots(sheet, noisePlaces(z), "fake", { strength: t });
}

/** @param {Sheet} sheet @param {Whole} game @param {number} t */
function drawBirth(sheet, { z, fake }, t) {
  drawDots(sheet, between(noisePlaces(z), fake, t), "fake");
}

/** @param {Sheet} sheet @param {Whole} game @param {number} strength */
function drawFaintMap(sheet, { odds }, strength) {
  drawBelief(sheet, odds, strength);
  drawContour(sheet, odds, 0, { strength });
}

/**
 * First D's map before and after the move, one over the other; then what changed.
 * @param {Sheet} sheet @param {Games} games @param {number} t
 */
function drawLearning(sheet, games, t) {
  const { before, after } = games;
  const early = Math.min(2 * t, 1);
  const late = Math.max(2 * t - 1, 0);
  const values = between(before.odds.values, after.odds.values, early);
  drawBelief(sheet, { shape: after.odds.shape, values }, 1 - late);
  if (late) drawBelief(sheet, change(games).odds, late);
  drawContour(sheet, before.odds, 0, { dashed: true, strength: early });
  drawContour(sheet, { shape: after.odds.shape, values }, 0);
  drawDots(sheet, after.real, "real");
  drawDots(sheet, after.fake, "fake");
}

/** @param {Sheet} sheet @param {Games} games @param {number} t */
function drawMove(sheet, games, t) {
  const { before, after } = games;
  const moves = differences(before.fake, after.fake);
  drawFaintMap(sheet, after, FAINT);
  drawDots(sheet, before.fake, "fake", { strength: FAINT });
  drawArrows(sheet, before.fake, moves, { scale: t * moveFactor(games), longest: 0.5 });
  drawDots(sheet, between(before.fake, after.fake, t), "fake");
}

/** @type {Stage[]} */
export const STAGES = [
  {
    turn: "d",
    sentence: () => "Noise is drawn: random numbers z.",
    draw: (sheet, { before }, t) => drawNoise(sheet, before, t),
  },
  {
    turn: "d",
    sentence: () => "G turns each piece of noise into a fake.",
    draw: (sheet, { before }, t) => drawBirth(sheet, before, t),
  },
  {
    turn: "d",
    sentence: () => "Real samples are drawn from the data.",
    draw(sheet, { before }, t) {
      drawDots(sheet, before.real, "real", { strength: t });
      drawDots(sheet, before.fake, "fake", { strength: 1 - 0.6 * t });
    },
  },
  {
    turn: "d",
    sentence: ({ before: { means } }) =>
      `D looks at both. It gives the reals ${say(means.real)} and the fakes ${say(means.fake)}.`,
    detail: coloursSay,
    draw(sheet, { before }, t) {
      drawFaintMap(sheet, before, t * FAINT);
      drawDots(sheet, before.real, "real", { beliefs: before.beliefs.real });
      drawDots(sheet, before.fake, "fake", { beliefs: before.beliefs.fake });
    },
  },
  {
    turn: "d",
    moves: true,
    // What it aims at: one step on one batch need not raise D at every single real sample.
    sentence: () => "D has learnt. Its aim: up where the reals are, down where the fakes are.",
    detail: (games) => {
      const [then, now] = [games.before.means, games.after.means];
      const reals = `Reals: ${say(then.real)} → ${say(now.real)}`;
      const fakes = `fakes: ${say(then.fake)} → ${say(now.fake)}`;
      return `${reals}, ${fakes}. The colours show the change, ${times(change(games).factor)}.`;
    },
    draw: drawLearning,
  },
  {
    turn: "g",
    sentence: () => "New noise is drawn.",
    draw: (sheet, { before }, t) => drawNoise(sheet, before, t),
  },
  {
    turn: "g",
    sentence: () => "G turns it into fakes.",
    draw: (sheet, { before }, t) => drawBirth(sheet, before, t),
  },
  {
    turn: "g",
    sentence: ({ before: { means } }) =>
      `D classifies the fakes. It gives them ${say(means.fake)}.`,
    detail: coloursSay,
    draw(sheet, { before }, t) {
      drawFaintMap(sheet, before, t * FAINT);
      drawDots(sheet, before.fake, "fake", { beliefs: before.beliefs.fake });
    },
  },
  {
    turn: "g",
    sentence: () => "Each fake is told which way to go to look more real.",
    detail: ({ before: { meanForce } }) =>
      `The push is ${say(meanForce)} on average; the longer the arrow, the harder.`,
    draw(sheet, { before }, t) {
      drawFaintMap(sheet, before, FAINT);
      const scale = (t * VISIBLE) / Number(before.meanForce);
      drawArrows(sheet, before.fake, before.forces, { scale, longest: 4 * VISIBLE });
      drawDots(sheet, before.fake, "fake");
    },
  },
  {
    turn: "g",
    moves: true,
    sentence: () => "G has learnt. Its aim: fakes that D takes for real.",
    detail: (games) => {
      const [then, now] = [games.before.means.fake, games.after.means.fake].map(say);
      const scale = times(moveFactor(games));
      return `Fakes: ${then} → ${now}. The arrows show how they moved, ${scale}.`;
    },
    draw: drawMove,
  },
];
