/** What asks again and again: one question at a time, and none while nobody looks. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock, hide } from "./page.js";
import { Refusal } from "../../dashboard/browser/live.js";
import { Asking, Latest } from "../../dashboard/browser/together.js";

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

test("a refusal that passes is put again, and any other is the last word", async (t) => {
  const statuses = [503, 429, 404];
  const { clock, asked, failed } = begin(t, async () => {
    throw new Refusal("No.", statuses[failed.length]);
  });
  await clock.turn(60_000);
  assert.deepEqual(asked, [0, 1000, 3000]);
});

test("what is not in haste leaves a rest as long as it is", async (t) => {
  const { clock, asked, asking } = begin(t, async () => (asked.length < 2 ? 1000 : null));
  for (let i = 0; i < 9; i += 1) {
    await clock.turn(100);
    asking.soon();
  }
  await clock.turn(1000);
  assert.deepEqual(asked, [0, 1000]);
  asking.soon();
  await clock.turn(1000);
  assert.deepEqual(asked, [0, 1000, 1900]);
});

/** A work that fails with these problems, one after another, and when it is tried. */
function work(t, problems) {
  const clock = new Clock(t);
  const [tried, said] = [[], []];
  const owner = { isConnected: true };
  const work = async () => {
    tried.push(clock.now);
    const problem = problems.shift();
    if (problem) throw problem;
  };
  const latest = new Latest(owner, work, (sentence) => said.push(sentence));
  t.after(() => latest.close());
  return { clock, tried, said, latest };
}

test("a wish that a busy server refuses is worked for again, and that is said", async (t) => {
  const { clock, tried, said, latest } = work(t, [new Refusal("Busy: ask again.", 503), null]);
  for (let i = 0; i < 30; i += 1) {
    latest.want("a"); // With every news of the run.
    await clock.turn(100);
  }
  assert.deepEqual(tried, [0, 1000]);
  assert.deepEqual(said, ["Busy: ask again. This page does so by itself.", ""]);
});

test("after a last word only another wish is worked for", async (t) => {
  const { clock, tried, said, latest } = work(t, [new Refusal("It is damaged.", 409), null]);
  latest.want("a");
  await clock.turn(60_000);
  latest.want("a");
  await clock.turn(1000);
  assert.deepEqual([tried, said], [[0], ["It is damaged."]]);
  latest.want("b");
  await clock.turn(1000);
  assert.deepEqual([tried, said], [[0, 61_000], ["It is damaged.", ""]]);
});

test("another wish does not wait until the one before is tried again", async (t) => {
  const { clock, tried, said, latest } = work(t, [new TypeError("no connection"), null]);
  latest.want("a");
  await clock.turn(100);
  latest.want("b");
  await clock.turn(60_000);
  assert.deepEqual([tried, said], [[0, 100], ["Connection lost, trying again", ""]]);
});
