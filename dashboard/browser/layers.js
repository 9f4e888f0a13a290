/**
 * Draws the parts of the game on a sheet: a canvas over [-reach, reach] in both directions.
 *
 * A sheet has `pen` (2D context), `side` and `ratio` (pixels of the canvas, and for each of CSS),
 * `x` and `y` (plane -> pixels), `colours` (of the roles), `theme` ({text, background}, all of
 * them "#rrggbb") and `sprites` (a Map for what was drawn before). A field is
 * {shape: [rows, columns], values}; row 0 is the lowest y.
 */

import { contours } from "./plane_contour.js";
import { sigmoid } from "./plane_game.js";

/** How opaque the strongest colour of a background is. */
const OPACITY = 0.62;
/** Below 1 it lets weak beliefs be seen too: a penalised D stays near 1/2. */
const CONTRAST = 0.6;
/** Plane units of the arrow of a force of 1, and of the longest arrow. */
const ARROW = { scale: 0.3, longest: 0.35 };

const DOT = 2.7;
const CORNERS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
];
const SHADES = 16;
const PATCH_SOFTNESS = 0.9;
const UNDECIDED = "#8d93a0";
const LOG_DENSITY = [-6, 3];

/** "#rrggbb" as three numbers. */
export function channels(colour) {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}

/** A colour between two, `share` of the way. */
function mixed(from, to, share) {
  const [a, b] = [channels(from), channels(to)];
  return `rgb(${a.map((value, i) => Math.round(value + share * (b[i] - value))).join(" ")})`;
}

/** A role's colour for small things, which have to stand out from large ones of that colour. */
function ink({ colours, theme }, role) {
  return mixed(colours[role], theme.text, 0.22);
}

/** 256 pixels for the shares 0 to 1, of these colours one after another, and so opaque. */
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

/** Pixels as a small picture; `softness` blurs it by so many of them. */
function picture(pixels, [rows, columns], softness) {
  const data = new ImageData(new Uint8ClampedArray(pixels.buffer), columns, rows);
  const sharp = new OffscreenCanvas(columns, rows);
  sharp.getContext("2d").putImageData(data, 0, 0);
  if (!softness) return sharp;
  const soft = new OffscreenCanvas(columns, rows);
  const pen = soft.getContext("2d");
  pen.filter = `blur(${softness}px)`;
  pen.drawImage(sharp, 0, 0);
  return soft;
}

/** Lay shares in [0, 1] over the sheet, enlarged smoothly; nothing where one is unknown (NaN). */
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

/** Draw something once for a sheet, and find it again. */
function keep({ sprites }, key, side, draw) {
  if (!sprites.has(key)) {
    const canvas = new OffscreenCanvas(side, side);
    draw(canvas.getContext("2d"));
    sprites.set(key, canvas.transferToImageBitmap());
  }
  return sprites.get(key);
}

/** Fine diagonal lines where a field says nothing, so that it is not taken for "undecided". */
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
  tint(sheet, field, known, palette([theme.background], () => 1));
}

/** How opaque a belief is shown, from 0 (fake) over 1/2 to 1 (real). */
export function beliefOpacity(share) {
  return OPACITY * Math.abs(2 * share - 1) ** CONTRAST;
}

/** How opaque a share of one colour is shown. */
export function shareOpacity(share) {
  return OPACITY * share;
}

/**
 * What D believes: from the fake's colour (0) over nothing (1/2) to the real's colour (1).
 *
 * @param {object} odds field of log odds; NaN is unknown, and hatched
 */
export function drawBelief(sheet, odds, strength = 1) {
  const { real, fake } = sheet.colours;
  hatch(sheet, odds);
  const colours = palette([fake, real], beliefOpacity);
  sheet.pen.globalAlpha = strength;
  tint(sheet, odds, odds.values.map(sigmoid), colours);
  sheet.pen.globalAlpha = 1;
}

/** Shares in [0, 1] of one colour; NaN is unknown, and hatched. */
export function drawShares(sheet, field, colour) {
  hatch(sheet, field);
  tint(sheet, field, field.values, palette([colour], shareOpacity));
}

/** Draw where a field has a level, with a light seam so that it is seen on any colour. */
export function drawContour(sheet, field, level, { dashed = false, strength = 1 } = {}) {
  const { pen, ratio, theme } = sheet;
  pen.beginPath();
  for (const line of contours(field, sheet.reach, level)) {
    line.forEach(([x, y], i) => pen[i ? "lineTo" : "moveTo"](sheet.x(x), sheet.y(y)));
  }
  pen.lineJoin = "round";
  for (const [colour, width, opacity] of [[theme.background, 3.5, 0.6], [theme.text, 1.4, 0.9]]) {
    Object.assign(pen, { strokeStyle: colour, lineWidth: width * ratio });
    pen.globalAlpha = opacity * strength;
    pen.setLineDash(dashed ? [5 * ratio, 4 * ratio] : []);
    pen.stroke();
  }
  pen.setLineDash([]);
  pen.globalAlpha = 1;
}

/** A dot drawn once: real ones are round, fake ones stand on a corner. */
function sprite(sheet, colour, role, hollow) {
  const { ratio, theme } = sheet;
  const radius = DOT * ratio;
  const side = 4 * Math.ceil(radius);
  return keep(sheet, `${colour} ${role} ${hollow}`, side, (pen) => {
    pen.translate(side / 2, side / 2);
    if (role === "real") pen.arc(0, 0, radius, 0, 2 * Math.PI);
    else for (const [x, y] of CORNERS) pen.lineTo(1.3 * radius * x, 1.3 * radius * y);
    pen.closePath();
    pen.fillStyle = hollow ? theme.background : colour;
    pen.fill();
    pen.strokeStyle = hollow ? colour : theme.background;
    pen.lineWidth = (hollow ? 1.6 : 0.9) * ratio;
    pen.stroke();
  });
}

