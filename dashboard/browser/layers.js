/**
 * Draws fields on a sheet, which is a board: a canvas over [-reach, reach] in both directions. Row 0
 * of a field is the lowest y.
 */

import { contours } from "./plane_contour.js";
import { sigmoid } from "./plane_snapshot.js";
import { penOf } from "./view.js";

/**
 * @typedef {import("./plane_board.js").Board} Sheet
 * @typedef {import("./plane_snapshot.js").Field} Field
 */

/** How opaque the strongest colour of a background is. */
export const OPACITY = 0.62;
/** Below 1 it lets weak beliefs be seen too: a penalised D stays near 1/2. */
const CONTRAST = 0.6;

const PATCH_SOFTNESS = 0.9;

/** "#rrggbb" as three numbers. */
export function channels(/** @type {string} */ colour) {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}

/**
 * 256 pixels for the shares 0 to 1, of these colours one after another, and so opaque.
 * @param {string[]} colours @param {(share: number) => number} opacity
 */
function palette(colours, opacity) {
  const found = colours.map(channels);
  const pixels = new Uint8ClampedArray(4 * 256);
  for (let i = 0; i < 256; i += 1) {
    const share = i / 255;
    const colour = found[Math.min(Math.floor(share * found.length), found.length - 1)];
    pixels.set(colour, 4 * i);
    pixels[4 * i + 3] = 255 * opacity(share);
  }
  return new Uint32Array(pixels.buffer);
}

/**
 * Pixels as a small picture; `softness` blurs it by so many of them.
 * @param {Uint32Array<ArrayBuffer>} pixels @param {number[]} shape @param {number} softness
 */
function picture(pixels, [rows, columns], softness) {
  const data = new ImageData(new Uint8ClampedArray(pixels.buffer), columns, rows);
  const sharp = new OffscreenCanvas(columns, rows);
  penOf(sharp).putImageData(data, 0, 0);
  if (!softness) return sharp;
  const soft = new OffscreenCanvas(columns, rows);
  const pen = penOf(soft);
  pen.filter = `blur(${softness}px)`;
  pen.drawImage(sharp, 0, 0);
  return soft;
}

/**
 * Lay shares in [0, 1] over the sheet, enlarged smoothly; nothing where one is unknown (NaN).
 * @param {Sheet} sheet @param {Field} field @param {Float32Array} shares
 * @param {Uint32Array} colours
 */
function tint({ pen, side }, { shape }, shares, colours) {
  const [rows, columns] = shape;
  const pixels = new Uint32Array(rows * columns);
  let isPatchy = false;
  shares.forEach((share, at) => {
    const row = Math.floor(at / columns);
    if (Number.isNaN(share)) isPatchy = true;
    else pixels[(rows - 1 - 2 * row) * columns + at] = colours[Math.round(255 * share)];
  });
  // The steps along the border of what is known would be larger than life.
  pen.drawImage(picture(pixels, shape, isPatchy ? PATCH_SOFTNESS : 0), 0, 0, side, side);
}

/**
 * Draw something once for a sheet, and find it again.
 * @param {Sheet} sheet @param {string} key @param {number} side
 * @param {(pen: OffscreenCanvasRenderingContext2D) => void} draw
 */
export function keep({ sprites }, key, side, draw) {
  let sprite = sprites.get(key);
  if (!sprite) {
    const canvas = new OffscreenCanvas(side, side);
    draw(penOf(canvas));
    sprite = canvas.transferToImageBitmap();
    sprites.set(key, sprite);
  }
  return sprite;
}

/**
 * Fine diagonal lines where a field says nothing, so that it is not taken for "undecided".
 * @param {Sheet} sheet @param {Field} field
 */
function hatch(sheet, field) {
  const { side, ratio, theme } = sheet;
  if (!field.values.some(Number.isNaN)) return;
  const lines = keep(sheet, "hatch", side, (pen) => {
    Object.assign(pen, { strokeStyle: theme.text, lineWidth: ratio, globalAlpha: 0.16 });
    for (let at = -side; at < side; at += 7 * ratio) {
      pen.moveTo(at, side);
      pen.lineTo(at + side, 0);
    }
    pen.stroke();
  });
  sheet.pen.drawImage(lines, 0, 0);
  const known = field.values.map((value) => (Number.isNaN(value) ? NaN : 1));
  tint(
    sheet,
    field,
    known,
    palette([theme.background], () => 1),
  );
}

/** How opaque a belief is shown, from 0 (fake) over 1/2 to 1 (real). */
export function beliefOpacity(/** @type {number} */ share) {
  return OPACITY * Math.abs(2 * share - 1) ** CONTRAST;
}

/** How opaque a share of one colour is shown. */
export function shareOpacity(/** @type {number} */ share) {
  return OPACITY * share;
}

/**
 * What D believes: from the fake's colour (0) over nothing (1/2) to the real's colour (1).
 * @param {Sheet} sheet
 * @param {Field} odds log odds; NaN is unknown, and hatched
 */
export function drawBelief(sheet, odds, strength = 1) {
  const { real, fake } = sheet.colours;
  hatch(sheet, odds);
  const colours = palette([fake, real], beliefOpacity);
  sheet.pen.globalAlpha = strength;
  tint(sheet, odds, odds.values.map(sigmoid), colours);
  sheet.pen.globalAlpha = 1;
}

/**
 * Shares in [0, 1] of one colour; NaN is unknown, and hatched.
 * @param {Sheet} sheet @param {Field} field @param {string} colour
 */
export function drawShares(sheet, field, colour) {
  hatch(sheet, field);
  tint(sheet, field, field.values, palette([colour], shareOpacity));
}

/**
 * Draw where a field has a level, with a light seam so that it is seen on any colour.
 * @param {Sheet} sheet @param {Field} field @param {number} level
 */
export function drawContour(sheet, field, level, { dashed = false, strength = 1 } = {}) {
  const { pen, ratio, theme } = sheet;
  pen.beginPath();
  for (const line of contours(field, sheet.reach, level)) {
    for (const [i, [x, y]] of line.entries()) pen[i ? "lineTo" : "moveTo"](sheet.x(x), sheet.y(y));
  }
  pen.lineJoin = "round";
  for (const [colour, width, opacity] of /** @type {const} */ ([
    [theme.background, 3.5, 0.6],
    [theme.text, 1.4, 0.9],
  ])) {
    Object.assign(pen, { strokeStyle: colour, lineWidth: width * ratio });
    pen.globalAlpha = opacity * strength;
    pen.setLineDash(dashed ? [5 * ratio, 4 * ratio] : []);
    pen.stroke();
  }
  pen.setLineDash([]);
  pen.globalAlpha = 1;
}
