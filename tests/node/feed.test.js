/** What asks the server: one question at a time, and none while nobody looks. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { complainIn, Feed, patientWords, plainWords } from "../../dashboard/browser/feed.js";
import { HttpError, Lost } from "../../dashboard/browser/http.js";
import { Clock, hide } from "./page.js";

/** @typedef {import("node:test").TestContext} TestContext */

const SERVER_IS_BUSY = new HttpError("Ask again in some seconds.", 503);
const THERE_IS_NONE = new HttpError("There is no such run.", 404);

/**
 * A feed whose question `answer` answers: the times of its questions, and how each ended.
 * @param {TestContext} t
 * @param {(count: number, signal: AbortSignal) => Promise<number | null | void>} answer given the
 *   number of the question
 * @param {ConstructorParameters<typeof Feed>[2]} options
 */
function begin(t, answer, options = {}) {
  const clock = new Clock(t);
  /** @type {number[]} */
  const asked = [];
  /** @type {(string | undefined)[]} */
  const told = [];
  const owner = { isConnected: true };
  const ask = (/** @type {AbortSignal} */ signal) => {
    asked.push(clock.now);
    return answer(asked.length, signal);
  };
  const tell = (/** @type {Error | null} */ problem) => told.push(problem?.message);
  const feed = new Feed(owner, ask, { tell, ...options });
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
  for (const problem of [new Lost(), SERVER_IS_BUSY, new HttpError("Too slow.", 408)]) {
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

test("another wish meanwhile is asked for straight after an answer that did not come", async (t) => {
  const slow = async (/** @type {number} */ count) => {
    await new Promise((resume) => setTimeout(resume, 300));
    if (count === 1) throw new Lost();
  };
  const { clock, asked, feed } = begin(t, slow);
  feed.want("one");
  feed.want("other");
  await clock.turn(20_000);
  assert.deepEqual(asked, [0, 300]);
});

test("a fault of ours is reported, told, and asked again like a lost answer", async (t) => {
  const reported = t.mock.method(globalThis, "reportError");
  const { clock, asked, told, feed } = begin(t, failing(new TypeError("x is undefined"), 2));
  feed.want("one");
  await clock.turn(20_000);
  assert.deepEqual(asked, [0, 1000, 3000]);
  assert.deepEqual(told, ["x is undefined", "x is undefined", undefined]);
  assert.equal(reported.mock.callCount(), 2);
});

test("a question that never ends is given up, and its answer may not come any more", async (t) => {
  /** @type {AbortSignal[]} */
  const signals = [];
  const never = (/** @type {number} */ count, /** @type {AbortSignal} */ signal) => {
    signals.push(signal);
    return count === 1 ? new Promise(() => {}) : Promise.resolve(null);
  };
  const { clock, asked, told, feed } = begin(t, never, { patience: 4000 });
  feed.want("one");
  await clock.turn(60_000);
  assert.deepEqual(asked, [0, 5000]);
  assert.deepEqual(told, [new Lost().message, undefined]);
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true, false],
  );
});

test("who throws when told how a question ended stops nothing", async (t) => {
  const reported = t.mock.method(globalThis, "reportError");
  const { clock, asked, feed } = begin(t, async () => 1000, {
    tell: () => {
      throw new TypeError("on purpose");
    },
  });
  feed.now();
  await clock.turn(2500);
  assert.deepEqual(asked, [0, 1000, 2000]);
  assert.equal(reported.mock.callCount(), 3);
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

test("what is forgotten is asked for when it is wanted again, answered or not", async (t) => {
  for (const problem of [null, SERVER_IS_BUSY, THERE_IS_NONE]) {
    await t.test(String(problem?.message), async (t) => {
      const answer = problem ? failing(problem, 1) : async () => null;
      const { clock, asked, told, feed } = begin(t, answer);
      feed.want("one");
      await clock.turn(500);
      feed.forget();
      await clock.turn(20_000);
      feed.want("one");
      await clock.turn(20_000);
      assert.deepEqual(asked, [0, 20_500]);
      assert.deepEqual(told, [problem?.message, undefined, undefined]);
    });
  }
});

test("how a forgotten question ends is not told, and an answer to it is none", async (t) => {
  for (const problem of [null, SERVER_IS_BUSY, THERE_IS_NONE]) {
    await t.test(String(problem?.message), async (t) => {
      const slow = async (/** @type {number} */ count) => {
        await new Promise((resume) => setTimeout(resume, 300));
        if (problem && count === 1) throw problem;
      };
      const { clock, asked, told, feed } = begin(t, slow);
      feed.want("one");
      feed.forget();
      await clock.turn(20_000);
      feed.want("one");
      await clock.turn(20_000);
      assert.deepEqual(asked, [0, 20_000]);
      assert.deepEqual(told, [undefined, undefined]);
    });
  }
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

test("without a wish a page that is seen again asks, also when nothing more was to come", async (t) => {
  const { clock, asked, feed } = begin(t, async () => null);
  feed.now();
  await clock.turn(1000);
  hide(true);
  await clock.turn(1000);
  hide(false);
  await clock.turn(1000);
  feed.want("one");
  await clock.turn(1000);
  hide(true);
  hide(false);
  await clock.turn(1000);
  assert.deepEqual(asked, [0, 2000, 3000]);
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

test("what is said of a question that failed tells whether it is put again", () => {
  const said = [null, new Lost(), SERVER_IS_BUSY, THERE_IS_NONE, new TypeError("x is undefined")];
  assert.deepEqual(said.map(patientWords), [
    "",
    "Connection lost, trying again",
    "Ask again in some seconds. This page asks again by itself.",
    "There is no such run.",
    "This page has a fault, and tries again: TypeError: x is undefined",
  ]);
});

test("of those who complain in one place the first that has something to say is heard", () => {
  const place = /** @type {HTMLElement} */ ({ textContent: "" });
  const [one, other] = [complainIn(place), complainIn(place, plainWords)];
  const heard = [];
  for (const say of [
    () => other(SERVER_IS_BUSY),
    () => one(THERE_IS_NONE),
    () => other(null),
    () => other(SERVER_IS_BUSY),
    () => one(null),
    () => other(null),
  ]) {
    say();
    heard.push(place.textContent);
  }
  const [none, busy] = [THERE_IS_NONE.message, SERVER_IS_BUSY.message];
  assert.deepEqual(heard, [busy, none, none, none, busy, ""]);
});
