/** What asks the server: one question at a time, and none while nobody looks. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Feed } from "../../dashboard/browser/feed.js";
import { Lost, Refusal } from "../../dashboard/browser/http.js";
import { Clock, hide } from "./page.js";

/** @typedef {import("node:test").TestContext} TestContext */

const SERVER_IS_BUSY = new Refusal("Ask again in some seconds.", 503);
const THERE_IS_NONE = new Refusal("There is no such run.", 404);

/**
 * A feed whose question `answer` answers: the times of its questions, and how each ended.
 * @param {TestContext} t
 * @param {(count: number) => Promise<number | null | void>} answer given the number of the question
 * @param {{rest?: number, shown?: HTMLElement}} options
 */
function begin(t, answer, options = {}) {
  const clock = new Clock(t);
  /** @type {number[]} */
  const asked = [];
  /** @type {(string | undefined)[]} */
  const told = [];
  const owner = { isConnected: true };
  const ask = () => {
    asked.push(clock.now);
    return answer(asked.length);
  };
  const tell = (/** @type {Error | null} */ problem) => told.push(problem?.message);
  const feed = new Feed(owner, ask, { ...options, tell });
  t.after(() => feed.close());
  return { clock, asked, told, owner, feed };
}

/** @param {Error} problem @param {number} times */
function failing(problem, times = Infinity) {
  return async (/** @type {number} */ count) => {
    if (count <= times) throw problem;
    return null;
  };
}

test("it asks as long after each answer as that says, until nothing more comes", async (t) => {
  const rests = [1000, 4000, null];
  const { clock, asked, feed } = begin(t, async () => rests.shift());
  feed.now();
  await clock.turn(20_000);
  assert.deepEqual(asked, [0, 1000, 5000]);
});

test("a server that is lost or busy is asked ever more rarely, until it answers", async (t) => {
  for (const problem of [new Lost(), SERVER_IS_BUSY, new Refusal("Too slow.", 408)]) {
    await t.test(problem.message, async (t) => {
      const { clock, asked, told, feed } = begin(t, failing(problem, 5));
      feed.want("a picture");
      await clock.turn(60_000);
      assert.deepEqual(asked, [0, 1000, 3000, 7000, 12_000, 17_000]);
      assert.deepEqual(told, [...Array(5).fill(problem.message), undefined]);
    });
  }
});

test("what is refused for good is not asked again, but something else is", async (t) => {
  const { clock, asked, told, feed } = begin(t, failing(THERE_IS_NONE, 1));
  feed.want("one");
  await clock.turn(20_000);
  feed.want("one");
  await clock.turn(20_000);
  feed.want("other");
  await clock.turn(20_000);
  assert.deepEqual(asked, [0, 40_000]);
  assert.deepEqual(told, [THERE_IS_NONE.message, undefined]);
});

test("another wish does not wait for a server that did not answer the one before", async (t) => {
  const { clock, asked, feed } = begin(t, failing(SERVER_IS_BUSY, 1));
  feed.want("one");
  await clock.turn(300);
  feed.want("one");
  await clock.turn(300);
  feed.want("other");
  await clock.turn(20_000);
  assert.deepEqual(asked, [0, 600]);
});

test("a fault of ours is reported and not asked again", async (t) => {
  const reported = t.mock.method(globalThis, "reportError");
  const { clock, asked, told, feed } = begin(t, failing(new TypeError("x is undefined")));
  feed.want("one");
  await clock.turn(20_000);
  assert.deepEqual([asked, told], [[0], [undefined]]);
  assert.equal(reported.mock.callCount(), 1);
});

test("what is wanted is asked for once, and of many wishes meanwhile the last", async (t) => {
  const slow = () => new Promise((resume) => setTimeout(() => resume(null), 300));
  const { clock, asked, feed } = begin(t, slow);
  for (const wish of [1, 2, 3, 3]) feed.want(wish);
  await clock.turn(2000);
  feed.want(3);
  await clock.turn(2000);
  assert.deepEqual(asked, [0, 300]);
});

test("the place of the answer is busy until the last wish is answered", async (t) => {
  const shown = /** @type {HTMLElement} */ ({});
  const slow = () => new Promise((resume) => setTimeout(() => resume(null), 300));
  const { clock, feed } = begin(t, slow, { shown });
  for (const wish of [1, 2]) feed.want(wish);
  const busy = [shown.ariaBusy];
  for (const milliseconds of [400, 400]) {
    await clock.turn(milliseconds);
    busy.push(shown.ariaBusy);
  }
  assert.deepEqual(busy, ["true", "true", "false"]);
});

test("a rest follows each answer, and then what was wanted in it", async (t) => {
  const { clock, asked, feed } = begin(t, async () => null, { rest: 1500 });
  for (let i = 0; i < 8; i += 1) {
    feed.want(i < 6 ? i : 5);
    await clock.turn(500);
  }
  await clock.turn(10_000);
  assert.deepEqual(asked, [0, 1500, 3000]);
});

test("haste waits for the question that is under way, and for no rest", async (t) => {
  const slow = () => new Promise((resume) => setTimeout(() => resume(null), 300));
  const { clock, asked, feed } = begin(t, slow, { rest: 5000 });
  feed.want("one");
  feed.now();
  feed.now();
  await clock.turn(1000);
  feed.now();
  await clock.turn(1000);
  assert.deepEqual(asked, [0, 300, 1000]);
});

test("a hidden page asks nothing, and at once when it is seen again", async (t) => {
  const { clock, asked, feed } = begin(t, async () => 1000);
  feed.now();
  await clock.turn(100);
  hide(true);
  await clock.turn(5000);
  hide(false);
  await clock.turn(500);
  assert.deepEqual(asked, [0, 5100]);
});

test("what has left the page or is closed asks no more", async (t) => {
  const { clock, asked, owner, feed } = begin(t, async () => 1000);
  feed.now();
  await clock.turn(100);
  owner.isConnected = false;
  await clock.turn(5000);
  owner.isConnected = true;
  feed.now();
  await clock.turn(100);
  feed.close();
  feed.now();
  await clock.turn(5000);
  assert.deepEqual(asked, [0, 5100]);
});

test("before anything is wanted nothing is asked, also when the page is seen", async (t) => {
  const { clock, asked } = begin(t, async () => null);
  hide(true);
  hide(false);
  await clock.turn(1000);
  assert.deepEqual(asked, []);
});
