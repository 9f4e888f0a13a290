/** Questions about latent vectors that are put to a run one at a time. */

import { mixture } from "./latent.js";
import { question, runUrl } from "./live.js";

/**
 * Put vectors to one of a run's routes.
 *
 * @param {{run_id: string, classes: string[], label: number|null}} data with the
 *   numbers of `chosen` layers where the vectors go on with a way in the space of w, and `psi`
 *   where the server is to truncate
 * @param {string} what the route, with its query
 * @param {Float32Array} z one vector after another
 * @returns {Promise<Response>} as that of `question`
 */
export async function askLatent(data, what, z) {
  const weights = data.condition ?? mixture(data.classes.length, data.label, data.label, 0);
  const { chosen, psi } = data;
  const told = [weights && `condition=${weights}`, chosen && `layers=${chosen}`];
  if (psi !== undefined) told.push(`psi=${psi}`);
  const asked = told.filter(Boolean).join("&");
  const link = asked && (what.includes("?") ? "&" : "?");
  return question(runUrl(data.run_id, what + link + asked), { method: "POST", body: z });
}

/**
 * After which step the generator was that answered.
 *
 * @param {Response} response a picture
 */
export function stepOf(response) {
  return Number(response.headers.get("X-Step"));
}

/**
 * After which step things were made that stand together: one where they agree, else each its own.
 *
 * @param {Object<string, number>} steps by what was made
 * @returns {string} "After step 300.", or "Samples after step 300, D after step 301."
 */
export function afterSteps(steps) {
  const told = Object.entries(steps).map(([what, step]) => [what, step.toLocaleString("en")]);
  if (new Set(told.map(([, step]) => step)).size === 1) return `After step ${told[0][1]}.`;
  return `${told.map(([what, step]) => `${what} after step ${step}`).join(", ")}.`;
}

/** Let a picture element show what a response holds, and let go of what it showed before. */
export async function showBlob(image, blob) {
  const old = image.src;
  image.src = URL.createObjectURL(blob);
  if (old) URL.revokeObjectURL(old);
  await image.decode().catch(() => {});
}
