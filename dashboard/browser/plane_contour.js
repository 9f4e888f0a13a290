/** Lines along which a field over the plane has a level: marching squares, then linked. */

/**
 * @typedef {import("./wire.js").Field} Field
 * @typedef {[number, number]} Point x and y
 * @typedef {[number, number]} Edge two neighbouring nodes, the lower one first
 * @typedef {{place: Point, ways: number[]}} Crossing of an edge: where, and the edges that a line
 *   leads on to
 */

/**
 * The edges that a line joins, by which corners of the square lie above the level.
 *
 * Corners count 1, 2, 4, 8 from the lower left, anticlockwise; edge k leads from corner k to the
 * next one. Two cases are ambiguous: there the middle of the square decides.
 */
const JOINED = [
  ...[[], [[3, 0]], [[0, 1]], [[3, 1]], [[1, 2]], null, [[0, 2]], [[3, 2]]],
  ...[[[2, 3]], [[2, 0]], null, [[2, 1]], [[1, 3]], [[1, 0]], [[0, 3]], []],
];
const RISING = [
  [0, 1],
  [2, 3],
];
const FALLING = [
  [3, 0],
  [1, 2],
];

/** The field less the level, with its outermost values repeated at the very edge of the plane. */
class Nodes {
  /** @param {Field} field @param {number} reach @param {number} level */
  constructor({ shape: [rows, columns], values }, reach, level) {
    this.width = columns + 2;
    this.height = rows + 2;
    this.xs = this.#places(columns, reach);
    this.ys = this.#places(rows, reach);
    this.values = new Float32Array(this.width * this.height);
    /** @param {number} i @param {number} count */
    const inside = (i, count) => Math.min(Math.max(i - 1, 0), count - 1);
    for (let at = 0; at < this.values.length; at += 1) {
      const [i, j] = [at % this.width, Math.floor(at / this.width)];
      this.values[at] = values[inside(j, rows) * columns + inside(i, columns)] - level;
    }
  }

  /** @param {number} count @param {number} reach */
  #places(count, reach) {
    const share = (/** @type {number} */ i) => Math.min(Math.max((i - 0.5) / count, 0), 1);
    return Float32Array.from({ length: count + 2 }, (_, i) => (2 * share(i) - 1) * reach);
  }

  /**
   * Where the level lies between two neighbouring nodes.
   * @param {Edge} edge
   * @returns {Point}
   */
  crossing([from, to]) {
    const share = this.values[from] / (this.values[from] - this.values[to]);
    /** @param {number} a @param {number} b */
    const between = (a, b) => a + share * (b - a);
    const x = (/** @type {number} */ at) => this.xs[at % this.width];
    const y = (/** @type {number} */ at) => this.ys[Math.floor(at / this.width)];
    return [between(x(from), x(to)), between(y(from), y(to))];
  }
}

/**
 * Call `join` for each piece of line, with the edges that it leads from and to.
 * @param {Nodes} nodes @param {(from: Edge, to: Edge) => void} join
 */
function march({ values, width, height }, join) {
  for (let j = 0; j < height - 1; j += 1) {
    for (let i = 0; i < width - 1; i += 1) {
      const at = j * width + i;
      const [a, b] = [values[at], values[at + 1]];
      const [d, c] = [values[at + width], values[at + width + 1]];
      const above = Number(a > 0) + 2 * Number(b > 0) + 4 * Number(c > 0) + 8 * Number(d > 0);
      if (above === 0 || above === 15 || Number.isNaN(a + b + c + d)) continue;
      /** @type {Edge[]} */
      const edges = [
        [at, at + 1],
        [at + 1, at + width + 1],
        [at + width, at + width + 1],
        [at, at + width],
      ];
      const ambiguous = (above === 5) === a + b + c + d > 0 ? RISING : FALLING;
      for (const [p, q] of JOINED[above] ?? ambiguous) join(edges[p], edges[q]);
    }
  }
}

/**
 * Follow pieces from one crossing to the next; a closed line ends where it began.
 *
 * @param {Map<number, Crossing>} crossings those that are left, by the names of their edges
 * @param {number} start
 */
function follow(crossings, start) {
  const line = [];
  let [here, before] = [start, -1];
  for (let crossing = crossings.get(here); crossing; crossing = crossings.get(here)) {
    line.push(crossing.place);
    crossings.delete(here);
    const { ways } = crossing;
    const next = ways.find((way) => way !== before && crossings.has(way));
    if (next === undefined && line.length > 2 && ways.includes(start)) line.push(line[0]);
    [here, before] = [next ?? -1, here];
  }
  return line;
}

/**
 * The lines along which a field has a level.
 *
 * @param {Field} field values at cell centres, row 0 the lowest y; a square with an unknown corner
 *   (NaN) has no line
 * @param {number} reach the field covers [-reach, reach] in both directions
 * @param {number} level
 * @returns {Point[][]} lines in plane units
 */
export function contours(field, reach, level) {
  const nodes = new Nodes(field, reach, level);
  /** @type {Map<number, Crossing>} */
  const crossings = new Map();
  const name = (/** @type {Edge} */ [from, to]) => 2 * from + (to - from === 1 ? 0 : 1);
  /** @param {Edge} from @param {Edge} to */
  const link = (from, to) => {
    const found = crossings.get(name(from)) ?? { place: nodes.crossing(from), ways: [] };
    found.ways.push(name(to));
    crossings.set(name(from), found);
  };
  march(nodes, (from, to) => {
    link(from, to);
    link(to, from);
  });
  const ends = [...crossings.keys()].filter((key) => crossings.get(key)?.ways.length === 1);
  return [...ends, ...crossings.keys()].flatMap((start) =>
    crossings.has(start) ? [follow(crossings, start)] : [],
  );
}
