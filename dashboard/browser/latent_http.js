/** Questions about latent vectors that are put to a run. */

import { ask, runUrl } from "./http.js";

/**
 * What a generator is given besides its vectors; `dashboard/routes/vectors.py` says what it means.
 *
 * @typedef {object} LatentQuery
 * @property {number[]} [condition] weights of all classes
 * @property {number[]} [layers] to whose styles the second part of each vector is added
 * @property {number} [psi] where the server is to truncate
 * @property {number} [step] of a checkpoint
 * @property {number} [columns] of pictures
 * @property {number} [crossover] of a mixture
 *
 * @typedef {{run_id: string, classes: string[], label: number | null}} Run and the class that is
 *   asked for
 */

/** Weights of all classes, of which two share the whole; undefined without classes. */
export function mixture(
  /** @type {number} */ count,
  /** @type {number} */ from,
  to = from,
  share = 0,
) {
  if (!count) return undefined;
  const weights = new Array(count).fill(0);
  weights[from] += 1 - share;
  weights[to] += share;
  return weights;
}

/**
 * So many vectors, one after another, as an array of a question.
 * @param {Float32Array} values @param {number} count
 */
export function vectors(values, count = 1) {
  return { shape: [count, values.length / count], values };
}

/**
 * Ask one of a run's routes about vectors.
 * @param {Run} run @param {string} route @param {Record<string, ReturnType<typeof vectors>>} arrays
 * @param {{signal?: AbortSignal} & LatentQuery} query
 */
export function fetchLatent(run, route, arrays, { signal, ...query } = {}) {
  const condition = mixture(run.classes.length, run.label ?? 0);
  return ask(runUrl(run.run_id, route), { signal, header: { condition, ...query }, arrays });
}

/**
 * After which step things were made that stand together: one where they agree, else each its own.
 *
 * @param {Record<string, number>} steps by what was made
 * @returns {string} "After step 300.", or "Samples after step 300, D after step 301."
 */
export function afterSteps(steps) {
  const texts = Object.entries(steps).map(([what, step]) => [what, step.toLocaleString("en")]);
  if (new Set(texts.map(([, step]) => step)).size === 1) return `After step ${texts[0][1]}.`;
  return `${texts.map(([what, step]) => `${what} after step ${step}`).join(", ")}.`;
}
