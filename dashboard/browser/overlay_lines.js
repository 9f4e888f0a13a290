/** Turns the curves of several runs into lines for Plotly, marks and words. */

import { literal } from "./figure.js";

/**
 * @typedef {import("./swatch.js").Look} Look
 * @typedef {import("./live.js").Mark} Mark
 *
 * @typedef {object} Header what the server says besides the lines (dashboard/routes/compare.py)
 * @property {import("./figure.js").Chart[]} charts
 * @property {Record<string, [number, number] | null>} usual
 * @property {number[][]} groups places of the runs that differ in their seed alone
 * @property {{state: string, count: number, end: number, marks: (Mark & {x: number})[]}[]} runs
 *
 * @typedef {object} Scene
 * @property {Look[]} runs
 * @property {boolean[]} shown
 * @property {Header} header
 * @property {number} weight of the smoothing
 *
 * @typedef {(name: string) => Float32Array} Part of a curve, as in "raw_x"
 * @typedef {Record<string, unknown> & {y: Float32Array}} Trace
 */

const FAINT = 0.3;
const SHADE = "33";

/**
 * What each axis counts.
 *
 * @type {Record<string, string>}
 */
export const AXIS_WORDS = {
  step: "step",
  images: "samples seen",
  seconds: "seconds of training",
};

const short = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

/**
 * @param {string} uid @param {Float32Array} x @param {Float32Array} y @param {Look} run
 * @param {object} more
 * @returns {Trace}
 */
function line(uid, x, y, run, more = {}) {
  return {
    ...{ uid, x, y, mode: x.length === 1 ? "markers" : "lines", hovertemplate: "%{y:.4~g}" },
    ...{ name: literal(run.label), line: { color: run.colour, width: 1.75, dash: run.dash } },
    ...{ marker: { color: run.colour, size: 5 } },
    ...more,
  };
}

/**
 * The line through the middle of a band, and the band: from the least to the greatest value.
 * @param {string} uid @param {Part} part @param {Look} run @param {number} [seeds]
 */
function bandTraces(uid, part, run, seeds) {
  const edge = { hoverinfo: "skip", hovertemplate: undefined, line: { width: 0 }, mode: "lines" };
  const fill = { fill: "tonexty", fillcolor: run.colour + SHADE };
  return [
    line(`${uid}-low`, part("mean_x"), part("low"), run, edge),
    line(`${uid}-high`, part("mean_x"), part("high"), run, { ...edge, ...fill }),
    line(uid, part("mean_x"), part("mean"), run, {
      name: `${literal(run.title)}, mean of ${seeds} seeds`,
    }),
  ];
}

/**
 * What was measured, faintly where a smoothed line lies over it, which may be on its way yet.
 * @param {string} uid @param {Part} part @param {Look} run @param {number} weight
 */
function runTraces(uid, part, run, weight) {
  const isSmoothed = weight > 0 && part("smooth").length > 0;
  const faint = { opacity: FAINT, line: { color: run.colour, width: 1 } };
  const under = { ...faint, hoverinfo: "skip", hovertemplate: undefined };
  const raw = line(`${uid}-raw`, part("raw_x"), part("raw"), run, isSmoothed ? under : {});
  if (!isSmoothed) return [raw];
  return [raw, line(uid, part("smooth_x"), part("smooth"), run)];
}

/**
 * The lines of one chart, those of the first run on top.
 * @param {{id: string}} chart
 * @param {Map<string, Float32Array>} lines by place, metric and part, as in "0/d_loss/raw"
 * @param {Scene} scene
 * @returns {{traces: Trace[], values: number[]}} the lines, and all values that they show
 */
export function overlayTraces(chart, lines, { runs, shown, header, weight }) {
  const traces = [...runs.entries()].reverse().flatMap(([place, run]) => {
    if (!shown[place]) return [];
    const part = (/** @type {string} */ name) =>
      lines.get(`${place}/${chart.id}/${name}`) ?? new Float32Array(0);
    const uid = `${chart.id}-${run.run_id}`;
    if (lines.has(`${place}/${chart.id}/mean`)) {
      const seeds = header.groups.find(([first]) => first === place)?.length;
      return bandTraces(uid, part, run, seeds);
    }
    return part("raw").length ? runTraces(uid, part, run, weight) : [];
  });
  return { traces, values: traces.flatMap(({ y }) => [...y]) };
}

/**
 * The live changes of the runs that are shown, in the colour of each.
 * @param {Scene} scene
 */
export function shownMarks({ runs, shown, header }) {
  const marks = header.runs.flatMap((run, place) =>
    shown[place] && runs[place]
      ? run.marks.map(({ x, step, label }) => ({
          ...{ step: x, label, colour: runs[place].colour },
          words: `${literal(runs[place].label)}, step ${step}: ${label}`,
        }))
      : [],
  );
  return marks.sort((one, other) => one.step - other.step);
}

/**
 * The newest value of every line in words, for those who cannot see them.
 * @param {{id: string}} chart @param {Map<string, Float32Array>} lines @param {Scene} scene
 */
export function latestWords(chart, lines, { runs, shown }) {
  const latest = runs.flatMap(({ label }, place) => {
    const of = (/** @type {string} */ part) => lines.get(`${place}/${chart.id}/${part}`)?.at(-1);
    const value = of("mean") ?? of("smooth") ?? of("raw");
    return shown[place] && value !== undefined ? [`${label} ${short.format(value)}`] : [];
  });
  return latest.length ? ` Latest values: ${latest.join("; ")}.` : "";
}
