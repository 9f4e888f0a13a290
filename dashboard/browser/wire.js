/**
 * One message format between routes and browser: a JSON header and named, typed arrays.
 *
 * `dashboard/wire.py` says how it is laid out; tests/node/wire.json has messages for both.
 */

const ALIGNMENT = 8;
const UNKNOWN = -32768;
const TYPES = { u1: Uint8Array, i2: Int16Array, u4: Uint32Array, f4: Float32Array };

/** @typedef {Uint8Array | Uint32Array | Float32Array} Values in row-major order */
/** @typedef {{shape: number[], values: Float32Array}} Field NaN where a value is unknown */

/**
 * What came from the server: its header, and its arrays by name.
 *
 * @template [H=any]
 */
export class Message {
  /** @param {H} header @param {Map<string, {shape: number[], values: Values}>} arrays */
  constructor(header, arrays = new Map()) {
    this.header = header;
    this.arrays = arrays;
  }

  /** @param {string} name @returns {Field} */
  field(name) {
    return this.#get(name, Float32Array);
  }

  /** @param {string} name */
  floats(name) {
    return this.field(name).values;
  }

  /** @param {string} name */
  bytes(name) {
    return this.#get(name, Uint8Array).values;
  }

  /** @param {string} name */
  integers(name) {
    return this.#get(name, Uint32Array).values;
  }

  /** @template {Values} V @param {string} name @param {new () => V} Type */
  #get(name, Type) {
    const { shape, values } = this.arrays.get(name) ?? {};
    if (!shape || !(values instanceof Type)) throw new TypeError(`The server sent no ${name}.`);
    return { shape, values };
  }
}

/**
 * Pack a header and arrays.
 *
 * @param {object} header plain JSON values
 * @param {Record<string, {shape: number[], values: Values}>} arrays
 */
export function encode(header, arrays = {}) {
  const described = Object.entries(arrays).map(([name, { shape, values }]) => {
    const kind = Object.entries(TYPES).find(([, Type]) => values instanceof Type)?.[0];
    return [name, kind, shape];
  });
  const text = new TextEncoder().encode(JSON.stringify([header, described]));
  const begin = aligned(4 + text.length);
  const values = Object.values(arrays).map((one) => one.values);
  const size = values.reduce((sum, { byteLength }) => sum + aligned(byteLength), begin);
  const message = new Uint8Array(size).fill(0x20, 4, begin);
  new DataView(message.buffer).setUint32(0, begin - 4, true);
  message.set(text, 4);
  let offset = begin;
  for (const { buffer, byteOffset, byteLength } of values) {
    message.set(new Uint8Array(buffer, byteOffset, byteLength), offset);
    offset += aligned(byteLength);
  }
  return message;
}

/**
 * Unpack a message.
 * @param {ArrayBuffer} buffer
 * @returns {Message}
 * @throws {SyntaxError | RangeError | TypeError} where it is none
 */
export function decode(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const text = new TextDecoder().decode(new Uint8Array(buffer, 4, length));
  /** @type {[any, [string, keyof typeof TYPES, number[], number?][]]} */
  const [header, described] = JSON.parse(text);
  let offset = 4 + length;
  const arrays = new Map();
  for (const [name, kind, shape, scale] of described) {
    const count = shape.reduce((product, extent) => product * extent, 1);
    const stored = new TYPES[kind](buffer, offset, count);
    arrays.set(name, { shape, values: scale ? widened(stored, scale) : stored });
    offset += aligned(stored.byteLength);
  }
  if (offset !== buffer.byteLength) throw new RangeError("Something follows the message.");
  return new Message(header, arrays);
}

/** @param {ArrayLike<number>} stored @param {number} scale */
function widened(stored, scale) {
  return Float32Array.from(stored, (value) => (value === UNKNOWN ? NaN : value / scale));
}

/** @param {number} size */
function aligned(size) {
  return Math.ceil(size / ALIGNMENT) * ALIGNMENT;
}
