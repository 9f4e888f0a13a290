/** The plane at one step, as the browser reads it: points, and what D says in terms of odds. */

/**
 * How D is read, as the server says it: `LossSpec.as_json` in ganlib/losses/spec.py.
 *
 * @typedef {object} Reading
 * @property {string} kind
 * @property {string} name
 * @property {string} spoken
 * @property {string} meaning
 * @property {string[]} ticks
 * @property {string} best
 * @property {string} gap
 * @property {number | null} undecided
 * @property {[number, number] | null} ends
 */

/**
 * @typedef {import("./wire.js").Field} Field
 * @typedef {{real: Float32Array, fake: Float32Array}} OfPoints a value for each point
 */

/**
 * The plane at one step. Points are (x, y) after (x, y); what the server was not asked for, or what
 * does not exist, is not there.
 *
 * @typedef {object} PlaneSnapshot
 * @property {number} step
 * @property {number[]} saved
 * @property {number} reach
 * @property {Reading} reading
 * @property {number | null} meanForce
 * @property {Float32Array} real
 * @property {Float32Array} fake
 * @property {Float32Array} [forces]
 * @property {Float32Array} [z]
 * @property {Field} [warp]
 * @property {Float32Array} [density]
 * @property {Field} [gradient]
 * @property {Field} [optimal] log odds of the best D
 * @property {Field} [odds] log odds of D, 0 where it is undecided
 * @property {OfPoints} [beliefs] in [0, 1]
 * @property {{real: number, fake: number}} [means] what D gives on average, a probability or a score
 */

/** The share of the scale at which a score is shown that is at an end of it, or beyond. */
const SUREST = 0.999;

/** The probability that belongs to log odds. */
export function sigmoid(/** @type {number} */ odds) {
  return 1 / (1 + Math.exp(-odds));
}

/**
 * A field's value at a point, interpolated between the four nearest cell centres.
 *
 * @param {Field} field rows from the lowest y to the highest
 * @param {number} reach the field covers [-reach, reach] in both directions
 * @param {number} x @param {number} y
 */
export function valueAt({ shape: [rows, columns], values }, reach, x, y) {
  /** @param {number} value @param {number} count */
  const place = (value, count) =>
    Math.min(Math.max(((value / reach + 1) / 2) * count - 0.5, 0), count - 1);
  const [u, v] = [place(x, columns), place(y, rows)];
  const [i, j] = [Math.min(Math.floor(u), columns - 2), Math.min(Math.floor(v), rows - 2)];
  const at = j * columns + i;
  const low = values[at] + (u - i) * (values[at + 1] - values[at]);
  const [left, right] = [values[at + columns], values[at + columns + 1]];
  return low + (v - j) * (left + (u - i) * (right - left) - low);
}

/** @param {Field} field @param {number} reach @param {Float32Array} points */
function valuesAt(field, reach, points) {
  const found = new Float32Array(points.length / 2);
  for (let i = 0; i < found.length; i += 1) {
    found[i] = valueAt(field, reach, points[2 * i], points[2 * i + 1]);
  }
  return found;
}

/** The mean of the values that are known. */
function mean(/** @type {Float32Array} */ values) {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

/**
 * Turn D's outputs into log odds of being real, which every loss reads in its own way.
 * @param {Reading} reading
 * @param {number} middle what stands for undecided where only differences count
 * @returns {(logit: number) => number} 0 where D is undecided
 */
function oddsOf({ undecided, ends }, middle) {
  if (!ends) return (logit) => logit - (undecided ?? middle);
  return (logit) => {
    const place = (logit - ends[0]) / (ends[1] - ends[0]);
    const share = Math.min(Math.max(place, 1 - SUREST), SUREST);
    return Math.log(share / (1 - share));
  };
}

/**
 * What a D says: its `logits` at real and at fake points, and the field of its `odds`.
 * @param {Field} map @param {Pick<PlaneSnapshot, "reading" | "reach" | "real" | "fake">} game
 */
function readLogits(map, { reading, reach, real, fake }) {
  const logits = { real: valuesAt(map, reach, real), fake: valuesAt(map, reach, fake) };
  const toOdds = oddsOf(reading, (mean(logits.real) + mean(logits.fake)) / 2);
  return { toOdds, logits, odds: { shape: map.shape, values: map.values.map(toOdds) } };
}

/** @param {Field} map @param {Pick<PlaneSnapshot, "reading" | "reach" | "real" | "fake">} game */
function readVerdicts(map, game) {
  const { toOdds, logits, odds } = readLogits(map, game);
  const isProbability = game.reading.kind === "probability";
  /** @param {Float32Array} values */
  const scale = (values) => mean(isProbability ? values.map(sigmoid) : values);
  /** @param {Float32Array} values */
  const belief = (values) => values.map(toOdds).map(sigmoid);
  const beliefs = { real: belief(logits.real), fake: belief(logits.fake) };
  return { odds, beliefs, means: { real: scale(logits.real), fake: scale(logits.fake) } };
}

/**
 * Read an answer of the plane's route.
 * @param {import("./wire.js").Message} message
 * @returns {PlaneSnapshot}
 */
export function readSnapshot(message) {
  /** @param {string} name */
  const field = (name) => (message.arrays.has(name) ? message.field(name) : undefined);
  const { step, saved, reach, reading, mean_force: meanForce } = message.header;
  const [real, fake] = [message.floats("real"), message.floats("fake")];
  const game = { step, saved, reach, reading, meanForce, real, fake };
  const [map, best] = [field("map"), field("optimal")];
  return {
    ...game,
    ...{ forces: field("forces")?.values, z: field("z")?.values, warp: field("warp") },
    ...{ density: field("warp_density")?.values, gradient: field("gradient") },
    ...(best && { optimal: readLogits(best, game).odds }),
    ...(map && readVerdicts(map, game)),
  };
}
