/** As much of a page as our scripts ask for that draw nothing, and a clock that tests turn. */

/** @typedef {import("node:test").TestContext} TestContext */

const page = Object.assign(new EventTarget(), { hidden: false, isConnected: true });
Object.assign(globalThis, { document: page, reportError: () => {} });

/** Hide the page, or show it again. */
export function hide(/** @type {boolean} */ hidden) {
  page.hidden = hidden;
  page.dispatchEvent(new Event("visibilitychange"));
}

/** A clock that stands still until it is turned; `now` are its milliseconds. */
export class Clock {
  now = 0;

  constructor(/** @type {TestContext} */ { mock }) {
    mock.timers.enable({ apis: ["setTimeout"] });
    this.timers = mock.timers;
  }

  async turn(/** @type {number} */ milliseconds) {
    const end = this.now + milliseconds;
    // What was promised comes true between the ticks.
    for (await settle(); this.now < end; await settle()) {
      this.now += 10;
      this.timers.tick(10);
    }
  }
}

/** @returns {Promise<void>} */
function settle() {
  return new Promise((resume) => setImmediate(resume));
}
