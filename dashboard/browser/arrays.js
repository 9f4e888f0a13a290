/** Reads binary answers that hold named arrays. */

import { question, unpackHeader } from "./live.js";

const ALIGNMENT = 8;
const UNKNOWN = -32768;

/** Values of int16 that stand for `value / scale`; the lowest one stands for "unknown". */
function widen(packed, scale) {
  return Float32Array.from(packed, (value) => (value === UNKNOWN ? NaN : value / scale));
}

/**
 * Unpack a uint32 header length, the JSON header and its arrays, all little-endian.
 *
 * The header is padded so that the arrays begin at a multiple of 8 bytes, and so is each array.
 *
 * @param {ArrayBuffer} buffer
 * @returns {{header: object, arrays: Map<string, {shape: number[], values: Float32Array}>}}
 *   row-major values; NaN where one is unknown
 */
export function unpack(buffer) {
  const { header, end } = unpackHeader(buffer);
  const arrays = new Map();
  let offset = end;
  for (const { name, type, shape, scale } of header.arrays) {
    const count = shape.reduce((product, extent) => product * extent, 1);
    const Type = type === "i2" ? Int16Array : Float32Array;
    const stored = new Type(buffer, offset, count);
    arrays.set(name, { shape, values: type === "i2" ? widen(stored, scale) : stored });
    offset += Math.ceil(stored.byteLength / ALIGNMENT) * ALIGNMENT;
  }
  return { header, arrays };
}

/**
 * Fetch and unpack one answer.
 *
 * @param {string} url
 * @param {RequestInit} options of the question
 * @returns {Promise<{header: object, arrays: Map<string, {shape: number[],
 *   values: Float32Array}>}>}
 * @throws {Refusal} when the server answers with an error sentence.
 */
export async function fetchArrays(url, options = {}) {
  const response = await question(url, options);
  return unpack(await response.arrayBuffer());
}
