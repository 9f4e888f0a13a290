/** Lines of runs laid over one another. */

import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.js";
import { overlayTraces } from "../../dashboard/browser/overlay_lines.js";

const RUN = { run_id: "a", title: "A", label: "A", colour: "#123456", dash: "solid" };

function traces(...parts) {
  const lines = new Map(
    parts.flatMap((part) => [
      [`0/loss/${part}_x`, new Float32Array([1, 2])],
      [`0/loss/${part}`, new Float32Array([3, 4])],
    ]),
  );
  const scene = { runs: [RUN], shown: [true], header: { groups: [], runs: [] }, weight: 0.9 };
  return overlayTraces({ id: "loss" }, lines, scene).traces;
}

test("a line stays as it is until the smoothed one over it has come", () => {
  assert.deepEqual(traces("raw").map(({ opacity }) => opacity), [undefined]);
  assert.deepEqual(traces("raw", "smooth").map(({ opacity }) => opacity), [0.3, undefined]);
});
