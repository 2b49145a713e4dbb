/**
 * <clip-player data-src="…mp4" data-scenes="…json" data-started="1795274623.1">: the clip of an alarm (OPR-3).
 *
 * Every picture of the video is painted on a canvas together with what was seen on that very picture, so that boxes can
 * be on or off and never lie on another one. Nothing is fetched before somebody wants to see it; then the clip takes the
 * place of the alarm's picture. data-started: of the alarm, POSIX seconds; the times shown count from it.
 */

import { text } from "../frame/strings.js";
import { write } from "../frame/time.js";
import { drawScene, fitCanvas, overlayColours } from "../overlay/draw.js";
import { sinceStart, sceneAt, stepped } from "./clip-times.js";
import { seenOf } from "./seen.js";

const REFUSED = "NotAllowedError";

class ClipPlayer extends HTMLElement {
  #life = null;
  #clip = null; // the scenes; null until they are here
  #opened = null; // the promise of that
  #time = 0; // of the picture on the canvas
  #watchers = [];

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.addEventListener("click", (event) => this.#pressed(event), { signal });
    this.addEventListener("input", (event) => this.#moved(event), { signal });
    for (const name of ["play", "pause", "ended"]) this.#video.addEventListener(name, () => this.#showPlay(), { signal });
    this.#boxes?.addEventListener("click", () => this.#flip(), { signal });
    const boxes = new MutationObserver(() => this.#draw());
    if (this.#boxes) boxes.observe(this.#boxes, { attributes: true, attributeFilter: ["aria-pressed"] });
    const size = new ResizeObserver(() => this.#draw());
    size.observe(this);
    this.#watchers = [boxes, size];
  }

  disconnectedCallback() {
    this.#life.abort();
    for (const one of this.#watchers) one.disconnect();
    this.#video.pause();
    this.#panel?.removeAttribute("data-shows");
  }

  get #video() {
    return this.querySelector("video");
  }

  get #panel() {
    return this.closest("[data-alarm-panel]");
  }

  get #boxes() {
    return this.#panel?.querySelector("[data-action=boxes]") ?? null;
  }

  /** Seconds from the beginning of the clip to the start of the alarm. */
  get #start() {
    const last = this.#clip.frames.at(-1).at;
    return Math.min(last, Math.max(0, Number(this.dataset.started) - this.#clip.began_at));
  }

  #part(name) {
    return this.querySelector(`[data-clip=${name}]`);
  }

  #pressed({ target }) {
    const name = target.closest("button[data-clip]")?.dataset.clip;
    if (name === "play") this.#playOrPause();
    if (name === "back") this.#step(-1);
    if (name === "on") this.#step(1);
    if (name === "close") this.#close();
  }

  #moved({ target }) {
    const value = Number(target.value); // as it is now: drawing moves the slider
    if (target.dataset.clip === "speed") this.#run(value);
    if (target.dataset.clip === "seek") this.#seek(() => value);
  }

  /** A video that is loaded begins at its default rate. */
  #run(rate) {
    Object.assign(this.#video, { defaultPlaybackRate: rate, playbackRate: rate });
  }

  async #playOrPause() {
    const fresh = this.dataset.state === "closed";
    if (!(await this.#open())) return;
    const video = this.#video;
    if (!video.paused) return video.pause();
    if (video.ended || fresh) video.currentTime = 0;
    try {
      await video.play();
    } catch ({ name }) {
      if (name === REFUSED) this.#showPlay(); // a browser that plays nothing by itself: stepping still works
    }
  }

  #step(by) {
    this.#seek(() => stepped(this.#clip.frames, this.#time, by));
  }

  /** Stop at a time; the first look at the clip is at the start of the alarm. time: asked for when the clip is here. */
  async #seek(time) {
    const fresh = this.dataset.state === "closed";
    if (!(await this.#open())) return;
    this.#video.pause();
    this.#video.currentTime = fresh ? this.#start : time();
  }

  /** Whether it can be watched; fetched once. */
  async #open() {
    this.#opened ??= this.#load();
    const opened = await this.#opened;
    this.#show(opened ? "open" : "missing");
    return opened;
  }

