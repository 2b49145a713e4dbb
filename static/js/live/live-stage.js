/**
 * <live-stage data-camera="12" data-zone="Europe/Berlin" data-extension="nonmask">: the live picture, the line of facts
 * below it, and what is said when there is no picture. data-extension: whose status and network it tells, where the page
 * is about one.
 *
 * Events (bubbling): those of <live-overlay>, and "live-still" twice a second while no fresh picture is there.
 */

import "./live-overlay.js";
import { clockLength } from "../frame/duration.js";
import { text } from "../frame/strings.js";
import { ago, clock, now, write } from "../frame/time.js";
import { nextOpening } from "./opening.js";
import { frameAge } from "./quality.js";
import { levelOf } from "./status.js";
import { store } from "./store.js";

const NO_FRAME_S = 3;

class LiveStage extends HTMLElement {
  #life = null;
  #connection = "live";
  #frameAt = 0; // when the newest frame came to this browser, on its own clock

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.addEventListener("live-frame", ({ detail }) => this.#frame(detail), { signal });
    this.addEventListener("live-connection", ({ detail }) => this.#connected(detail), { signal });
    this.addEventListener("click", (event) => this.#pressed(event), { signal });
    store.addEventListener("cameras", () => this.#stateChanged(), { signal });
    const tick = setInterval(() => this.#tick(), 500);
    signal.addEventListener("abort", () => clearInterval(tick));
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  get overlay() {
    return this.querySelector("live-overlay");
  }

  /** The newest state of this camera; null before the first. */
  get state() {
    return store.cameras.get(Number(this.dataset.camera)) ?? null;
  }

  /** Whether the picture moves. */
  get fresh() {
    return this.#frameAt > 0 && performance.now() - this.#frameAt < 1000 * NO_FRAME_S;
  }

  /** Seconds since the newest picture, as far as anybody knows. */
  get age() {
    const seen = this.#frameAt ? (performance.now() - this.#frameAt) / 1000 : Infinity;
    return Math.min(seen, frameAge(this.state, now()) ?? Infinity);
  }

  fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.querySelector("[data-part=picture]").requestFullscreen();
  }

  #frame(frame) {
    this.#frameAt = performance.now();
    this.#facts({ fps: frame.fps.toFixed(1), size: `${frame.size[0]} × ${frame.size[1]}`, at: this.#exact(frame.at) });
    this.#tick();
  }

  #connected(state) {
    this.#connection = state;
    this.#tick();
  }

  #stateChanged() {
    const { state } = this;
    if (!state) return;
    const own = { occupancy: state.occupancy, nonmask: state.mask }[this.dataset.extension];
    const networks = new Set((own ? [own] : [state, state.mask]).map((one) => one?.network).filter(Boolean));
    this.#facts({ network: [...networks].join(" · ") || text("none"), applied: state.applied_at ? ago(state.applied_at) : "–" });
    const status = this.querySelector("[data-field=status]");
    const { status: word } = own ?? state;
    status.dataset.level = levelOf(word);
    write(status, text(`status_${word.replace(" ", "_")}`));
    this.#tick();
  }

  #facts(values) {
    for (const [name, value] of Object.entries(values)) write(this.querySelector(`[data-fact=${name}]`), value);
  }

  /** Show or hide what stands over a picture that does not move. */
  #tick() {
    const notice = this.querySelector("[data-part=notice]");
    const still = !this.fresh;
    this.overlay.toggleAttribute("data-still", still);
    this.overlay.toggleAttribute("data-empty", !this.overlay.frame);
    notice.hidden = !still;
    if (!still) return;
    const { title, reason } = this.#why();
    write(notice.querySelector("[data-field=title]"), title);
    write(notice.querySelector("[data-field=reason]"), reason);
    this.dispatchEvent(new Event("live-still", { bubbles: true }));
  }

  #why() {
    if (this.#connection === "refused") return { title: text("refused"), reason: text("refused_reason") };
    if (this.hasAttribute("data-bare")) return { title: text("bare"), reason: text("bare_reason") };
    if (this.#connection === "lost") return { title: text("lost"), reason: this.#lastPicture() };
    const { state } = this;
    if (!state) return { title: text("waiting"), reason: text("no_worker") };
    if (state.status === "online") return { title: text("waiting"), reason: this.#lastPicture() };
    const title = text(`status_${state.status.replace(" ", "_")}`);
    if (state.status === "outside schedule") return { title, reason: nextOpening(this.dataset.zone, state.opens_at) };
    const since = state.since ? text("since", { time: this.#exact(state.since), length: clockLength(now() - state.since) }) : "";
    return { title, reason: [state.error, since].filter(Boolean).join(" · ") };
  }

  #lastPicture() {
    const at = this.overlay.frame?.at;
    return at ? text("last_picture", { time: this.#exact(at), ago: ago(at) }) : text("first_picture");
  }

  #exact(posix) {
    return clock(this.dataset.zone, posix, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  }

  #pressed(event) {
    if (event.target.closest("[data-action=full-screen]")) this.fullScreen();
  }
}

customElements.define("live-stage", LiveStage);
