/** Messages as the routes send and read them: the same file is read by tests/dashboard/test_wire.py. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decode, encode, Message } from "../../dashboard/browser/wire.js";

/**
 * @typedef {[string, string, number[], (number | null)[], number?]} Described
 * @type {{messages: {about: string, header: object, arrays: Described[], hex: string}[],
 *   damaged: [string, string][]}}
 */
const { messages, damaged } = JSON.parse(
  readFileSync(new URL("wire.json", import.meta.url), "utf8"),
);
/** @type {Record<string, (values: number[]) => import("../../dashboard/browser/wire.js").Values>} */
const TYPES = {
  u1: (values) => Uint8Array.from(values),
  u4: (values) => Uint32Array.from(values),
  f4: (values) => Float32Array.from(values),
  i2: (values) => Float32Array.from(values),
};

/** @param {Described[]} arrays */
function typed(arrays) {
  return arrays.map(([name, kind, shape, numbers]) => {
    const values = TYPES[kind](numbers.map((number) => number ?? NaN));
    return /** @type {const} */ ([name, { shape, values }]);
  });
}

/** @param {string} hex */
function bytes(hex) {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}

for (const { about, header, arrays, hex } of messages) {
  test(`a message is read: ${about}`, () => {
    const message = decode(bytes(hex).buffer);
    assert.deepEqual(message.header, header);
    assert.deepEqual([...message.arrays], typed(arrays));
  });

  // The browser rounds nothing.
  if (!arrays.some(([, kind]) => kind === "i2")) {
    test(`a message is written: ${about}`, () => {
      assert.deepEqual(encode(header, Object.fromEntries(typed(arrays))), bytes(hex));
    });
  }
}

for (const [about, hex] of damaged) {
  test(`what is no message is refused: ${about}`, () => {
    assert.throws(() => decode(bytes(hex).buffer));
  });
}

test("an array that is part of a larger one is sent by itself", () => {
  const values = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
  const { buffer } = encode({}, { z: { shape: [2], values } });
  assert.deepEqual([...decode(buffer).floats("z")], [2, 3]);
});

test("an array that did not come, or is of another type, is missed by its name", () => {
  const message = new Message({}, new Map([["z", { shape: [1], values: Uint8Array.of(1) }]]));
  assert.deepEqual([...message.bytes("z")], [1]);
  for (const get of [() => message.floats("z"), () => message.bytes("x")]) {
    assert.throws(get, /The server sent no/);
  }
});
