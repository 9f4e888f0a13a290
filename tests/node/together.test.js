/** What asks about several runs: one question at a time, and none while nobody looks. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock, hide } from "./page.js";
import { Asking } from "../../dashboard/browser/together.js";

/** Asking at once, whose question `answer` answers; the times of its questions. */
function begin(t, answer) {
  const clock = new Clock(t);
  const asked = [];
  const failed = [];
  const owner = { isConnected: true };
  const ask = () => {
    asked.push(clock.now);
    return answer();
  };
  const asking = new Asking(owner, ask, (problem) => failed.push(problem.message));
  t.after(() => asking.close());
  asking.now();
  return { clock, asked, failed, owner, asking };
}

test("it asks as long after each answer as that says, until nothing more comes", async (t) => {
  const rests = [1000, 4000, null];
  const { clock, asked } = begin(t, async () => rests.shift());
  await clock.turn(20_000);
  assert.deepEqual(asked, [0, 1000, 5000]);
});

test("a question that failed is put again ever more rarely", async (t) => {
  const { clock, asked, failed } = begin(t, async () => {
    throw new Error("gone");
  });
  await clock.turn(13_000);
  assert.deepEqual(asked, [0, 1000, 3000, 7000, 12_000]);
  assert.equal(failed.length, 5);
});

test("haste waits for the question that is under way", async (t) => {
  const slow = () => new Promise((resume) => setTimeout(() => resume(null), 300));
  const { clock, asked, asking } = begin(t, slow);
  asking.now();
  asking.now();
  await clock.turn(2000);
  assert.deepEqual(asked, [0, 300]);
});

test("a hidden page asks nothing, and at once when it is seen again", async (t) => {
  const { clock, asked } = begin(t, async () => 1000);
  await clock.turn(100);
  hide(true);
  await clock.turn(5000);
  hide(false);
  await clock.turn(500);
  assert.deepEqual(asked, [0, 5100]);
});

test("what has left the page or is closed asks no more", async (t) => {
  const { clock, asked, owner } = begin(t, async () => 1000);
  await clock.turn(100);
  owner.isConnected = false;
  await clock.turn(5000);
  assert.deepEqual(asked, [0]);
});
