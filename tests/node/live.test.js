/** The feed of a run: when it asks, what it asks for, and what its listeners hear. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { watch } from "../../dashboard/browser/live.js";
import { encode } from "../../dashboard/browser/wire.js";
import { Clock, hide } from "./page.js";

/** @typedef {import("node:test").TestContext} TestContext */

/** Watch for no longer than it takes to ask. */
function look(/** @type {string} */ id) {
  watch(id, () => {})();
}

const HEADER = {
  state: "running",
  step: 0,
  frames: [0],
  elapsed: 12,
  problem: "",
  is_unsaved: false,
};
let runs = 0;

/** A run on a server of this process: `header` and `series` are what it says. */
class Run {
  header = { ...HEADER };
  /** @type {Record<string, [step: number, value: number][]>} */
  series = {};
  delay = 0;
  /** @type {{error: string, status: number} | null} */
  refusal = null;
  answers = true;
  /** @type {{at: number, since: number}[]} */
  asked = [];
  #under = 0;
  #looked = 0;
  most = 0;
  /** @type {import("../../dashboard/browser/live.js").News[]} */
  heard = [];
  unwatch = () => {};

  constructor(/** @type {TestContext} */ t) {
    runs += 1;
    this.id = `run${runs}`;
    this.clock = new Clock(t);
    t.mock.method(globalThis, "fetch", (/** @type {string} */ url) => this.#answer(url));
    t.after(() => this.unwatch());
  }

  watch(owner = document) {
    this.unwatch = watch(this.id, (news) => this.heard.push(news), owner);
  }

  get news() {
    return this.heard[this.heard.length - 1];
  }

  curve(/** @type {string} */ name) {
    const curve = this.news.series.get(name);
    assert.ok(curve);
    return curve;
  }

  /** When it was asked since the last look, while the clock is turned on by so much. */
  async times(/** @type {number} */ milliseconds) {
    const { now } = this.clock;
    await this.clock.turn(milliseconds);
    const [before, count] = [this.#looked, this.asked.length];
    this.#looked = count;
    return this.asked.slice(before).map(({ at }) => at - now);
  }

  async #answer(/** @type {string} */ url) {
    const since = Number(/since=(\d+)/.exec(url)?.[1]);
    this.asked.push({ at: this.clock.now, since });
    this.#under += 1;
    this.most = Math.max(this.most, this.#under);
    if (this.delay) await new Promise((resume) => setTimeout(resume, this.delay));
    this.#under -= 1;
    if (!this.answers) throw new TypeError("no connection");
    if (this.refusal) return Response.json(this.refusal, this.refusal);
    return new Response(this.#message(since));
  }

  #message(/** @type {number} */ since) {
    const arrays = Object.entries(this.series).flatMap(([name, rows]) => {
      const kept = rows.filter(([step]) => step > since);
      const steps = Uint32Array.from(kept, ([step]) => step);
      const values = Float32Array.from(kept, ([, value]) => value);
      const shape = [kept.length];
      return [
        [`${name}/steps`, { shape, values: steps }],
        [`${name}/values`, { shape, values }],
      ];
    });
    return encode({ ...this.header, reset: since === 0 }, Object.fromEntries(arrays));
  }
}

test("how often it asks depends on what the run does", async (t) => {
  /** @type {[Partial<typeof HEADER>, number[]][]} */
  const cases = [
    [{ frames: [] }, [0, 200, 400, 600, 800, 1000]],
    [{}, [0, 500, 1000]],
    [{ elapsed: 21 }, [0, 700]],
    [{ elapsed: 3600 }, [0]],
    [{ state: "queued", frames: [] }, [0, 500, 1000]],
    [{ state: "paused" }, [0, 300, 600, 900]],
    [{ state: "completed" }, [0]],
  ];
  for (const [header, times] of cases) {
    await t.test(JSON.stringify(header), async (t) => {
      const run = new Run(t);
      Object.assign(run.header, header);
      run.watch();
      assert.deepEqual(await run.times(1000), times);
    });
  }
});

test("an old run is asked about every two seconds", async (t) => {
  const run = new Run(t);
  run.header.elapsed = 3600;
  run.watch();
  assert.deepEqual(await run.times(4000), [0, 2000, 4000]);
});

test("three listeners share one feed, and one that throws stops no other", async (t) => {
  const run = new Run(t);
  const problems = t.mock.method(globalThis, "reportError");
  const others = [
    watch(run.id, () => {
      throw new Error("on purpose");
    }),
    watch(run.id, () => {}),
  ];
  run.watch();
  // The first asks, and the two after it in haste once more.
  assert.deepEqual(await run.times(2000), [0, 0, 500, 1000, 1500, 2000]);
  assert.equal(run.heard.length, run.asked.length);
  assert.equal(problems.mock.callCount(), run.asked.length);
  for (const unwatch of others) unwatch();
});

test("never two questions are under way, and haste is heeded once", async (t) => {
  const run = new Run(t);
  run.delay = 300;
  run.watch();
  for (let i = 0; i < 8; i += 1) look(run.id);
  assert.deepEqual(await run.times(1200), [0, 300, 1100]);
  assert.equal(run.most, 1);
});

test("a hidden page asks nothing, and at once when it is seen again", async (t) => {
  const run = new Run(t);
  run.watch();
  await run.times(100);
  hide(true);
  assert.deepEqual(await run.times(5000), []);
  hide(false);
  assert.deepEqual(await run.times(400), [0]);
});

test("a run that is over is asked about once, until someone looks", async (t) => {
  const run = new Run(t);
  run.header.state = "completed";
  run.watch();
  assert.deepEqual(await run.times(10_000), [0]);
  run.header.state = "running";
  look(run.id);
  assert.deepEqual(await run.times(500), [0, 500]);
});

test("a run that is over is asked about when the page is seen again: it may go on", async (t) => {
  const run = new Run(t);
  run.header.state = "completed";
  run.watch();
  await run.times(1000);
  hide(true);
  run.header.state = "running";
  assert.deepEqual(await run.times(1000), []);
  hide(false);
  assert.deepEqual(await run.times(600), [0, 500]);
});

test("a run that is over and not saved to its end is asked about until it is", async (t) => {
  const run = new Run(t);
  Object.assign(run.header, { state: "stopped", problem: "The disk is full.", is_unsaved: true });
  run.watch();
  assert.deepEqual(await run.times(9990), [0, 5000]);
  Object.assign(run.header, { problem: "", is_unsaved: false });
  assert.deepEqual(await run.times(60_000), [10]);
});

test("a run that is over and damaged says so once", async (t) => {
  const run = new Run(t);
  Object.assign(run.header, { state: "completed", problem: "Its curves are damaged." });
  run.watch();
  assert.deepEqual(await run.times(60_000), [0]);
  assert.equal(run.news.header?.problem, "Its curves are damaged.");
});

test("a server that does not answer is asked ever more rarely, and it is said", async (t) => {
  const run = new Run(t);
  run.answers = false;
  run.watch();
  assert.deepEqual(await run.times(20_000), [0, 1000, 3000, 7000, 12_000, 17_000]);
  assert.equal(run.news.trouble, "Connection lost, trying again");
  run.answers = true;
  await run.clock.turn(5000);
  assert.equal(run.news.trouble, "");
});

test("a refusal that passes is put again, and any other is the last word", async (t) => {
  const run = new Run(t);
  run.refusal = { error: "Another program holds it.", status: 503 };
  run.watch();
  assert.deepEqual(await run.times(2000), [0, 1000]);
  const again = "Another program holds it. This page asks again by itself.";
  assert.deepEqual([run.news.trouble, run.news.error], [again, ""]);
  run.refusal = { error: "There is no run of this name.", status: 404 };
  assert.deepEqual(await run.times(60_000), [1000]);
  assert.deepEqual([run.news.trouble, run.news.error], ["", run.refusal.error]);
  run.refusal = null;
  look(run.id);
  assert.deepEqual(await run.times(500), [0, 500]);
});

test("who leaves is asked for no more", async (t) => {
  const run = new Run(t);
  run.watch();
  await run.times(100);
  run.unwatch();
  assert.deepEqual(await run.times(5000), []);
  const owner = { isConnected: true };
  run.unwatch = watch(run.id, () => {}, owner);
  await run.times(100);
  owner.isConnected = false;
  assert.deepEqual(await run.times(5000), []);
});

for (const [order, change] of /** @type {const} */ ([
  ["before", (/** @type {Run} */ run) => [run.unwatch(), run.watch()]],
  [
    "after",
    (/** @type {Run} */ run) => {
      const { unwatch } = run;
      run.watch();
      unwatch();
    },
  ],
])) {
  test(`who comes back during a question, leaving ${order}, hears what the run does`, async (t) => {
    const run = new Run(t);
    run.delay = 300;
    run.watch();
    await run.clock.turn(100);
    change(run);
    run.header.state = "stopped";
    await run.clock.turn(1000);
    assert.equal(run.news.header?.state, "stopped");
  });
}

test("a question about a run that never ends is given up, said, and put again", async (t) => {
  const run = new Run(t);
  run.delay = 1e9;
  run.watch();
  await run.clock.turn(10_500);
  assert.equal(run.news.trouble, "Connection lost, trying again");
  run.delay = 0;
  await run.clock.turn(1000);
  assert.deepEqual([run.news.trouble, run.news.header?.state], ["", "running"]);
});

test("an answer that cannot be taken in is said, and asked for again", async (t) => {
  const run = new Run(t);
  const reported = t.mock.method(globalThis, "reportError");
  // A message without the list of checkpoints.
  Reflect.deleteProperty(run.header, "frames");
  run.watch();
  await run.times(500);
  assert.match(run.news.trouble, /^This page has a fault, and tries again: TypeError/);
  assert.equal(reported.mock.callCount(), 1);
  run.header.frames = [0];
  assert.deepEqual(await run.times(1000), [500, 1000]);
  assert.equal(run.news.trouble, "");
});

test("points are added, and past twice the budget everything is asked for again", async (t) => {
  const run = new Run(t);
  const train = (/** @type {number} */ last) => {
    run.series.d_loss = Array.from({ length: last }, (_, i) => [i + 1, i / 4]);
    run.header.step = last;
  };
  train(1100);
  run.watch();
  await run.clock.turn(100);
  train(1201);
  await run.clock.turn(500);
  const { steps, values } = run.curve("d_loss");
  assert.deepEqual([...steps.slice(1098, 1102)], [1099, 1100, 1101, 1102]);
  assert.deepEqual([...values.slice(1098, 1102)], [274.5, 274.75, 275, 275.25]);
  await run.clock.turn(500);
  assert.deepEqual(
    run.asked.map(({ since }) => since),
    [0, 1100, 0],
  );
  assert.equal(run.curve("d_loss").steps.length, 1201);
});
