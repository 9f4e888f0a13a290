/** A picture of the server's, ready to be shown, or its word why there is none. */

import { question } from "./live.js";

/**
 * @param {string} url
 * @returns {Promise<HTMLImageElement>}
 * @throws {Refusal} where the server says why there is no such picture
 */
export async function loadPicture(url) {
  const image = new Image();
  image.src = url;
  await image.decode().catch(async (problem) => {
    await question(url);
    throw problem;
  });
  return image;
}
