/** One moment of the game as the browser reads it: points, and what D says in terms of odds. */

const PAIRED = new Set(["wgan", "wgan-gp", "rpgan", "ragan"]);
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

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Turn D's outputs into log odds of being real, which every loss reads in its own way.
 *
 * minimax, ns and hinge are undecided at 0. lsgan aims at the labels 0 and 1 themselves. wgan,
 * rpgan and ragan compare reals with fakes, so that only differences count: half way is 0.
 */
function oddsOf(loss, middle) {
  if (PAIRED.has(loss)) return (logit) => logit - middle;
  if (loss !== "lsgan") return (logit) => logit;
  return (logit) => {
    const share = Math.min(Math.max(logit, 1 - SUREST), SUREST);
    return Math.log(share / (1 - share));
  };
}

function readVerdicts(loss, map, reach, real, fake) {
  const [onReal, onFake] = [valuesAt(map, reach, real), valuesAt(map, reach, fake)];
  const toOdds = oddsOf(loss, (mean(onReal) + mean(onFake)) / 2);
  const beliefs = { real: onReal.map(toOdds).map(sigmoid), fake: onFake.map(toOdds).map(sigmoid) };
  const isProbability = loss === "minimax" || loss === "ns";
  const said = isProbability ? beliefs : { real: onReal, fake: onFake };
  const odds = { shape: map.shape, values: map.values.map(toOdds) };
  return { odds, beliefs, means: { real: mean(said.real), fake: mean(said.fake) } };
}

/**
 * Read an answer of the plane's route.
 *
 * @param {{header: object, arrays: Map}} answer
 * @returns {object} `step`, `newest`, `saved`, `reach`, `meanForce`; `real` and `fake`, (x, y)
 *   after (x, y); by layer `forces`, `z`, `warp`, `density`, the fields `optimal` (log odds) and
 *   `slope`, and with a map `odds` (field), `beliefs` ({real, fake}: a value in [0, 1] for each
 *   point) and `means` ({real, fake}: what D gives on average, a probability or a score)
 */
export function readGame({ header, arrays }) {
  const flat = (name) => arrays.get(name)?.values;
  const [real, fake, map] = [flat("real"), flat("fake"), arrays.get("map")];
  const { step, newest, saved, reach, loss, mean_force: meanForce } = header;
  return {
    ...{ step, newest, saved, reach, meanForce, real, fake },
    ...{ forces: flat("forces"), z: flat("z"), warp: arrays.get("warp") },
    ...{ density: flat("warp_density") },
    ...{ optimal: arrays.get("optimal"), slope: arrays.get("slope") },
    ...(map ? readVerdicts(loss, map, reach, real, fake) : {}),
  };
}
