/**
 * <live-overlay data-socket="/ws/cameras/12/live/"><canvas></canvas></live-overlay>: the live picture.
 *
 * Receives picture and boxes of one frame in one message, draws the newest and tells the server that it did: a slow
 * connection gets fewer frames, never old ones (DEMO-5). A page that nobody looks at closes its socket (DEMO-6).
 *
 * Properties: `show` {overlay, scores}, `judge` (boxes, frame) => {boxes, thresholds}, `areas` (frame) => the areas to draw,
 * `faces` (frame) => the faces to draw, none unless somebody says which; `reach` {area, zones}, where they are looked for.
 * Events (bubbling): "live-frame" (detail: the JSON of the frame), "live-connection" (detail: "live", "lost", "refused").
 */

import { drawScene, fitCanvas, overlayColours } from "../overlay/draw.js";
import { LiveSocket } from "./socket.js";
import { readMessage } from "./wire.js";

const HIDDEN_MS = 10_000;

class LiveOverlay extends HTMLElement {
  show = { overlay: true, scores: false };
  judge = (boxes) => ({ boxes, thresholds: {} });
  areas = (frame) => frame.areas;
  faces = () => [];
  reach = null;

  #socket = null;
  #life = null;
  #resting = null;
  #waiting = null; // the newest message while another is being decoded
  #decoding = false;
  #scene = null;
  #planned = false;
  #colours = null;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.#colours = overlayColours();
    this.#socket = new LiveSocket(this.dataset.socket);
    this.#socket.addEventListener("message", ({ detail }) => this.#receive(detail), { signal });
    for (const event of ["open", "lost", "refused"]) {
      this.#socket.addEventListener(event, () => this.#tell(event === "open" ? "live" : event), { signal });
    }
    document.addEventListener("visibilitychange", () => this.#rest(), { signal });
    window.addEventListener("online", () => this.#socket.restart(), { signal });
    const watcher = new ResizeObserver(() => this.redraw());
    watcher.observe(this);
    signal.addEventListener("abort", () => watcher.disconnect());
    this.#socket.start();
  }

  disconnectedCallback() {
    this.#life.abort();
    clearTimeout(this.#resting);
    this.#socket.stop();
  }

  /** The JSON of the frame on the canvas; null before the first. */
  get frame() {
    return this.#scene?.frame ?? null;
  }

  /** Draw the frame again, with other settings or at another size. */
  redraw() {
    if (this.#planned || !this.#scene) return;
    this.#planned = true;
    requestAnimationFrame(() => this.#draw());
  }

  #tell(state) {
    this.dispatchEvent(new CustomEvent("live-connection", { detail: state, bubbles: true }));
  }

  #rest() {
    clearTimeout(this.#resting);
    if (!document.hidden) this.#socket.start();
    else this.#resting = setTimeout(() => this.#socket.stop(), HIDDEN_MS);
  }

  async #receive(data) {
    if (this.#decoding) {
      if (this.#waiting) this.#socket.send("ack"); // it is skipped for a newer one, and so done with
      this.#waiting = data;
      return;
    }
    this.#decoding = true;
    try {
      await this.#decode(data);
    } catch (error) {
      console.warn("a live picture could not be read and is passed over", error);
    }
    this.#decoding = false;
    this.#socket.send("ack");
    const next = this.#waiting;
    this.#waiting = null;
    if (next) this.#receive(next);
  }

  async #decode(data) {
    const { frame, jpeg } = readMessage(data);
    const picture = await createImageBitmap(new Blob([jpeg], { type: "image/jpeg" }));
    this.#scene?.picture.close();
    this.#scene = { frame, picture };
    this.redraw();
    this.dispatchEvent(new CustomEvent("live-frame", { detail: frame, bubbles: true }));
  }

  #draw() {
    this.#planned = false;
    const canvas = this.querySelector("canvas");
    const { frame, picture } = this.#scene;
    const [width, height] = frame.size;
    this.style.setProperty("--aspect", `${width} / ${height}`);
    const shown = canvas.getBoundingClientRect();
    const view = fitCanvas(canvas, { width: shown.width, height: (shown.width * height) / width });
    const { boxes, thresholds } = this.judge(frame.boxes, frame);
    const scene = { picture, areas: this.areas(frame), boxes, faces: this.faces(frame), reach: this.reach, thresholds };
    drawScene(canvas.getContext("2d"), view, scene, this.show, this.#colours);
  }
}

customElements.define("live-overlay", LiveOverlay);
