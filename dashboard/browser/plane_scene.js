/** The game as the legend's choice of layers shows it, in a picture and in words. */

import { drawArrows, drawBelief, drawContour, drawDots } from "./layers.js";
import { drawShares, drawSteadyDots, drawWarp } from "./layers.js";
import { sigmoid } from "./plane_game.js";

const digits = { minimumSignificantDigits: 2, maximumSignificantDigits: 2 };
const figure = new Intl.NumberFormat("en", digits);

/** |D - D*|, each a share of the scale on which the loss has it: a probability is one itself. */
function difference({ odds, optimal, reading }) {
  const undecided = reading.kind === "probability" ? reading.undecided : 0;
  const share = (value) => sigmoid(value + undecided);
  const gap = (value, i) => Math.abs(share(value) - share(optimal.values[i]));
  return { shape: odds.shape, values: odds.values.map(gap) };
}

/** Slopes from 0 to infinity as shares from 0 to 1; a slope of 1 is half way. */
function steepness({ shape, values }) {
  return { shape, values: values.map((slope) => slope / (1 + slope)) };
}

function drawBackground(sheet, game, chosen) {
  const { odds, optimal, slope } = game;
  const { discriminator } = sheet.colours;
  if (chosen.has("map") && odds) {
    drawBelief(sheet, odds);
    drawContour(sheet, odds, 0);
  } else if (chosen.has("optimal") && optimal) {
    drawBelief(sheet, optimal);
    drawContour(sheet, optimal, 0, { dashed: true });
  } else if (chosen.has("difference") && odds && optimal) {
    drawShares(sheet, difference(game), discriminator);
  } else if (chosen.has("slope") && slope) {
    drawShares(sheet, steepness(slope), discriminator);
    drawContour(sheet, slope, 1);
  }
}

/**
 * Draw a game; a layer that it came without is left out.
 *
 * @param {object} sheet
 * @param {object} game as `readGame` reads it
 * @param {Set<string>} chosen names of layers
 * @param {Float32Array|null} places where the fakes are on their way from the noise; null at rest
 */
export function drawGame(sheet, game, chosen, places) {
  const { real, fake, forces, warp, density } = game;
  drawBackground(sheet, game, chosen);
  if (chosen.has("warp") && warp) drawWarp(sheet, warp, density);
  if (chosen.has("forces") && forces && !places) drawArrows(sheet, fake, forces);
  if (chosen.has("real")) drawSteadyDots(sheet, real, "real");
  if (chosen.has("fake") || places) drawDots(sheet, places ?? fake, "fake");
}

/** How hard the fakes are pushed, in words; nothing where the server does not know. */
export function describePush({ meanForce }) {
  return meanForce === null ? "" : `mean push ${figure.format(meanForce)}`;
}

/** The picture for those who cannot see it. */
export function describeGame({ step, real, fake, means }) {
  const points = `${real.length / 2} real and ${fake.length / 2} fake points`;
  const scene = `The game at step ${step.toLocaleString("en")}: ${points}.`;
  if (!means) return scene;
  const [onReal, onFake] = [figure.format(means.real), figure.format(means.fake)];
  return `${scene} D gives the real ones ${onReal} and the fake ones ${onFake} on average.`;
}
