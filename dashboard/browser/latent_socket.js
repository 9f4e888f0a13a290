/** A socket to a run that stays open: question after question, each with its answer. */

import { HttpError, Lost, openSocket } from "./http.js";
import { decode, encode } from "./wire.js";

/**
 * An answer of a socket, or its refusal thrown.
 * @param {ArrayBuffer} data
 */
export function answered(data) {
  const message = decode(data);
  const { error, status } = message.header;
  if (error) throw new HttpError(error, status);
  return message;
}

export class LatentSocket {
  /** @type {WebSocket | null} */
  #socket = null;

  /** @param {string} runId @param {string} route */
  constructor(runId, route) {
    this.runId = runId;
    this.route = route;
  }

  /**
   * Put one question, when the one before is answered.
   * @param {object} header @param {Parameters<typeof encode>[1]} arrays @param {AbortSignal} signal
   * @throws {HttpError | Lost}
   */
  async ask(header, arrays, signal) {
    const socket = this.#socket ?? openSocket(this.runId, this.route);
    this.#socket = socket;
    /** @type {ArrayBuffer} */
    const data = await new Promise((resolve, reject) => {
      const lose = () => {
        if (this.#socket === socket) this.#socket = null;
        reject(new Lost());
      };
      const send = () => socket.send(encode(header, arrays));
      socket.onclose = lose;
      socket.onmessage = ({ data }) => resolve(data);
      // Its answer would be taken for that of the next question.
      signal.addEventListener("abort", () => {
        lose();
        socket.close();
      });
      if (socket.readyState === WebSocket.OPEN) send();
      else socket.onopen = send;
    });
    return answered(data);
  }

  close() {
    this.#socket?.close();
  }
}
