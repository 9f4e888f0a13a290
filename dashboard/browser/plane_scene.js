/** The game as the legend's choice of layers shows it, in a picture and in words. */

import { drawBelief, drawContour, drawShares } from "./layers.js";
import { drawArrows, drawDots, drawSteadyDots, drawWarp } from "./plane_points.js";
import { sigmoid } from "./plane_snapshot.js";

/**
 * @typedef {import("./layers.js").Sheet} Sheet
 * @typedef {import("./plane_snapshot.js").PlaneSnapshot} PlaneSnapshot
 * @typedef {import("./plane_snapshot.js").Field} Field
 */

const digits = { minimumSignificantDigits: 2, maximumSignificantDigits: 2 };
const number = new Intl.NumberFormat("en", digits);

/**
 * |D - D*|, each a share of the scale on which the loss has it: a probability is one itself.
 * @param {Field} odds @param {Field} optimal @param {PlaneSnapshot["reading"]} reading
 * @returns {Field}
 */
function difference(odds, optimal, reading) {
  const undecided = (reading.kind === "probability" && reading.undecided) || 0;
  const share = (/** @type {number} */ value) => sigmoid(value + undecided);
  /** @param {number} value @param {number} i */
  const gap = (value, i) => Math.abs(share(value) - share(optimal.values[i]));
  return { shape: odds.shape, values: odds.values.map(gap) };
}

/** Gradient norms from 0 to infinity as shares from 0 to 1; a norm of 1 is half way. */
function sharesOfNorms(/** @type {Field} */ { shape, values }) {
  return { shape, values: values.map((gradient) => gradient / (1 + gradient)) };
}

/** @param {Sheet} sheet @param {PlaneSnapshot} snapshot @param {Set<string>} chosen */
function drawBackground(sheet, snapshot, chosen) {
  const { odds, optimal, gradient } = snapshot;
  const { discriminator } = sheet.colours;
  if (chosen.has("map") && odds) {
    drawBelief(sheet, odds);
    drawContour(sheet, odds, 0);
  } else if (chosen.has("optimal") && optimal) {
    drawBelief(sheet, optimal);
    drawContour(sheet, optimal, 0, { dashed: true });
  } else if (chosen.has("difference") && odds && optimal) {
    drawShares(sheet, difference(odds, optimal, snapshot.reading), discriminator);
  } else if (chosen.has("gradient") && gradient) {
    drawShares(sheet, sharesOfNorms(gradient), discriminator);
    drawContour(sheet, gradient, 1);
  }
}

/**
 * Draw a game; a layer that it came without is left out.
 * @param {Sheet} sheet @param {PlaneSnapshot} snapshot
 * @param {Set<string>} chosen names of layers
 * @param {Float32Array|null} places where the fakes are on their way from the noise; null at rest
 */
export function drawSnapshot(sheet, snapshot, chosen, places) {
  const { real, fake, forces, warp, density } = snapshot;
  drawBackground(sheet, snapshot, chosen);
  if (chosen.has("warp") && warp) drawWarp(sheet, warp, density);
  if (chosen.has("forces") && forces && !places) drawArrows(sheet, fake, forces);
  if (chosen.has("real")) drawSteadyDots(sheet, real, "real");
  if (chosen.has("fake") || places) drawDots(sheet, places ?? fake, "fake");
}

/** How hard the fakes are pushed, in words; nothing where the server does not know. */
export function describePush(/** @type {PlaneSnapshot} */ { meanForce }) {
  return meanForce === null ? "" : `mean push ${number.format(meanForce)}`;
}

/** The picture for those who cannot see it. */
export function describeSnapshot(/** @type {PlaneSnapshot} */ { step, real, fake, means }) {
  const points = `${real.length / 2} real and ${fake.length / 2} fake points`;
  const scene = `The game at step ${step.toLocaleString("en")}: ${points}.`;
  if (!means) return scene;
  const [onReal, onFake] = [number.format(means.real), number.format(means.fake)];
  return `${scene} D gives the real ones ${onReal} and the fake ones ${onFake} on average.`;
}
