/** Words of strangers for Plotly, which takes some signs of HTML in names and hover for its own. */

import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.js";
import { overlayTraces, shownMarks } from "../../dashboard/browser/overlay_lines.js";

const TITLE = '<b>a</b> & <a href="x">b</a> &lt;';
const LITERAL = '&lt;b&gt;a&lt;/b&gt; &amp; &lt;a href="x"&gt;b&lt;/a&gt; &amp;lt;';
const RUN = { run_id: "a", title: TITLE, label: TITLE, colour: "#123456", dash: "solid" };

function scene(part) {
  const lines = new Map([
    [`0/loss/${part}_x`, new Float32Array([1, 2])],
    [`0/loss/${part}`, new Float32Array([3, 4])],
  ]);
  const header = { groups: [[0, 1]], runs: [{ marks: [{ x: 1, step: 1, label: "lr_d 0.1" }] }] };
  return { lines, shown: { runs: [RUN], shown: [true], header, weight: 0 } };
}

test("the names of lines and of bands are literal", () => {
  for (const [part, name] of [["raw", LITERAL], ["mean", `${LITERAL}, mean of 2 seeds`]]) {
    const { lines, shown } = scene(part);
    const { traces } = overlayTraces({ id: "loss" }, lines, shown);
    assert.equal(traces.at(-1).name, name);
    for (const one of traces) assert.ok(one.name.startsWith(LITERAL));
  }
});

test("the words at a mark are literal", () => {
  const [mark] = shownMarks(scene("raw").shown);
  assert.equal(mark.words, `${LITERAL}, step 1: lr_d 0.1`);
});
