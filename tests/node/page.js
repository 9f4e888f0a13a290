/** As much of a page as our scripts ask for that draw nothing, and a clock that tests turn. */

globalThis.document = Object.assign(new EventTarget(), { hidden: false, isConnected: true });

/** Hide the page, or show it again. */
export function hide(hidden) {
  document.hidden = hidden;
  document.dispatchEvent(new Event("visibilitychange"));
}

/** A clock that stands still until it is turned; `now` are its milliseconds. */
export class Clock {
  now = 0;

  constructor({ mock }) {
    mock.timers.enable({ apis: ["setTimeout"] });
    this.timers = mock.timers;
  }

  async turn(milliseconds) {
    const end = this.now + milliseconds;
    // What was promised comes true between the ticks.
    for (await settle(); this.now < end; await settle()) {
      this.now += 10;
      this.timers.tick(10);
    }
  }
}

function settle() {
  return new Promise((resume) => setImmediate(resume));
}
