/** What asks a generator for samples: which wish is answered, and until when none is. */

import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.js";
import { Asker } from "../../dashboard/browser/latent_asker.js";

class Socket {
  static OPEN = 1;
  readyState = 1;
  sent = [];

  constructor() {
    Socket.last = this;
  }

  send(text) {
    this.sent.push(JSON.parse(text).z[0]);
  }

  /** Answer the question that is under way. */
  answer() {
    const header = new TextEncoder().encode("{}");
    const buffer = new ArrayBuffer(4 + header.length);
    new DataView(buffer).setUint32(0, header.length, true);
    new Uint8Array(buffer).set(header, 4);
    this.onmessage({ data: buffer });
  }
}

globalThis.WebSocket = Socket;

test("the picture is busy until the last wish is answered", () => {
  const picture = {};
  const shown = [];
  const asker = new Asker("a", picture, () => shown.push(picture.ariaBusy), assert.fail);
  for (const z of [1, 2, 3]) asker.want({ z: [z] });
  assert.equal(picture.ariaBusy, "true");
  Socket.last.answer();
  // Of the wishes meanwhile only the last is asked.
  assert.deepEqual([picture.ariaBusy, Socket.last.sent], ["true", [1, 3]]);
  Socket.last.answer();
  assert.deepEqual([picture.ariaBusy, shown], ["false", ["true", "true"]]);
});
