/** The poller of a run: when it asks, what it asks for, and what its listeners hear. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock, hide } from "./page.js";
import { poke, watch } from "../../dashboard/browser/live.js";

const HEADER = { state: "running", step: 0, frames: [0], elapsed: 12, problem: "" };
let runs = 0;

/** A run on a server of this process: `header` and `series` are what it says. */
class Run {
  header = { ...HEADER };
  series = {};
  delay = 0;
  refusal = null;
  answers = true;
  asked = [];
  #under = 0;
  #looked = 0;
  most = 0;

  constructor(t) {
    this.id = `run${(runs += 1)}`;
    this.clock = new Clock(t);
    this.heard = [];
    globalThis.fetch = (url) => this.#answer(url);
    t.after(() => this.unwatch());
  }

  watch(owner) {
    this.unwatch = watch(this.id, (news) => this.heard.push(news), owner);
  }

  /** When it was asked since the last look, while the clock is turned on by so much. */
  async times(milliseconds) {
    const { now } = this.clock;
    await this.clock.turn(milliseconds);
    const [before, count] = [this.#looked, this.asked.length];
    this.#looked = count;
    return this.asked.slice(before).map(({ at }) => at - now);
  }

  async #answer(url) {
    this.asked.push({ at: this.clock.now, since: Number(/since=(\d+)/.exec(url)[1]) });
    this.#under += 1;
    this.most = Math.max(this.most, this.#under);
    if (this.delay) await new Promise((resume) => setTimeout(resume, this.delay));
    this.#under -= 1;
    if (!this.answers) throw new TypeError("no connection");
    if (this.refusal) return { ok: false, ...this.refusal, json: async () => this.refusal };
    const since = this.asked.at(-1).since;
    return { ok: true, arrayBuffer: async () => this.#pack(since) };
  }

  #pack(since) {
    const kept = Object.entries(this.series).map(([name, rows]) => [
      name,
      rows.filter(([step]) => step > since),
    ]);
    const series = kept.map(([name, rows]) => ({ name, count: rows.length }));
    const header = JSON.stringify({ ...this.header, reset: since === 0, series });
    const text = header + " ".repeat((8 - ((4 + header.length) % 8)) % 8);
    const body = [new Uint32Array([text.length]), new TextEncoder().encode(text)];
    for (const [, rows] of kept) {
      body.push(Uint32Array.from(rows, ([step]) => step), Float32Array.from(rows, (row) => row[1]));
    }
    return concat(body);
  }
}

function concat(parts) {
  const size = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const whole = new Uint8Array(size);
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of parts) {
    whole.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return whole.buffer;
}

test("how often it asks depends on what the run does", async (t) => {
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

test("three listeners share one poller, and one that throws stops no other", async (t) => {
  const run = new Run(t);
  const problems = [];
  globalThis.reportError = (problem) => problems.push(problem);
  const others = [
    watch(run.id, () => {
      throw new Error("on purpose");
    }),
    watch(run.id, () => {}),
  ];
  run.watch();
  // The first asks, and the two after it in haste once more.
  assert.deepEqual(await run.times(2000), [0, 10, 510, 1010, 1510]);
  assert.equal(run.heard.length, run.asked.length);
  assert.equal(problems.length, run.asked.length);
  for (const unwatch of others) unwatch();
});

test("never two questions are under way, and haste is heeded once", async (t) => {
  const run = new Run(t);
  run.delay = 300;
  run.watch();
  for (let i = 0; i < 8; i += 1) poke(run.id);
  assert.deepEqual(await run.times(1200), [0, 310, 1110]);
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

test("a run that is over is asked about once, until someone pokes", async (t) => {
  const run = new Run(t);
  run.header.state = "completed";
  run.watch();
  assert.deepEqual(await run.times(10_000), [0]);
  run.header.state = "running";
  poke(run.id);
  assert.deepEqual(await run.times(500), [0, 500]);
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
  assert.equal(run.heard.at(-1).header.problem, "Its curves are damaged.");
});

test("a server that does not answer is asked ever more rarely, and it is said", async (t) => {
  const run = new Run(t);
  run.answers = false;
  run.watch();
  assert.deepEqual(await run.times(20_000), [0, 1000, 3000, 7000, 12_000, 17_000]);
  assert.equal(run.heard.at(-1).trouble, "Connection lost, trying again");
  run.answers = true;
  await run.clock.turn(5000);
  assert.equal(run.heard.at(-1).trouble, "");
});

test("a refusal that passes is put again, and any other is the last word", async (t) => {
  const run = new Run(t);
  run.refusal = { status: 503, error: "Another program holds it." };
  run.watch();
  assert.deepEqual(await run.times(2000), [0, 1000]);
  const { trouble, error } = run.heard.at(-1);
  assert.deepEqual([trouble, error], ["Another program holds it. This page does so by itself.", ""]);
  run.refusal = { status: 404, error: "There is no run of this name." };
  assert.deepEqual(await run.times(60_000), [1000]);
  assert.deepEqual([run.heard.at(-1).trouble, run.heard.at(-1).error], ["", run.refusal.error]);
  run.refusal = null;
  poke(run.id);
  assert.deepEqual(await run.times(500), [0, 500]);
});

test("who leaves is asked for no more", async (t) => {
  const run = new Run(t);
  run.watch();
  await run.times(100);
  run.unwatch();
  assert.deepEqual(await run.times(5000), []);
  const owner = { isConnected: true };
  run.watch(owner);
  await run.times(100);
  owner.isConnected = false;
  assert.deepEqual(await run.times(5000), []);
});

test("points are added, and past twice the budget everything is asked for again", async (t) => {
  const run = new Run(t);
  const train = (last) => {
    run.series.d_loss = Array.from({ length: last }, (_, i) => [i + 1, i / 4]);
    run.header.step = last;
  };
  train(1100);
  run.watch();
  await run.clock.turn(100);
  train(1201);
  await run.clock.turn(500);
  const { steps, values } = run.heard.at(-1).series.get("d_loss");
  assert.deepEqual([...steps.slice(1098, 1102)], [1099, 1100, 1101, 1102]);
  assert.deepEqual([...values.slice(1098, 1102)], [274.5, 274.75, 275, 275.25]);
  await run.clock.turn(500);
  assert.deepEqual(run.asked.map(({ since }) => since), [0, 1100, 0]);
  assert.equal(run.heard.at(-1).series.get("d_loss").count, 1201);
});
