/** Puts what is on screen, or what the server made, into a file of the browser. */

import { BASE_CSS, button, element, penOf } from "./view.js";

const KEPT_MS = 60000;
const SHARPNESS = 2;
/** An arrow down onto a line, in a square of 16. */
export const ARROW = "M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11";

export const CSS = `
button.save { flex: none; gap: 0.2rem; height: 1.5rem; padding: 0 0.35rem; font-size: 0.75rem;
  font-weight: 400; border: 0; opacity: 0.78; }
button.save:hover { opacity: 1; }
button.save svg { width: 0.8rem; height: 0.8rem; fill: none; stroke: currentColor;
  stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
`;

/**
 * A small button that saves what stands beside it.
 * @param {"PNG"|"SVG"} format @param {() => void} act
 */
export function saveButton(format, act) {
  const title = `Save as ${format}`;
  const made = button(`save_${format.toLowerCase()}`, "", act, {
    class: "save",
    title,
    "aria-label": title,
  });
  made.innerHTML = `<svg viewBox="0 0 16 16" aria-hidden="true"><path d="${ARROW}"/></svg>`;
  made.append(format);
  return made;
}

/**
 * Let the browser save this as a file.
 * @param {Blob} blob
 * @param {string} name of the file
 */
export function saveBlob(blob, name) {
  const href = URL.createObjectURL(blob);
  element("a", { href, download: name }).click();
  // The browser reads it after the click.
  setTimeout(() => URL.revokeObjectURL(href), KEPT_MS);
}

/**
 * Save a picture or a canvas as PNG.
 * @param {CanvasImageSource} source
 * @param {{width: number, height: number, ground: string}} look size in pixels, and the colour
 *   that lies below what is transparent
 * @param {string} name of the file
 */
export function savePng(source, { width, height, ground }, name) {
  const canvas = element("canvas", { width: String(width), height: String(height) });
  const pen = penOf(canvas);
  pen.fillStyle = ground;
  pen.fillRect(0, 0, width, height);
  // A picture of few pixels keeps its edges.
  pen.imageSmoothingEnabled = false;
  pen.drawImage(source, 0, 0, width, height);
  canvas.toBlob((blob) => blob && saveBlob(blob, name), "image/png");
}

/**
 * Save a part of the page as SVG, or as PNG, with its styles and in the colours of the theme.
 * @param {HTMLElement} node
 * @param {string} css the rules that it is drawn by, besides those of every component
 * @param {"PNG"|"SVG"} format
 * @param {string} name of the file, without its ending
 */
export async function saveNode(node, css, format, name) {
  const svg = asSvg(node, BASE_CSS + css);
  if (format === "SVG") {
    saveBlob(new Blob([svg], { type: "image/svg+xml" }), `${name}.svg`);
    return;
  }
  const image = new Image();
  // From the address of a blob, the canvas could not be read back.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const size = { width: SHARPNESS * image.width, height: SHARPNESS * image.height };
  savePng(image, { ...size, ground: "white" }, `${name}.png`);
}

/** @param {HTMLElement} node @param {string} css */
function asSvg(node, css) {
  const root = element("div", { class: "root" }, node.cloneNode(true));
  for (const one of root.querySelectorAll("button.save, [popover]")) one.remove();
  // In a picture there is nothing to press: what is left of a button is its words.
  for (const one of root.querySelectorAll("button")) one.replaceWith(...one.childNodes);
  // The page's own variables do not reach into the file: those that are named go with it.
  const style = getComputedStyle(node);
  for (const [, name] of `${css}${root.innerHTML}`.matchAll(/var\((--[\w-]+)/g)) {
    root.style.setProperty(name, style.getPropertyValue(name));
  }
  // Nor do its fonts, and another font may need more room: it is measured out of sight.
  root.style.setProperty("--st-font", "sans-serif");
  root.style.background = "var(--st-background-color)";
  root.style.padding = "1rem";
  root.style.width = `${Math.ceil(node.clientWidth)}px`;
  root.style.position = "fixed";
  node.after(root);
  const box = root.getBoundingClientRect();
  root.remove();
  const [width, height] = [Math.ceil(box.width), Math.ceil(box.height)];
  Object.assign(root.style, { position: "static", boxSizing: "border-box" });
  Object.assign(root.style, { width: `${width}px`, height: `${height}px` });
  root.prepend(element("style", {}, css));
  const inside = new XMLSerializer().serializeToString(root);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    `<foreignObject width="100%" height="100%">${inside}</foreignObject></svg>`
  );
}
