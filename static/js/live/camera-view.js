/**
 * <camera-view data-camera="12" data-kinds='{"1": ["human"]}'>: the camera page. Brings together the live picture, the
 * cards of the areas, the settings panel, the line of facts, and what is said when there is no picture.
 */

import "./area-card.js";
import "./live-overlay.js";
import "./score-panel.js";
import { clockLength } from "../frame/duration.js";
import { keysOf } from "../frame/keys.js";
import { text } from "../frame/strings.js";
import { ago, clock, now, write } from "../frame/time.js";
import { countsOf, judge } from "../overlay/scores.js";
import { frameAge, qualityOf } from "./quality.js";
import { levelOf } from "./status.js";
import { store } from "./store.js";

const NO_FRAME_S = 3;

class CameraView extends HTMLElement {
  #life = null;
  #kinds = {};
  #connection = "live";
  #frameAt = 0; // when the newest frame came to this browser, on its own clock

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.#kinds = JSON.parse(this.dataset.kinds);
    this.overlay.judge = (boxes, frame) => this.#judge(boxes, frame);
    this.addEventListener("live-frame", ({ detail }) => this.#frame(detail), { signal });
    this.addEventListener("live-connection", ({ detail }) => this.#connected(detail), { signal });
    this.addEventListener("panel-change", () => this.#panelChanged(), { signal });
    this.addEventListener("click", (event) => this.#pressed(event), { signal });
    store.addEventListener("cameras", () => this.#stateChanged(), { signal });
    store.addEventListener("names", ({ detail }) => this.#renamed(detail), { signal });
    store.addEventListener("open", () => this.#openChanged(), { signal });
    keysOf(this.#keys(), signal);
    const tick = setInterval(() => this.#tick(), 500);
    signal.addEventListener("abort", () => clearInterval(tick));
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  get overlay() {
    return this.querySelector("live-overlay");
  }

  get panel() {
    return this.querySelector("score-panel");
  }

  /** The newest state of this camera, or what the page came with. */
  get state() {
    return store.cameras.get(Number(this.dataset.camera)) ?? null;
  }

  #keys() {
    const open = (name) => () => this.querySelector(`[data-go=${name}]`)?.click();
    return {
      o: () => this.panel.flip("overlay"),
      s: () => this.panel.flip("scores"),
      m: () => this.panel.flip("measure"),
      f: () => this.#fullScreen(),
      "[": open("previous"),
      "]": open("next"),
    };
  }

  #judge(boxes, frame) {
    const { thresholds, changed, show } = this.panel;
    const judged = judge(boxes, frame.areas, thresholds, (number) => this.#kinds[number] ?? []);
    const hollow = show.scores || changed; // otherwise what does not count is only in the way
    return { boxes: hollow ? judged : judged.filter(({ below }) => !below), thresholds };
  }

  #frame(frame) {
    this.#frameAt = performance.now();
    this.panel.see(frame);
    this.#showAreas(frame.areas, this.#quality(frame));
    this.#preview(frame);
    this.#facts({ fps: frame.fps.toFixed(1), size: `${frame.size[0]} × ${frame.size[1]}`, at: this.#exact(frame.at) });
    this.#people(frame);
    this.#tick();
  }

  /** Of the numbers of a fresh frame (CNT-6). */
  #quality(frame) {
    if (frame.count === null) return "unknown";
    const wanted = this.state?.fps_wanted ?? 0;
    return frame.saturated || frame.fps < 0.8 * wanted ? "limited" : "live";
  }

  #connected(state) {
    this.#connection = state;
    this.#tick();
  }

  #panelChanged() {
    this.overlay.show = this.panel.show;
    this.overlay.redraw();
    if (this.overlay.frame) this.#preview(this.overlay.frame);
  }

  /** News of the camera: what the facts line says, and the areas while no picture comes. */
  #stateChanged() {
    const { state } = this;
    if (!state) return;
    this.#facts({ network: state.network || text("none"), applied: state.applied_at ? ago(state.applied_at) : "–" });
    const status = this.querySelector("[data-field=status]");
    status.dataset.level = levelOf(state.status);
    write(status, text(`status_${state.status.replace(" ", "_")}`));
    if (!this.#fresh) this.#showAreas(state.areas, qualityOf(state, now()));
    this.#tick();
  }

  /** The camera's settings were changed: other areas than the page has cards for need a new page. */
  #renamed({ camera, name, extensions }) {
    if (camera !== Number(this.dataset.camera)) return;
    write(this.querySelector("h1"), name);
    const numbers = extensions.flatMap(({ areas }) => areas.map(({ number }) => number));
    const cards = [...this.querySelectorAll("area-card")].map((card) => Number(card.dataset.area));
    if (numbers.join() !== cards.join()) window.location.reload();
  }

  #openChanged() {
    const count = [...store.open.values()].filter(({ camera }) => camera === Number(this.dataset.camera)).length;
    const chip = this.querySelector("[data-chip=open]");
    chip.hidden = count === 0;
    write(chip.querySelector("[data-field=text]"), text("n_alarms", { count }));
  }

  get #fresh() {
    return this.#frameAt > 0 && performance.now() - this.#frameAt < 1000 * NO_FRAME_S;
  }

  #showAreas(areas, name) {
    const label = name === "stale" ? text("quality_stale", { n: Math.floor(this.#age) }) : text(`quality_${name}`);
    for (const area of areas) {
      this.querySelector(`area-card[data-area="${area.number}"]`)?.update(area, { name, label });
    }
  }

  get #age() {
    const seen = this.#frameAt ? (performance.now() - this.#frameAt) / 1000 : Infinity;
    return Math.min(seen, frameAge(this.state, now()) ?? Infinity);
  }

  #preview(frame) {
    const { changed, thresholds } = this.panel;
    const counts = countsOf(frame.boxes, frame.areas, thresholds, (number) => this.#kinds[number] ?? []);
    for (const card of this.querySelectorAll("area-card")) card.preview(changed ? counts[card.dataset.area] ?? null : null);
  }

  #facts(values) {
    for (const [name, value] of Object.entries(values)) write(this.querySelector(`[data-fact=${name}]`), value);
  }

  #people(frame) {
    const seen = frame.count === null ? "" : text("in_picture", { count: frame.count, raw: frame.raw });
    write(this.querySelector("[data-field=in-picture]"), seen);
    this.querySelector("[data-field=no-network]").hidden = frame.status !== "no network";
    this.querySelector("[data-field=saturated]").hidden = !frame.saturated;
    this.querySelector("[data-field=monochrome]").hidden = !frame.monochrome;
  }