/**
 * Samples as small dots.
 *
 * @param {Float32Array} points (x, y) after (x, y)
 * @param {"real"|"fake"} role
 * @param {{beliefs?: Float32Array, strength?: number, hollow?: boolean}} look `beliefs` colours
 *   each dot by what D says of it, in [0, 1]
 */
export function drawDots(sheet, points, role, { beliefs, strength = 1, hollow = false } = {}) {
  const { pen } = sheet;
  const plain = sprite(sheet, ink(sheet, role), role, hollow);
  const shades = beliefs ? verdictSprites(sheet, role) : [plain];
  const middle = shades[0].width / 2;
  pen.globalAlpha = strength;
  for (let i = 0; i < points.length / 2; i += 1) {
    const shade = beliefs ? Math.round(SHADES * beliefs[i]) : 0;
    const [x, y] = [sheet.x(points[2 * i]), sheet.y(points[2 * i + 1])];
    // On whole pixels a picture is copied instead of blended with its neighbours.
    pen.drawImage(shades[shade], Math.round(x - middle), Math.round(y - middle));
  }
  pen.globalAlpha = 1;
}

/** Dots that stay where they are from one drawing to the next are laid out once. */
export function drawSteadyDots(sheet, points, role) {
  const { sprites, side } = sheet;
  const before = sprites.get(`steady ${role}`);
  const isSame = before?.points.every((value, i) => value === points[i]);
  if (!isSame || before.points.length !== points.length) {
    const canvas = new OffscreenCanvas(side, side);
    drawDots(Object.create(sheet, { pen: { value: canvas.getContext("2d") } }), points, role);
    sprites.set(`steady ${role}`, { points, picture: canvas.transferToImageBitmap() });
  }
  sheet.pen.drawImage(sprites.get(`steady ${role}`).picture, 0, 0);
}

function verdictSprites(sheet, role) {
  const { real, fake } = sheet.colours;
  return Array.from({ length: SHADES + 1 }, (_, k) => {
    const sure = (2 * k) / SHADES - 1;
    const colour = mixed(UNDECIDED, sure < 0 ? fake : real, Math.abs(sure));
    return sprite(sheet, colour, role, false);
  });
}

/**
 * Arrows from points.
 *
 * @param {Float32Array} points (x, y) after (x, y)
 * @param {Float32Array} vectors likewise
 * @param {{scale: number, longest: number}} size plane units of a vector of length 1, and at most
 */
export function drawArrows(sheet, points, vectors, { scale, longest } = ARROW) {
  const { pen, ratio, colours } = sheet;
  const unit = sheet.x(1) - sheet.x(0);
  const thin = 0.55 * ratio;
  Object.assign(pen, { fillStyle: colours.generator, globalAlpha: 0.8 });
  for (let i = 0; i < points.length; i += 2) {
    const force = Math.hypot(vectors[i], vectors[i + 1]);
    const length = Math.min(scale * force, longest) * unit;
    // What is shorter than the dot it starts from could not be seen.
    if (!(length > DOT * ratio)) continue;
    const [dx, dy] = [vectors[i] / force, -vectors[i + 1] / force];
    const [x, y] = [sheet.x(points[i]), sheet.y(points[i + 1])];
    const head = Math.min(4.5 * ratio, 0.5 * length);
    const to = (along, aside) =>
      pen.lineTo(x + along * dx - aside * dy, y + along * dy + aside * dx);
    pen.beginPath();
    to(0, -thin);
    to(length - head, -thin);
    to(length - head, -0.55 * head);
    to(length, 0);
    to(length - head, 0.55 * head);
    to(length - head, thin);
    to(0, thin);
    pen.fill();
  }
  pen.globalAlpha = 1;
}

/**
 * The lattice of noise as G bends it, its cells filled by log density where that is known.
 *
 * @param {{shape: number[], values: Float32Array}} warp (rows, columns, 2) places of the nodes
 * @param {Float32Array} [density] natural logarithms, one for each node
 */
export function drawWarp(sheet, { shape: [rows, columns], values }, density) {
  const { pen, ratio, colours } = sheet;
  const place = (at) => [sheet.x(values[2 * at]), sheet.y(values[2 * at + 1])];
  pen.fillStyle = colours.generator;
  for (let at = 0; density && at < (rows - 1) * columns - 1; at += 1) {
    if (at % columns === columns - 1) continue;
    const ends = [at, at + 1, at + columns + 1, at + columns];
    const level = ends.reduce((sum, end) => sum + density[end], 0) / 4;
    const share = (level - LOG_DENSITY[0]) / (LOG_DENSITY[1] - LOG_DENSITY[0]);
    pen.globalAlpha = OPACITY * Math.min(Math.max(share, 0), 1);
    pen.beginPath();
    for (const end of ends) pen.lineTo(...place(end));
    pen.fill();
  }
  pen.beginPath();
  const trace = (at, i) => pen[i ? "lineTo" : "moveTo"](...place(at));
  for (let row = 0; row < rows; row += 1) {
    for (let i = 0; i < columns; i += 1) trace(row * columns + i, i);
  }
  for (let column = 0; column < columns; column += 1) {
    for (let i = 0; i < rows; i += 1) trace(i * columns + column, i);
  }
  Object.assign(pen, { globalAlpha: 0.75, strokeStyle: colours.generator, lineWidth: 0.9 * ratio });
  pen.stroke();
  pen.globalAlpha = 1;
}
