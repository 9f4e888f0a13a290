/** What is read from an answer of the server, and reckoned from it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.js";
import { afterSteps } from "../../dashboard/browser/latent_http.js";
import { contours } from "../../dashboard/browser/plane_contour.js";
import { valueAt } from "../../dashboard/browser/plane_snapshot.js";
import { lengths } from "../../dashboard/browser/ways.js";

test("a field is interpolated between its cell centres", () => {
  // Centres at -1/2 and 1/2; the middle has the mean, a corner the value of its own cell.
  const field = { shape: [2, 2], values: Float32Array.of(1, 2, 3, 8) };
  const places = [
    [0, 0],
    [0.25, -0.5],
    [0.5, 0],
    [-1, 1],
  ];
  assert.deepEqual(
    places.map(([x, y]) => valueAt(field, 1, x, y)),
    [3.5, 1.75, 5, 3],
  );
});

test("contours follow straight lines and islands and leave the unknown alone", () => {
  /** @param {...number} values */
  const lines = (...values) => contours({ shape: [3, 3], values: Float32Array.from(values) }, 3, 0);
  const across = (/** @type {[number, number][]} */ line) =>
    line.map(([x]) => x).sort((a, b) => a - b);
  const [straight, ...none] = lines(-1, -1, -1, 1, 1, 1, 3, 3, 3);
  // Rows stand at y = -2, 0, 2: the level 0 lies half way between the lowest two.
  assert.deepEqual(none, []);
  assert.deepEqual(across(straight), [-3, -2, 0, 2, 3]);
  assert.deepEqual(new Set(straight.map(([, y]) => y)), new Set([-1]));
  const [island, ...others] = lines(-1, -1, -1, -1, 1, -1, -1, -1, -1);
  assert.deepEqual(others, []);
  assert.deepEqual(island[0], island.at(-1));
  assert.deepEqual(island.slice(1).map(String).sort(), ["-1,0", "0,-1", "0,1", "1,0"]);
  const known = lines(-1, -1, NaN, 1, 1, 1, 3, 3, NaN);
  assert.deepEqual(known.map(across), [[-3, -2, 0]]);
});

test("what several generators made says each its step", () => {
  assert.equal(afterSteps({ Samples: 1300, D: 1300 }), "After step 1,300.");
  const told = afterSteps({ Samples: 1300, D: 1301 });
  assert.equal(told, "Samples after step 1,300, D after step 1,301.");
});

test("the length of a vector is told over the square root of its dimension", () => {
  assert.deepEqual(lengths(Float32Array.of(3, 4, 0, 0, 1, 1, 1, 1), 4), [2.5, 1]);
});