  #exact(posix) {
    return clock(this.dataset.zone, posix, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  }

  /** Show or hide what stands over a picture that does not move. */
  #tick() {
    const notice = this.querySelector("[data-part=notice]");
    const still = !this.#fresh;
    this.overlay.toggleAttribute("data-still", still);
    this.overlay.toggleAttribute("data-empty", !this.overlay.frame);
    notice.hidden = !still;
    if (!still) return;
    const { title, reason } = this.#why();
    write(notice.querySelector("[data-field=title]"), title);
    write(notice.querySelector("[data-field=reason]"), reason);
    if (this.state) this.#showAreas(this.state.areas, qualityOf(this.state, now()));
  }

  #why() {
    if (this.#connection === "refused") return { title: text("refused"), reason: text("refused_reason") };
    if (this.#connection === "lost") return { title: text("lost"), reason: this.#lastPicture() };
    const { state } = this;
    if (!state) return { title: text("waiting"), reason: text("no_worker") };
    if (state.status === "online") return { title: text("waiting"), reason: this.#lastPicture() };
    const title = text(`status_${state.status.replace(" ", "_")}`);
    const since = state.since ? text("since", { time: this.#exact(state.since), length: clockLength(now() - state.since) }) : "";
    return { title, reason: [state.error, since].filter(Boolean).join(" · ") };
  }

  #lastPicture() {
    const at = this.overlay.frame?.at;
    return at ? text("last_picture", { time: this.#exact(at), ago: ago(at) }) : text("first_picture");
  }

  #pressed(event) {
    if (event.target.closest("[data-action=full-screen]")) this.#fullScreen();
  }

  #fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.querySelector("[data-part=picture]").requestFullscreen();
  }
}

customElements.define("camera-view", CameraView);
