/**
 * <camera-view data-camera="12" data-extensions="occupancy,nonmask" data-kinds='{"1": ["human"]}' data-zones="[]">: the
 * camera page. Brings together the live picture, the cards of the areas, the panel of masks and the settings panel.
 * data-zones: the ignore zones (OCC-35), for what the sliders count.    data-reach: {area, zones}, where faces are looked for.
 */

import "./area-card.js";
import "./live-stage.js";
import "./mask-panel.js";
import "./score-panel.js";
import { isIgnored } from "../areas/zones.js";
import { keysOf } from "../frame/keys.js";
import { text } from "../frame/strings.js";
import { now, write } from "../frame/time.js";
import { judgeFaces } from "../overlay/faces.js";
import { countsOf, judge } from "../overlay/scores.js";
import { withoutIgnored } from "../settings/preview.js";
import { nextOpening } from "./opening.js";
import { maskQualityOf, qualityOf } from "./quality.js";
import { store } from "./store.js";

class CameraView extends HTMLElement {
  #life = null;
  #kinds = {};
  #zones = [];

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.#kinds = JSON.parse(this.dataset.kinds);
    this.#zones = JSON.parse(this.dataset.zones);
    this.overlay.judge = (boxes, frame) => this.#judge(boxes, frame);
    this.overlay.reach = JSON.parse(this.dataset.reach);
    this.overlay.faces = (frame) => this.#judgeFaces(frame.faces ?? []);
    this.addEventListener("live-frame", ({ detail }) => this.#frame(detail), { signal });
    this.addEventListener("live-still", () => this.#stale(), { signal });
    this.addEventListener("panel-change", () => this.#panelChanged(), { signal });
    store.addEventListener("names", ({ detail }) => this.#renamed(detail), { signal });
    store.addEventListener("open", () => this.#openChanged(), { signal });
    store.addEventListener("cameras", () => this.#adviceChanged(), { signal });
    keysOf(this.#keys(), signal);
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  get stage() {
    return this.querySelector("live-stage");
  }

  get overlay() {
    return this.querySelector("live-overlay");
  }

  get panel() {
    return this.querySelector("score-panel");
  }

  #keys() {
    const open = (name) => () => this.querySelector(`[data-go=${name}]`)?.click();
    return {
      o: () => this.panel.flip("overlay"),
      s: () => this.panel.flip("scores"),
      m: () => this.panel.flip("measure"),
      f: () => this.stage.fullScreen(),
      "[": open("previous"),
      "]": open("next"),
    };
  }

  #judge(boxes, frame) {
    const { thresholds } = this.panel;
    const judged = withoutIgnored(judge(boxes, frame.areas, thresholds, (number) => this.#kinds[number] ?? []), this.#zones);
    return { boxes: this.#worthDrawing(judged), thresholds };
  }

  #judgeFaces(faces) {
    return this.#worthDrawing(judgeFaces(faces, this.panel.thresholds, (reason) => text(`reason_${reason}`)));
  }

  /** What does not count is only in the way, unless somebody looks at scores. */
  #worthDrawing(judged) {
    const { changed, show } = this.panel;
    return show.scores || changed ? judged : judged.filter(({ below }) => !below);
  }

  #frame(frame) {
    this.panel.see(frame);
    this.#showAreas(frame.areas, this.#quality(frame));
    this.#showMasks(frame.mask, frame.faces);
    this.#preview(frame);
    this.#people(frame);
  }

  /** Of the numbers of a fresh frame (CNT-6). */
  #quality(frame) {
    if (frame.count === null) return "unknown";
    const wanted = this.stage.state?.fps_wanted ?? 0;
    return frame.saturated || frame.fps < 0.8 * wanted ? "limited" : "live";
  }

  /** While no picture comes, the areas show what is known of them otherwise. */
  #stale() {
    const { state } = this.stage;
    if (!state) return;
    this.#showAreas(state.areas, qualityOf(state, now()));
    this.#showMasks(state.mask, []);
  }

  #panelChanged() {
    this.overlay.show = this.panel.show;
    this.overlay.redraw();
    if (this.overlay.frame) this.#preview(this.overlay.frame);
  }

  /** The camera's settings were changed: other areas or extensions than the page was made for need a new page. */
  #renamed({ camera, name, extensions }) {
    if (camera !== Number(this.dataset.camera)) return;
    write(this.querySelector("h1"), name);
    this.#reachChanged(extensions.find(({ kind }) => kind === "nonmask"));
    const drawn = extensions.flatMap(({ areas }) => areas).filter(({ polygon }) => polygon?.length);
    const cards = [...this.querySelectorAll("area-card")].map((card) => Number(card.dataset.area));
    const kinds = extensions.map(({ kind }) => kind).sort();
    const made = this.dataset.extensions.split(",").filter(Boolean).sort();
    if (drawn.map(({ number }) => number).join() !== cards.join() || kinds.join() !== made.join()) window.location.reload();
  }

  #reachChanged(nonmask) {
    if (!nonmask) return;
    this.overlay.reach = { area: nonmask.area, zones: nonmask.ignore_zones.map(({ polygon }) => polygon) };
    this.overlay.redraw();
  }

