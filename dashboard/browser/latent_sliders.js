/** What leads through latent space: a bank of sliders, one for each direction, and choices. */

import { button, element } from "./view.js";

const REACH = 4;
const ROWS = 8;

export const CSS = `
.sliders { display: grid; gap: 0.3rem; align-content: start; }
.slider { display: grid; grid-template-columns: 7.5rem 1fr 2.8rem; gap: 0.6rem;
  align-items: center; min-height: 1.75rem; }
.slider .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.slider .share { opacity: 0.72; }
.slider output { text-align: right; font-variant-numeric: tabular-nums; }
.slider.on output { font-weight: 600; }
`;

/** One slider with its name and number. */
export class Slider {
  /** @type {number | undefined} */
  #value;

  /**
   * @param {string} control its id within the component
   * @param {string} name @param {{least: number, most: number, step: number, home?: number}} bounds
   * @param {(value: number) => void} move told while it moves
   * @param {() => void} rest told when it is let go
   */
  constructor(control, name, { least, most, step, home = 0 }, move, rest, digits = 2) {
    this.home = home;
    this.move = move;
    this.digits = digits;
    const bounds = { min: String(least), max: String(most), step: String(step) };
    this.input = element("input", { type: "range", "aria-label": name, ...bounds });
    this.output = element("output");
    this.name = element("span", { class: "name", title: `${name}. Double click: back` }, name);
    const attributes = { class: "slider", "data-control": control };
    this.root = element("label", attributes, this.name, this.input, this.output);
    this.input.oninput = () => this.#tell(Number(this.input.value));
    this.input.onchange = () => rest();
    this.root.ondblclick = () => {
      this.#tell(home);
      rest();
    };
  }

  show(/** @type {number} */ value) {
    if (value === this.#value) return;
    this.#value = value;
    this.input.value = String(value);
    this.output.textContent = value.toFixed(this.digits);
    this.root.classList.toggle("on", value !== this.home);
  }

  #tell(/** @type {number} */ value) {
    this.show(value);
    this.move(value);
  }
}

/** A choice among named things. */
export class Choice {
  #key = "";

  /** @param {string} control @param {string} word @param {(which: number) => void} choose */
  constructor(control, word, choose) {
    this.select = element("select", { "aria-label": word, "data-control": control });
    this.select.onchange = () => choose(Number(this.select.value));
    this.root = element("label", {}, element("span", {}, word), this.select);
  }

  /** @param {string[]} names @param {number} chosen */
  show(names, chosen) {
    const key = JSON.stringify(names);
    if (key !== this.#key) {
      const options = names.map((name, i) => element("option", { value: String(i) }, name));
      this.select.replaceChildren(...options);
    }
    this.#key = key;
    this.select.value = String(chosen);
  }
}

/** Which layers a direction reaches: a switch for each. */
export class Layers {
  #key = "";
  /** @type {boolean[]} */
  #flags = [];
  /** @type {HTMLButtonElement[]} */
  #switches = [];

  /** @param {(flags: boolean[]) => void} choose */
  constructor(choose) {
    this.choose = choose;
    this.root = element("div", { class: "row layers", role: "group", "aria-label": "Layers" });
  }

  /** @param {string[]} names hidden when there are none @param {boolean[]} flags */
  show(names, flags) {
    const key = JSON.stringify(names);
    if (key !== this.#key) this.#build(names);
    this.#key = key;
    this.#flags = flags;
    for (const [i, one] of this.#switches.entries()) {
      one.setAttribute("aria-pressed", String(flags[i]));
    }
  }

  #build(/** @type {string[]} */ names) {
    this.#switches = names.map((name, i) => {
      const one = button(`layer.${i + 1}`, name, () => this.#turn(i));
      one.title = `Let the directions reach layer ${i + 1} of ${names.length}, or not`;
      return one;
    });
    this.root.hidden = !names.length;
    this.root.replaceChildren(element("span", {}, "In layers"), ...this.#switches);
  }

  #turn(/** @type {number} */ number) {
    this.choose(this.#flags.map((isOn, other) => (other === number ? !isOn : isOn)));
  }
}

/** The sliders of all directions, eight at a time. */
export class Sliders {
  #page = 0;
  #key = "";
  /** @type {Slider[]} */
  #rows = [];
  /** @type {Parameters<Sliders["show"]>} */
  #shown = [[], null, []];

  /** @param {(direction: number, value: number) => void} move @param {() => void} rest */
  constructor(move, rest) {
    this.move = move;
    this.rest = rest;
    this.list = element("div", { class: "sliders" });
    this.where = element("span", { class: "number" });
    this.back = button("directions.back", "Back", () => this.#turn(-1));
    this.next = button("directions.next", "Next", () => this.#turn(1));
    this.turning = element("div", { class: "row" }, this.back, this.where, this.next);
    this.root = element("div", { class: "sliders" }, this.list, this.turning);
  }

  #turn(/** @type {number} */ by) {
    this.#page += by;
    this.show(...this.#shown);
  }

  /** @param {string[]} names @param {number[]|null} shares @param {number[]} steps */
  show(names, shares, steps) {
    const pages = Math.max(1, Math.ceil(names.length / ROWS));
    this.#shown = [names, shares, steps];
    this.#page = Math.min(this.#page, pages - 1);
    const first = ROWS * this.#page;
    const key = JSON.stringify([first, names, shares]);
    if (key !== this.#key) this.#build(first);
    this.#key = key;
    for (const [i, row] of this.#rows.entries()) row.show(steps[first + i]);
    this.turning.hidden = pages === 1;
    this.where.textContent = `${first + 1} to ${first + this.#rows.length} of ${names.length}`;
    this.back.disabled = this.#page === 0;
    this.next.disabled = this.#page === pages - 1;
  }

  #build(/** @type {number} */ first) {
    const [names, shares] = this.#shown;
    const bounds = { least: -REACH, most: REACH, step: 0.05 };
    this.#rows = names.slice(first, first + ROWS).map((name, i) => {
      const control = `direction.${first + i + 1}`;
      const move = (/** @type {number} */ value) => this.move(first + i, value);
      const row = new Slider(control, name, bounds, move, this.rest);
      const share = shares?.[first + i];
      if (share !== undefined) {
        row.name.append(element("span", { class: "share" }, ` · ${(100 * share).toFixed(1)} %`));
      }
      return row;
    });
    this.list.replaceChildren(...this.#rows.map((row) => row.root));
  }
}
