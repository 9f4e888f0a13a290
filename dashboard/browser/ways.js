/** The ways from one latent vector to another, picture by picture, with what D makes of them. */

import { afterSteps, askLatent, showBlob, stepOf } from "./latent_ask.js";
import { CSS as SHARED_CSS, floats, shortVerdict } from "./latent.js";
import { sentenceOf } from "./live.js";
import { saveBlob } from "./save.js";
import { Latest } from "./together.js";
import { element, mounter } from "./view.js";

const NAMES = { slerp: "Along the arc (slerp)", lerp: "Straight on (lerp)" };

const CSS = `${SHARED_CSS}
.ways { display: grid; gap: 1.25rem; }
.way { display: grid; gap: 0.35rem; }
.head { justify-content: space-between; }
.head b { font-weight: 600; }
.strip { border-radius: var(--st-base-radius, 0.5rem); overflow: hidden; background: #000; }
.strip.plane { background: none; border: 1px solid var(--st-border-color); max-width: 20rem; }
.strip img { display: block; width: 100%; image-rendering: pixelated; min-height: 3rem; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; font-size: 0.8125rem; }
td { text-align: center; padding: 0.05rem 0; font-variant-numeric: tabular-nums; }
caption { text-align: left; opacity: 0.8; caption-side: bottom; }
`;

/** One way: its strip, and a table below with a column for each picture. */
class Way {
  constructor(view, name) {
    this.view = view;
    this.image = element("img", { alt: "" });
    this.strip = element("div", { class: "strip" }, this.image);
    this.table = element("table");
    this.length = element("span", { class: "number" });
    const buttons = ["gif", "mp4"].map((kind) => this.#saver(kind));
    const head = element("div", { class: "row head" }, element("b", {}, NAMES[name]), this.length);
    head.append(element("div", { class: "row" }, ...buttons));
    this.root = element("div", { class: "way", "data-way": name }, head, this.strip, this.table);
  }

  #saver(kind) {
    const button = element("button", { type: "button", class: kind }, kind.toUpperCase());
    button.title = `Save the way there and back as ${kind.toUpperCase()}`;
    button.onclick = async () => {
      button.disabled = true;
      try {
        const response = await askLatent(this.view.data, `film/${kind}`, floats(this.told.film));
        saveBlob(await response.blob(), `${this.told.name}-${this.view.data.run_id}.${kind}`);
      } catch (problem) {
        this.view.problem.textContent = sentenceOf(problem);
      }
      button.disabled = false;
    };
    return button;
  }

  async draw(told) {
    this.told = told;
    const z = floats(told.z);
    const columns = told.lengths.length;
    const [picture, judged] = await Promise.all([
      askLatent(this.view.data, `decode?columns=${columns}`, z),
      askLatent(this.view.data, "judge", z),
    ]);
    await showBlob(this.image, await picture.blob());
    const { step, ...found } = await judged.json();
    this.after = afterSteps({ Samples: stepOf(picture), "What is said of them": step });
    this.strip.classList.toggle("plane", this.view.data.is_plane);
    this.image.alt = `${columns} samples from A to B, ${NAMES[told.name]}.`;
    this.#tell(told.lengths, found);
  }

  #tell(lengths, { logits, path }) {
    const row = (title, cells) => {
      const made = cells.map((text) => element("td", {}, text));
      const line = element("tr", {}, ...made);
      line.title = title;
      return line;
    };
    const { reading } = this.view.data;
    const rows = [row("Length of z over √d", lengths.map((one) => `|z|/√d ${one.toFixed(2)}`))];
    if (logits) {
      const cells = logits.map((logit) => `D ${shortVerdict(logit, reading)}`);
      rows.push(row(`What D says: ${reading.name}`, cells));
    }
    this.table.replaceChildren(...rows);
    const whole = path.reduce((sum, one) => sum + one, 0);
    const largest = Math.max(...path) / (whole / path.length);
    this.length.textContent =
      `way through the pictures ${whole.toFixed(2)}, largest step ` +
      `${largest.toFixed(1)} times the mean one. ${this.after}`;
  }

  close() {
    if (this.image.src) URL.revokeObjectURL(this.image.src);
  }
}

class WaysView {
  constructor(root) {
    this.ways = new Map();
    this.problem = element("div", { class: "problem", role: "status" });
    this.list = element("div", { class: "ways" });
    this.work = new Latest(
      root,
      () => Promise.all(this.data.ways.map((told) => this.ways.get(told.name).draw(told))),
      (sentence) => (this.problem.textContent = sentence),
    );
    root.append(this.list, this.problem);
  }

  update({ data }) {
    this.data = data;
    for (const { name } of data.ways) {
      if (this.ways.has(name)) continue;
      this.ways.set(name, new Way(this, name));
      this.list.append(this.ways.get(name).root);
    }
    this.#draw();
  }

  show({ header }) {
    if (!header) return;
    this.newest = header.frames.at(-1);
    this.#draw();
  }

  close() {
    this.work.close();
    for (const way of this.ways.values()) way.close();
  }

  #draw() {
    if (this.newest === undefined) return;
    const { ways, label } = this.data;
    this.work.want(JSON.stringify([this.newest, ways, label]));
  }
}

/** Show the ways; called by Streamlit for every change of data or theme. */
export const mount = mounter(WaysView, CSS);