  #openChanged() {
    const count = [...store.open.values()].filter(({ camera }) => camera === Number(this.dataset.camera)).length;
    const chip = this.querySelector("[data-chip=open]");
    chip.hidden = count === 0;
    write(chip.querySelector("[data-field=text]"), text("n_alarms", { count }));
  }

  /** What stands in the way of the camera's sight (CAM-8); its Health page says it in words. */
  #adviceChanged() {
    const count = store.cameras.get(Number(this.dataset.camera))?.advice?.length ?? 0;
    const chip = this.querySelector("[data-chip=advice]");
    chip.hidden = count === 0;
    write(chip.querySelector("[data-field=text]"), text("n_advice", { count }));
  }

  #showAreas(areas, name) {
    const quality = this.#inWords(name);
    for (const area of areas) this.querySelector(`area-card[data-area="${area.number}"]`)?.update(area, quality);
  }

  /** mask: of the frame, or of the state while no fresh picture comes; null without the extension. */
  #showMasks(mask, faces) {
    if (!mask) return;
    const quality = this.#inWords(maskQualityOf(mask, this.stage.state, now()));
    this.querySelector("mask-panel")?.update(mask, faces, quality, nextOpening(this.stage.dataset.zone, mask.opens_at));
  }

  /** Why a picture comes and nothing is counted: only the other extension is open (EXT-3, EXT-4). */
  #closed() {
    const { occupancy } = this.stage.state ?? {};
    if (occupancy?.status !== "outside schedule") return "";
    return `${text("status_outside_schedule")}. ${nextOpening(this.stage.dataset.zone, occupancy.opens_at)}`;
  }

  #inWords(name) {
    const label = name === "stale" ? text("quality_stale", { n: Math.floor(this.stage.age) }) : text(`quality_${name}`);
    return { name, label };
  }

  #preview(frame) {
    const { changed, thresholds } = this.panel;
    const boxes = frame.boxes.filter((box) => !isIgnored(box, this.#zones));
    const counts = countsOf(boxes, frame.areas, thresholds, (number) => this.#kinds[number] ?? []);
    for (const card of this.querySelectorAll("area-card")) card.preview(changed ? counts[card.dataset.area] ?? null : null);
  }

  #people(frame) {
    const seen = frame.count === null ? this.#closed() : text("in_picture", { count: frame.count, raw: frame.raw });
    write(this.querySelector("[data-field=in-picture]"), seen);
    this.querySelector("[data-field=no-network]").hidden = frame.status !== "no network";
    this.querySelector("[data-field=saturated]").hidden = !frame.saturated;
    this.querySelector("[data-field=monochrome]").hidden = !frame.monochrome;
  }
}

customElements.define("camera-view", CameraView);
