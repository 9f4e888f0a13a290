/** Lines of runs laid over one another; Plotly takes some signs of HTML in words for its own. */

import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.js";
import { overlayTraces, shownMarks } from "../../dashboard/browser/overlay_lines.js";

const TITLE = '<b>a</b> & <a href="x">b</a> &lt;';
const LITERAL = '&lt;b&gt;a&lt;/b&gt; &amp; &lt;a href="x"&gt;b&lt;/a&gt; &amp;lt;';
const RUN = {
  run_id: "a",
  title: TITLE,
  label: TITLE,
  colour: "#123456",
  dash: "solid",
  differs: [],
};
const MARKED = {
  state: "running",
  count: 2,
  end: 2,
  marks: [{ x: 1, step: 1, label: "lr_d 0.1" }],
};
const HEADER = { charts: [], usual: {}, groups: [[0, 1]], runs: [MARKED] };
const SCENE = { runs: [RUN], shown: [true], header: HEADER, weight: 0.9 };

/** The lines of a run of which these parts have come. */
function traces(/** @type {string[]} */ ...parts) {
  const lines = parts.flatMap((part) => [
    /** @type {const} */ ([`0/loss/${part}_x`, Float32Array.of(1, 2)]),
    /** @type {const} */ ([`0/loss/${part}`, Float32Array.of(3, 4)]),
  ]);
  return overlayTraces({ id: "loss" }, new Map(lines), SCENE).traces;
}

test("a line stays as it is until the smoothed one over it has come", () => {
  const opacities = (/** @type {string[]} */ ...parts) =>
    traces(...parts).map(({ opacity }) => opacity);
  assert.deepEqual(opacities("raw"), [undefined]);
  assert.deepEqual(opacities("raw", "smooth"), [0.3, undefined]);
});

test("the names of lines and of bands are literal", () => {
  assert.deepEqual(
    traces("raw").map(({ name }) => name),
    [LITERAL],
  );
  const mean = `${LITERAL}, mean of 2 seeds`;
  assert.deepEqual(
    traces("mean").map(({ name }) => name),
    [LITERAL, LITERAL, mean],
  );
});

test("the words at a mark are literal", () => {
  const [mark] = shownMarks(SCENE);
  assert.equal(mark.words, `${LITERAL}, step 1: lr_d 0.1`);
});
