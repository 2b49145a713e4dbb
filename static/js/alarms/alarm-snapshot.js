/**
 * <alarm-snapshot data-src="…jpg" data-extension="nonmask" data-face="31">: the picture of an alarm's moment, with the boxes
 * of that moment on or off (OPR-3); drawn by the code of the live picture. The overlay lies in a JSON block beside the
 * canvas; what another extension saw in it is left out. data-face: the number of the face that a non-mask alarm is about.
 */

import { drawScene, fitCanvas, overlayColours } from "../overlay/draw.js";
import { seenOf } from "./seen.js";

class AlarmSnapshot extends HTMLElement {
  #picture = null;
  #overlay = null;
  #watcher = null;

  async connectedCallback() {
    this.#overlay = JSON.parse(this.querySelector("script").textContent);
    this.#watcher = new ResizeObserver(() => this.#draw());
    this.#watcher.observe(this);
    this.#boxes?.addEventListener("click", () => this.flip());
    await this.#load();
  }

  disconnectedCallback() {
    this.#watcher.disconnect();
  }

  /** Boxes on or off. */
  flip() {
    this.#boxes.setAttribute("aria-pressed", String(!this.#shown));
    this.#draw();
  }

  get #boxes() {
    return this.parentElement.querySelector("[data-action=boxes]");
  }

  get #shown() {
    return this.#boxes.getAttribute("aria-pressed") === "true";
  }

  async #load() {
    const picture = new Image();
    picture.src = this.dataset.src;
    try {
      await picture.decode();
    } catch {
      this.dataset.state = "missing"; // removed by its retention, or the connection is gone
      return;
    }
    this.#picture = picture;
    this.dataset.state = "shown";
    this.style.setProperty("--aspect", `${picture.naturalWidth} / ${picture.naturalHeight}`);
    this.#draw();
  }

  #draw() {
    if (!this.#picture) return;
    const canvas = this.querySelector("canvas");
    const { width } = canvas.getBoundingClientRect();
    const height = (width * this.#picture.naturalHeight) / this.#picture.naturalWidth;
    const { extension, face } = this.dataset;
    const scene = { picture: this.#picture, thresholds: {}, ...seenOf(this.#overlay, { extension, face }) };
    const show = { overlay: this.#shown, scores: false };
    drawScene(canvas.getContext("2d"), fitCanvas(canvas, { width, height }), scene, show, overlayColours());
  }
}

customElements.define("alarm-snapshot", AlarmSnapshot);
