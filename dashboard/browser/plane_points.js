/** Draws points, arrows and the lattice of noise on a sheet. */

import { channels, keep, OPACITY } from "./layers.js";
import { penOf } from "./view.js";

/**
 * @typedef {import("./layers.js").Sheet} Sheet
 * @typedef {import("./plane_snapshot.js").Field} Field
 * @typedef {"real" | "fake"} Role
 */

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
const UNDECIDED = "#8d93a0";
const LOG_DENSITY = [-6, 3];

/**
 * A colour between two, `share` of the way.
 * @param {string} from @param {string} to @param {number} share
 */
function mixed(from, to, share) {
  const [a, b] = [channels(from), channels(to)];
  return `rgb(${a.map((value, i) => Math.round(value + share * (b[i] - value))).join(" ")})`;
}

/**
 * A role's colour for small things, which have to stand out from large ones of that colour.
 * @param {Sheet} sheet @param {Role} role
 */
function ink({ colours, theme }, role) {
  return mixed(colours[role], theme.text, 0.22);
}

/**
 * A dot drawn once: real ones are round, fake ones stand on a corner.
 * @param {Sheet} sheet @param {string} colour @param {Role} role @param {boolean} hollow
 */
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
 * @param {Sheet} sheet
 * @param {ArrayLike<number>} points (x, y) after (x, y)
 * @param {Role} role
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

/**
 * Dots that stay where they are from one drawing to the next are laid out once.
 * @param {Sheet} sheet @param {Float32Array} points @param {Role} role
 */
export function drawSteadyDots(sheet, points, role) {
  let before = sheet.steady.get(role);
  const isSame = before?.points.every((value, i) => value === points[i]);
  if (!before || !isSame || before.points.length !== points.length) {
    const canvas = new OffscreenCanvas(sheet.side, sheet.side);
    drawDots(Object.create(sheet, { pen: { value: penOf(canvas) } }), points, role);
    before = { points, picture: canvas.transferToImageBitmap() };
    sheet.steady.set(role, before);
  }
  sheet.pen.drawImage(before.picture, 0, 0);
}

/** @param {Sheet} sheet @param {Role} role */
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
 * @param {Sheet} sheet
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
    /** @param {number} along @param {number} aside */
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
 * @param {Sheet} sheet
 * @param {Field} warp (rows, columns, 2) places of the nodes
 * @param {Float32Array} [density] natural logarithms, one for each node
 */
export function drawWarp(sheet, { shape: [rows, columns], values }, density) {
  const { pen, ratio, colours } = sheet;
  /** @param {number} at @returns {[number, number]} */
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
  /** @param {number} at @param {number} i */
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