  async #load() {
    this.#show("loading");
    try {
      const answer = await fetch(this.dataset.scenes);
      if (!answer.ok) return false;
      this.#clip = await answer.json();
      await this.#ready();
    } catch {
      return false; // removed meanwhile, or the connection is gone
    }
    this.#measure();
    this.#follow();
    return true;
  }

  /** Until the video tells its size and length. */
  #ready() {
    const video = this.#video;
    return new Promise((resolve, reject) => {
      video.addEventListener("loadeddata", resolve, { once: true });
      video.addEventListener("error", reject, { once: true });
      video.preload = "auto";
      video.src = this.dataset.src;
    });
  }

  #measure() {
    const seek = this.#part("seek");
    const { duration } = this.#video;
    seek.max = String(duration);
    this.style.setProperty("--moment", String(this.#start / duration));
    this.style.setProperty("--aspect", this.#clip.size.join(" / "));
  }

  /** Draw every picture that the video shows, by its own time. */
  #follow() {
    const video = this.#video;
    const next = (_now, { mediaTime }) => {
      this.#time = mediaTime;
      this.#draw();
      video.requestVideoFrameCallback(next);
    };
    video.requestVideoFrameCallback(next);
  }

  #show(state) {
    this.dataset.state = state;
    const shown = state === "open";
    this.querySelector("[data-part=stage]").hidden = !shown;
    this.#part("close").disabled = !shown;
    this.#panel?.toggleAttribute("data-shows", shown);
    if (state === "missing") write(this.querySelector("[data-field=words]"), text("clip_missing"));
    this.#draw();
  }

  #close() {
    this.#video.pause();
    this.#show("closed");
    this.#part("play").focus();
  }

  #showPlay() {
    const { paused } = this.#video;
    const button = this.#part("play");
    button.toggleAttribute("data-playing", !paused);
    write(button.querySelector("[data-field=play]"), paused ? button.dataset.play : button.dataset.pause);
  }

  /** The picture of the alarm flips them; where there is none, the clip does. */
  #flip() {
    if (this.#panel.querySelector("alarm-snapshot")) return;
    this.#boxes.setAttribute("aria-pressed", String(this.#boxes.getAttribute("aria-pressed") !== "true"));
  }

  #draw() {
    if (this.dataset.state !== "open") return;
    const canvas = this.querySelector("canvas");
    const [wide, high] = this.#clip.size;
    const { width } = canvas.getBoundingClientRect();
    if (width === 0) return;
    const { extension, face } = this.dataset;
    const scene = seenOf(sceneAt(this.#clip, this.#time), { extension, face });
    const show = { overlay: this.#boxes?.getAttribute("aria-pressed") !== "false", scores: false };
    const view = fitCanvas(canvas, { width, height: (width * high) / wide });
    drawScene(canvas.getContext("2d"), view, { picture: this.#video, thresholds: {}, ...scene }, show, overlayColours());
    this.#tell(scene);
  }

  /** The time, and in words what the canvas shows. */
  #tell({ areas, faces }) {
    const time = sinceStart(this.#time - this.#start);
    write(this.querySelector("[data-field=time]"), time);
    const seek = this.#part("seek");
    seek.value = String(this.#time);
    seek.setAttribute("aria-valuetext", time);
    const counts = areas.filter(({ status }) => status).map(({ name, count, threshold }) => `${name} ${count ?? "–"}/${threshold}`);
    const words = this.dataset.extension === "nonmask" ? text("n_faces", { count: faces.length }) : counts.join(" · ");
    write(this.querySelector("[data-field=words]"), words);
  }
}

customElements.define("clip-player", ClipPlayer);
