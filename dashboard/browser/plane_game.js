/** One moment of the game as the browser reads it: points, and what D says in terms of odds. */

/** The share of the scale at which a score is shown that is at an end of it, or beyond. */
const SUREST = 0.999;

/** The probability that belongs to log odds. */
export function sigmoid(odds) {
  return 1 / (1 + Math.exp(-odds));
}

/**
 * A field's value at a point, interpolated between the four nearest cell centres.
 *
 * @param {{shape: number[], values: Float32Array}} field rows from the lowest y to the highest
 * @param {number} reach the field covers [-reach, reach] in both directions
 */
export function valueAt({ shape: [rows, columns], values }, reach, x, y) {
  const place = (value, count) =>
    Math.min(Math.max(((value / reach + 1) / 2) * count - 0.5, 0), count - 1);
  const [u, v] = [place(x, columns), place(y, rows)];
  const [i, j] = [Math.min(Math.floor(u), columns - 2), Math.min(Math.floor(v), rows - 2)];
  const at = j * columns + i;
  const low = values[at] + (u - i) * (values[at + 1] - values[at]);
  const [left, right] = [values[at + columns], values[at + columns + 1]];
  return low + (v - j) * (left + (u - i) * (right - left) - low);
}

function valuesAt(field, reach, points) {
  const found = new Float32Array(points.length / 2);
  for (let i = 0; i < found.length; i += 1) {
    found[i] = valueAt(field, reach, points[2 * i], points[2 * i + 1]);
  }
  return found;
}

/** The mean of the values that are known. */
function mean(values) {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

/**
 * Turn D's outputs into log odds of being real, which every loss reads in its own way.
 *
 * @param {{undecided: number|null, ends: number[]|null}} reading how the server says D is read
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

/** What a D says: its `logits` at real and at fake points, and the field of its `odds`. */
function readLogits(reading, map, reach, real, fake) {
  const logits = { real: valuesAt(map, reach, real), fake: valuesAt(map, reach, fake) };
  const toOdds = oddsOf(reading, (mean(logits.real) + mean(logits.fake)) / 2);
  return { toOdds, logits, odds: { shape: map.shape, values: map.values.map(toOdds) } };
}

function readVerdicts(reading, map, reach, real, fake) {
  const { toOdds, logits, odds } = readLogits(reading, map, reach, real, fake);
  const isProbability = reading.kind === "probability";
  const told = (values) => mean(isProbability ? values.map(sigmoid) : values);
  const belief = (values) => values.map(toOdds).map(sigmoid);
  const beliefs = { real: belief(logits.real), fake: belief(logits.fake) };
  return { odds, beliefs, means: { real: told(logits.real), fake: told(logits.fake) } };
}

/**
 * Read an answer of the plane's route.
 *
 * @param {{header: object, arrays: Map}} answer
 * @returns {object} `step`, `newest`, `saved`, `reach`, `reading` (how D is read), `meanForce`;
 *   `real` and `fake`, (x, y) after (x, y); by layer `forces`, `z`, `warp`, `density`, the fields
 *   `optimal` (log odds) and `slope`, and with a map `odds` (field of log odds, 0 where D is
 *   undecided), `beliefs` ({real, fake}: a value in [0, 1] for each point) and `means` ({real,
 *   fake}: what D gives on average, a probability or a score)
 */
export function readGame({ header, arrays }) {
  const flat = (name) => arrays.get(name)?.values;
  const [real, fake, map] = [flat("real"), flat("fake"), arrays.get("map")];
  const best = arrays.get("optimal");
  const { step, newest, saved, reach, reading, mean_force: meanForce } = header;
  return {
    ...{ step, newest, saved, reach, reading, meanForce, real, fake },
    ...{ forces: flat("forces"), z: flat("z"), warp: arrays.get("warp") },
    ...{ density: flat("warp_density"), slope: arrays.get("slope") },
    ...(best && { optimal: readLogits(reading, best, reach, real, fake).odds }),
    ...(map && readVerdicts(reading, map, reach, real, fake)),
  };
}
