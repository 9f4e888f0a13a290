/** Lines along which a field over the plane has a level: marching squares, then linked. */

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
  constructor({ shape: [rows, columns], values }, reach, level) {
    this.width = columns + 2;
    this.height = rows + 2;
    this.xs = this.#places(columns, reach);
    this.ys = this.#places(rows, reach);
    this.values = new Float32Array(this.width * this.height);
    const inside = (i, count) => Math.min(Math.max(i - 1, 0), count - 1);
    for (let at = 0; at < this.values.length; at += 1) {
      const [i, j] = [at % this.width, Math.floor(at / this.width)];
      this.values[at] = values[inside(j, rows) * columns + inside(i, columns)] - level;
    }
  }

  #places(count, reach) {
    const share = (i) => Math.min(Math.max((i - 0.5) / count, 0), 1);
    return Float32Array.from({ length: count + 2 }, (_, i) => (2 * share(i) - 1) * reach);
  }

  /** Where the level lies between two neighbouring nodes. */
  crossing(from, to) {
    const share = this.values[from] / (this.values[from] - this.values[to]);
    const between = (a, b) => a + share * (b - a);
    const [x, y] = [(at) => this.xs[at % this.width], (at) => this.ys[Math.floor(at / this.width)]];
    return [between(x(from), x(to)), between(y(from), y(to))];
  }
}

/** Call `join(edge, edge)` for each piece of line; an edge is [node, node], the lower one first. */
function march({ values, width, height }, join) {
  for (let j = 0; j < height - 1; j += 1) {
    for (let i = 0; i < width - 1; i += 1) {
      const at = j * width + i;
      const [a, b] = [values[at], values[at + 1]];
      const [d, c] = [values[at + width], values[at + width + 1]];
      const above = (a > 0) + 2 * (b > 0) + 4 * (c > 0) + 8 * (d > 0);
      if (above === 0 || above === 15 || Number.isNaN(a + b + c + d)) continue;
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

/** Follow pieces from one to the next; a closed line ends where it began. */
function follow(ways, places, start) {
  const line = [];
  let [here, before] = [start, null];
  while (here !== undefined) {
    line.push(places.get(here));
    const onward = ways.get(here);
    ways.delete(here);
    const next = onward.find((way) => way !== before && ways.has(way));
    if (next === undefined && line.length > 2 && onward.includes(start)) line.push(line[0]);
    [here, before] = [next, here];
  }
  return line;
}

/**
 * The lines along which a field has a level.
 *
 * @param {{shape: number[], values: Float32Array}} field values at cell centres, row 0 the lowest
 *   y; a square with an unknown corner (NaN) has no line
 * @param {number} reach the field covers [-reach, reach] in both directions
 * @param {number} level
 * @returns {number[][][]} lines of [x, y] in plane units
 */
export function contours(field, reach, level) {
  const nodes = new Nodes(field, reach, level);
  const [ways, places] = [new Map(), new Map()];
  const name = ([from, to]) => 2 * from + (to - from === 1 ? 0 : 1);
  const link = (from, to) => {
    const key = name(from);
    if (!ways.has(key)) ways.set(key, []);
    ways.get(key).push(name(to));
    if (!places.has(key)) places.set(key, nodes.crossing(...from));
  };
  march(nodes, (p, q) => {
    link(p, q);
    link(q, p);
  });
  const ends = [...ways.keys()].filter((key) => ways.get(key).length === 1);
  return [...ends, ...ways.keys()].flatMap((start) =>
    ways.has(start) ? [follow(ways, places, start)] : [],
  );
}
