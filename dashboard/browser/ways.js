/** The ways from one latent vector to another, picture by picture, with what D makes of them. */

import { complainIn, Feed, plainWords } from "./feed.js";
import { request, runUrl } from "./http.js";
import { CSS as SHARED_CSS, shortVerdict } from "./latent.js";
import { afterSteps, fetchLatent, mixture, vectors } from "./latent_http.js";
import { showWebp } from "./pictures.js";
import { saveBlob } from "./save.js";
import { button, element, mounter } from "./view.js";
import { encode } from "./wire.js";

/** @type {Record<string, string>} */
const NAMES = { slerp: "Along the arc (slerp)", lerp: "Straight on (lerp)" };

const CSS = `${SHARED_CSS}
.ways { display: grid; gap: 1.25rem; }
.way { display: grid; gap: 0.35rem; }
.head { justify-content: space-between; }
.strip { border-radius: var(--st-base-radius, 0.5rem); overflow: hidden; background: #000; }
.strip.plane { background: none; border: 1px solid var(--st-border-color); max-width: 20rem; }
.strip img { display: block; width: 100%; image-rendering: pixelated; min-height: 3rem; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; font-size: 0.8125rem; }
td { text-align: center; padding: 0.05rem 0; font-variant-numeric: tabular-nums; }
caption { text-align: left; opacity: 0.8; caption-side: bottom; }
`;

/**
 * The page names the ways, and has for each its vectors and those of its film: `<name>/z`,
 * `<name>/film`.
 *
 * @typedef {{ways: string[], latent_dim: number, label: number | null} & Record<string, any>} More
 * @typedef {import("./latent.js").RunInfo & More} Data
 * @typedef {import("./view.js").Mounted<Data>} Component
 */

/** The length of each vector over the square root of its dimension. */
export function lengths(/** @type {Float32Array} */ z, /** @type {number} */ dimension) {
  return Array.from({ length: z.length / dimension }, (_, i) => {
    const vector = z.subarray(i * dimension, (i + 1) * dimension);
    return Math.hypot(...vector) / Math.sqrt(dimension);
  });
}

/** @param {string} title @param {string[]} cells */
function row(title, cells) {
  return element("tr", { title }, ...cells.map((text) => element("td", {}, text)));
}

/** One way: its strip, and a table below with a column for each picture. */
class Way {
  /** @param {WaysView} view @param {string} name */
  constructor(view, name) {
    this.view = view;
    this.name = name;
    this.image = element("img", { alt: "" });
    this.strip = element("div", { class: "strip" }, this.image);
    this.table = element("table");
    this.length = element("span", { class: "number" });
    const buttons = ["gif", "mp4"].map((kind) => this.#saver(kind));
    const head = element("div", { class: "row head" }, element("b", {}, NAMES[name]), this.length);
    head.append(element("div", { class: "row" }, ...buttons));
    this.root = element("div", { class: "way", "data-way": name }, head, this.strip, this.table);
  }

  #saver(/** @type {string} */ kind) {
    const complain = complainIn(this.view.problem, plainWords);
    const made = button(
      `save_${kind}`,
      kind.toUpperCase(),
      async () => {
        made.disabled = true;
        await this.#saveFilm(kind).then(() => complain(null), complain);
        made.disabled = false;
      },
      { class: kind, title: `Save the way there and back as ${kind.toUpperCase()}` },
    );
    return made;
  }

  async #saveFilm(/** @type {string} */ kind) {
    const { data } = this.view;
    const { run_id, classes, label, latent_dim } = data;
    /** @type {Float32Array} */
    const film = data[`${this.name}/film`];
    const condition = mixture(classes.length, label ?? 0);
    const body = encode({ condition }, { z: vectors(film, film.length / latent_dim) });
    const response = await request(runUrl(run_id, `film/${kind}`), { body });
    saveBlob(await response.blob(), `${this.name}-${run_id}.${kind}`);
  }

  /** @param {AbortSignal} signal */
  async draw(signal) {
    const { data } = this.view;
    /** @type {Float32Array} */
    const z = data[`${this.name}/z`];
    const columns = z.length / data.latent_dim;
    const arrays = { z: vectors(z, columns) };
    const [picture, response] = await Promise.all([
      fetchLatent(data, "decode", arrays, { signal, columns }),
      fetchLatent(data, "discriminate", arrays, { signal }),
    ]);
    await showWebp(this.image, picture.bytes("webp"));
    this.strip.classList.toggle("plane", data.is_2d);
    this.image.alt = `${columns} samples from A to B, ${NAMES[this.name]}.`;
    this.#tell(lengths(z, data.latent_dim), picture.header.step, response);
  }

  /**
   * @param {number[]} lengths @param {number} step
   * @param {import("./wire.js").Message<{step: number}>} response
   */
  #tell(lengths, step, response) {
    const { reading } = this.view.data;
    const rows = [
      row(
        "Length of z over √d",
        lengths.map((one) => `|z|/√d ${one.toFixed(2)}`),
      ),
    ];
    if (reading && response.arrays.has("logits")) {
      const logits = Array.from(response.floats("logits"));
      const cells = logits.map((logit) => `D ${shortVerdict(logit, reading)}`);
      rows.push(row(`What D says: ${reading.name}`, cells));
    }
    this.table.replaceChildren(...rows);
    const path = response.floats("path");
    const whole = path.reduce((sum, one) => sum + one, 0);
    const largest = Math.max(...path) / (whole / path.length);
    const after = afterSteps({ Samples: step, "What is said of them": response.header.step });
    this.length.textContent =
      `way through the pictures ${whole.toFixed(2)}, largest step ` +
      `${largest.toFixed(1)} times the mean one. ${after}`;
  }

  close() {
    URL.revokeObjectURL(this.image.src);
  }
}

class WaysView {
  /** @type {number | undefined} */
  #newest;
  /** @type {Map<string, Way>} */
  #ways = new Map();

  /** @param {HTMLElement} root @param {Component} component */
  constructor(root, { data }) {
    this.data = data;
    this.problem = element("div", { class: "problem", role: "status" });
    this.list = element("div", { class: "ways" });
    const ask = async (/** @type {AbortSignal} */ signal) => {
      await Promise.all([...this.#ways.values()].map((way) => way.draw(signal)));
    };
    this.feed = new Feed(root, ask, { tell: complainIn(this.problem) });
    root.append(this.list, this.problem);
  }

  /** @param {Component} component */
  update({ data }) {
    this.data = data;
    for (const name of data.ways) {
      if (this.#ways.has(name)) continue;
      const way = new Way(this, name);
      this.#ways.set(name, way);
      this.list.append(way.root);
    }
    this.#draw();
  }

  /** @param {import("./live.js").News} news */
  show({ header }) {
    if (!header) return;
    this.#newest = header.frames.at(-1);
    this.#draw();
  }

  close() {
    this.feed.close();
    for (const way of this.#ways.values()) way.close();
  }

  #draw() {
    if (this.#newest === undefined) return;
    const { ways, label } = this.data;
    const vectors = ways.map((name) => this.data[`${name}/z`].join());
    this.feed.want(JSON.stringify([this.#newest, vectors, label]));
  }
}

/** Show the ways; called by Streamlit for every change of data or theme. */
export const mount = mounter(WaysView, CSS);
