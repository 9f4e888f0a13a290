/** Turns a chart's description and its points into what Plotly draws. */

import { element, penOf } from "./view.js";

const NO_POINTS = { steps: new Uint32Array(0), values: new Float32Array(0) };
const HEIGHT = 216;
// A mark nearer to its neighbour than this share of the axis shows its words on hover only.
const CROWDED = 0.04;
// Lines nearer to each other than this share of the axis have their labels side by side.
const CLOSE = 0.2;
const LETTER_PX = 5.5;

/**
 * A chart as the page describes it (dashboard/charts).
 *
 * @typedef {object} Chart
 * @property {string} id
 * @property {string} title
 * @property {string} y_title
 * @property {string} [alt]
 * @property {string} [note]
 * @property {boolean} [log]
 * @property {{name: string, label: string, colour: string, dash?: string}[]} series
 * @property {ReferenceLine[]} lines
 *
 * @typedef {{value: number, label: string, colour: string}} ReferenceLine
 * @typedef {import("./live.js").Mark} Mark
 * @typedef {import("./plotly.js").Plotly} Plotly
 * @typedef {import("./live.js").Curve} Curve
 * @typedef {ReturnType<typeof readTheme>} Theme
 */

/**
 * What else is to be known of a chart: the width in pixels, the range of steps, that of the values,
 * whether a person zoomed the y axis, a number that grows with every drawing, and what the x axis
 * counts, where it is not steps.
 *
 * @typedef {object} Scene
 * @property {number} width
 * @property {[number, number]} range
 * @property {[number, number]} extent
 * @property {boolean} ownZoom
 * @property {Mark[]} marks
 * @property {boolean} empty
 * @property {Theme} theme
 * @property {number} turn
 * @property {string} [axis]
 */

/** A colour of any notation as one that lets what is behind it shine through. */
function translucent(/** @type {string} */ colour) {
  const pen = penOf(element("canvas"));
  pen.fillStyle = colour;
  return `${pen.fillStyle}99`;
}

