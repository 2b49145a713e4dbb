/**
 * <settings-view>: a settings tab. What somebody types or draws is seen on the live picture at once, with the count that
 * it would give; the camera goes on with what is saved.
 */

import "./settings-form.js";
import "../live/live-stage.js";
import { text } from "../frame/strings.js";
import { write } from "../frame/time.js";
import { store } from "../live/store.js";
import { CountPreview } from "./count-preview.js";
import { levelsOf } from "./levels.js";
import { MaskPreview } from "./mask-preview.js";

const PREVIEWS = { occupancy: CountPreview, nonmask: MaskPreview };

class SettingsView extends HTMLElement {
  #life = null;
  #preview = null;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.#preview = new PREVIEWS[this.form.data.kind](this, signal);
    this.overlay.areas = (frame) => this.#preview.areas(frame);
    this.overlay.judge = (boxes, frame) => this.#preview.judge(boxes, frame);
    this.overlay.faces = (frame) => this.#preview.faces(frame);
    this.addEventListener("draft-change", () => this.#drafted(), { signal });
    this.addEventListener("live-frame", () => this.#preview.desk?.count(this.overlay.frame), { signal });
    this.addEventListener("click", (event) => this.#pressed(event.target.closest("[data-action]")), { signal });
    store.addEventListener("names", ({ detail }) => this.#renamed(detail), { signal });
    this.#drafted();
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  get form() {
    return this.querySelector("settings-form");
  }

  get overlay() {
    return this.querySelector("live-overlay");
  }

  #drafted() {
    this.#preview.desk?.drafted();
    this.#showLevels();
    this.#warnOfTopic();
    this.overlay.redraw();
  }

  /** "holds at 8-9, resets below 8" beside each area (SPEC 4.2). */
  #showLevels() {
    const { areas, reset_percentage } = this.form.draft.now;
    for (const row of this.querySelectorAll("[data-level]:is(li)")) {
      const levels = levelsOf(areas[row.dataset.level].count_threshold, reset_percentage);
      write(row.querySelector("[data-field=words]"), levels ? text(levels.key, levels.values) : "");
    }
  }

  /** Retained messages on a topic that cameras share overwrite each other (OUT-3). */
  #warnOfTopic() {
    const warning = this.querySelector("[data-part=shared-topic]");
    if (!warning) return;
    const { retain, topic, alarm_topic, count_data, alarm_notification } = this.form.draft.now.mqtt;
    const topics = [...(count_data ? [topic] : []), ...(alarm_notification ? [alarm_topic || topic] : [])];
    warning.hidden = !(retain && topics.some((one) => !one.includes("{camera}")));
  }

  #renamed({ camera, name }) {
    if (camera === Number(this.dataset.camera)) write(this.querySelector("h1"), name);
  }

  #pressed(button) {
    if (button?.dataset.action === "ask-reset") this.querySelector("#reset").showModal();
    if (button?.dataset.action === "close-dialog") button.closest("dialog").close();
  }
}

customElements.define("settings-view", SettingsView);
