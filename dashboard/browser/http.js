/** Questions to the server: where its routes are, and one client for all of them. */

import { decode, encode, Message } from "./wire.js";

/** Statuses after which the same question may be answered a little later. */
const PASSING = new Set([408, 429, 499, 503]);

/** The server answered with a sentence instead of data. */
export class HttpError extends Error {
  /** @param {string} sentence @param {number} status */
  constructor(sentence, status) {
    super(sentence);
    this.status = status;
  }

  /** Whether the same question would be refused again. */
  get isLasting() {
    return !PASSING.has(this.status);
  }
}

/** Nothing came that the server can have meant. */
export class Lost extends Error {
  constructor() {
    super("The server does not answer.");
  }
}

/**
 * The address of one of our routes: above the folder of our scripts, whatever a proxy puts before.
 *
 * @param {string} rest for example "compare"
 */
export function routeUrl(rest) {
  return new URL(`../../${rest}`, import.meta.url).href;
}

/**
 * The address of one of a run's resources.
 * @param {string} runId
 * @param {string} rest for example "live" or "frames/12.webp"
 */
export function runUrl(runId, rest) {
  return routeUrl(`runs/${encodeURIComponent(runId)}/${rest}`);
}

/**
 * Put a question; one that brings something along is a POST.
 * @param {string} url @param {{signal?: AbortSignal, body?: BodyInit}} options
 * @returns {Promise<Response>} which is as wished
 * @throws {HttpError | Lost}
 */
export async function request(url, { signal, body } = {}) {
  const method = body === undefined ? "GET" : "POST";
  const response = await fetch(url, { signal, body, method, cache: "no-store" }).catch(() => null);
  if (response?.ok) return response;
  const answer = await response?.json().catch(() => null);
  throw response && answer?.error ? new HttpError(answer.error, response.status) : new Lost();
}

/**
 * Put a question that is answered by a message, or by plain JSON, which is one without arrays.
 * @param {string} url
 * @param {{signal?: AbortSignal, header?: object, arrays?: Parameters<typeof encode>[1], file?: File}}
 *   options a file is brought along, or `header` and `arrays` where there is a header
 * @returns {Promise<Message>}
 * @throws {HttpError | Lost}
 */
export async function ask(url, { signal, header, arrays, file } = {}) {
  const response = await request(url, { signal, body: file ?? (header && encode(header, arrays)) });
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  try {
    return isJson ? new Message(await response.json()) : decode(await response.arrayBuffer());
  } catch {
    throw new Lost();
  }
}

/**
 * Fetch a picture that has an address of its own, ready to be shown.
 * @param {string} url @param {AbortSignal} signal
 * @returns {Promise<HTMLImageElement>}
 * @throws {HttpError | Lost}
 */
export async function loadPicture(url, signal) {
  const image = new Image();
  image.src = url;
  // An element without an address loads nothing more.
  signal.addEventListener("abort", () => image.removeAttribute("src"));
  await image.decode().catch(async () => {
    // An element tells nothing of why there is no picture.
    await request(url, { signal });
    throw new Lost();
  });
  return image;
}

/**
 * Open a socket to one of a run's resources, which answers in messages.
 * @param {string} runId
 * @param {string} rest for example "explore"
 */
export function openSocket(runId, rest) {
  const url = new URL(runUrl(runId, rest));
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  return socket;
}