/** Words of strangers for Plotly, which reads some signs of HTML in whatever it shows. */
export function literal(/** @type {string} */ text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Streamlit's theme as colours and fonts that Plotly understands. */
export function readTheme(/** @type {HTMLElement} */ root) {
  const style = getComputedStyle(root);
  const variable = (/** @type {string} */ name) => style.getPropertyValue(`--st-${name}`).trim();
  return {
    text: variable("text-color") || style.color,
    background: variable("background-color") || "white",
    veil: translucent(variable("background-color") || "white"),
    border: variable("border-color") || "rgba(128, 128, 128, 0.3)",
    font: variable("font") || style.fontFamily,
  };
}

/**
 * One line per series, always in the same order, so that Plotly knows each again.
 * @param {Chart} chart @param {Map<string, Curve>} series
 */
export function traces(chart, series) {
  return chart.series.map(({ name, label, colour, dash }) => {
    const { steps, values } = series.get(name) ?? NO_POINTS;
    return {
      uid: `${chart.id}-${name}`,
      name: label,
      x: steps,
      y: values,
      // A line through a single point would be invisible.
      mode: steps.length === 1 ? "markers" : "lines",
      line: { color: colour, width: 1.5, dash: dash ?? "solid" },
      marker: { color: colour, size: 5 },
      hovertemplate: "%{y:.4~g}",
      showlegend: steps.length > 0,
    };
  });
}

function referenceLine(/** @type {ReferenceLine} */ { value, colour }) {
  const ends = { xref: "paper", x0: 0, x1: 1, y0: value, y1: value };
  const line = { color: colour, width: 1.25, dash: "dot" };
  return { type: "line", ...ends, layer: "below", line };
}

/**
 * The words of reference lines, over the curves and on the side where the chart has room; where two
 * lines are close, side by side.
 * @param {Chart} chart @param {Scene} scene
 */
function referenceLabels({ lines, log }, { extent, theme }) {
  const place = (/** @type {number} */ value) => (log ? Math.log10(value) : value);
  const [low, high] = extent.map(place);
  return lines.map(({ value, label, colour }, i) => {
    const y = place(value);
    const isClose = (/** @type {ReferenceLine} */ one) =>
      Math.abs(place(one.value) - y) < CLOSE * (high - low);
    const beside = lines.slice(0, i).filter(isClose);
    const letters = beside.reduce((sum, one) => sum + one.label.length + 2, 0);
    return {
      ...{ xref: "paper", x: 1, xanchor: "right", xshift: -LETTER_PX * letters, y },
      yanchor: y > (low + high) / 2 ? "top" : "bottom",
      ...{ text: label, font: { size: 10.5, color: colour }, showarrow: false },
      ...{ bgcolor: theme.veil, borderpad: 1 },
    };
  });
}

/** @param {Mark} mark @param {Theme} theme */
function markLine({ step, colour }, theme) {
  const line = { color: colour ?? theme.text, width: 1 };
  const ends = { x0: step, x1: step, yref: "paper", y0: 0, y1: 1 };
  return { type: "line", ...ends, layer: "below", opacity: 0.35, line };
}

/** @param {Mark[]} marks @param {[number, number]} range @param {Theme} theme */
function markLabels(marks, [first, last], theme) {
  return marks.map(({ step, label, colour, words }, i) => {
    const room = (marks[i + 1]?.step ?? Infinity) - step > CROWDED * (last - first);
    return {
      ...{ x: step, xanchor: "left", yref: "paper", y: 1, yanchor: "top", showarrow: false },
      ...(room ? { text: label, textangle: 90 } : { text: "▾" }),
      ...{ font: { size: 10, color: colour ?? theme.text }, borderpad: 1, opacity: 0.75 },
      hovertext: words ?? `Step ${step}: ${label}`,
      hoverlabel: { font: { color: theme.text } },
    };
  });
}

function emptyNote(/** @type {Theme} */ theme) {
  const middle = { xref: "paper", yref: "paper", x: 0.5, y: 0.5, showarrow: false };
  const font = { size: 12, color: theme.text };
  return { ...middle, text: "Nothing measured yet", opacity: 0.6, font };
}

/**
 * Ticks that a student can read: 1, 2, 5 within two decades, else powers of ten.
 * @param {[number, number]} extent @param {boolean} ownZoom
 */
function logAxis([low, high], ownZoom) {
  const decades = Math.log10(high / low);
  const dtick = decades < 2 ? "D2" : Math.ceil(decades / 5);
  // After a person's own zoom of this axis Plotly knows better which ticks fit.
  return { type: "log", tickformat: "~g", dtick: ownZoom ? undefined : dtick };
}

/**
 * The least and the greatest value that a chart shows, its reference lines included.
 * @param {Pick<Chart, "log" | "lines"> & {series: {name: string}[]}} chart
 * @param {Map<string, {values: ArrayLike<number>}>} series
 * @returns {[number, number]} both positive where the axis is logarithmic
 */
export function extent(chart, series) {
  let [low, high] = [Infinity, -Infinity];
  const drawn = chart.series.map(({ name }) => series.get(name)?.values ?? []);
  for (const values of [...drawn, chart.lines.map(({ value }) => value)]) {
    for (const value of Array.from(values)) {
      if (!chart.log || value > 0) [low, high] = [Math.min(low, value), Math.max(high, value)];
    }
  }
  return low <= high ? [low, high] : [1, 1];
}

/**
 * Everything about a chart but its points.
 * @param {Chart} chart @param {Scene} scene
 * @returns {Record<string, any>} Plotly's layout
 */
export function layout(chart, scene) {
  const { width, range, marks, empty, theme, turn, axis: counted = "step" } = scene;
  const axis = {
    gridcolor: theme.border,
    linecolor: theme.border,
    zeroline: false,
    tickfont: { size: 11 },
    exponentformat: "power",
  };
  const title = (/** @type {string} */ text) => ({ text, standoff: 6, font: { size: 11.5 } });
  return {
    width,
    height: HEIGHT,
    margin: { l: 58, r: 20, t: 30, b: 40 },
    paper_bgcolor: "rgba(0, 0, 0, 0)",
    plot_bgcolor: "rgba(0, 0, 0, 0)",
    font: { family: theme.font, color: theme.text, size: 12 },
    // Kept as it is, so that hidden lines and a zoom of the y axis survive a refresh.
    uirevision: chart.id,
    // The range of steps is common to all charts and not Plotly's to keep.
    xaxis: {
      ...axis,
      ...{ title: title(counted), range, uirevision: turn, showgrid: false, showline: true },
      ...{ ticks: "outside", ticklen: 4, tickcolor: theme.border },
      ...{ spikecolor: theme.text, spikethickness: 1, spikedash: "dot" },
      unifiedhovertitle: { text: `${counted} %{x}` },
    },
    yaxis: {
      ...axis,
      title: title(chart.y_title),
      ...(chart.log ? logAxis(scene.extent, scene.ownZoom) : { nticks: 6 }),
    },
    legend: {
      ...{ orientation: "h", x: 0, y: 1, yref: "container", yanchor: "top" },
      font: { size: 11.5 },
    },
    showlegend: true,
    hovermode: "x unified",
    hoverlabel: { bgcolor: theme.background, bordercolor: theme.border, font: { size: 12 } },
    modebar: { bgcolor: "rgba(0, 0, 0, 0)", color: theme.text, activecolor: theme.text },
    shapes: [...chart.lines.map(referenceLine), ...marks.map((mark) => markLine(mark, theme))],
    annotations: [
      ...referenceLabels(chart, scene),
      ...(empty ? [emptyNote(theme)] : markLabels(marks, range, theme)),
    ],
  };
}

/**
 * Plotly's settings for a chart: a small toolbar with an export that carries title and colour.
 * @param {Plotly} Plotly @param {Chart} chart @param {() => Theme} readTheme
 */
export function config(Plotly, chart, readTheme) {
  /** @param {string} format @param {object} icon @param {number} scale */
  const save = (format, icon, scale) => ({
    name: `Save as ${format.toUpperCase()}`,
    icon,
    /** @param {{data: object, layout: Record<string, any>}} plot */
    click: ({ data, layout: { ...drawn } }) => {
      Object.assign(drawn, { paper_bgcolor: readTheme().background, title: { text: chart.title } });
      drawn.margin = { ...drawn.margin, t: 60 };
      const size = { width: drawn.width, height: drawn.height + 34, scale };
      Plotly.downloadImage({ data, layout: drawn }, { format, filename: chart.id, ...size });
    },
  });
  const { camera, disk } = Plotly.Icons;
  const saves = [save("png", camera, 2), save("svg", disk, 1)];
  return {
    displaylogo: false,
    displayModeBar: "hover",
    doubleClick: "autosize",
    showTips: false,
    modeBarButtons: [["zoom2d", "pan2d", "autoScale2d", ...saves]],
  };
}
