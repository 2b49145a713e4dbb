/**
 * <score-panel>: the settings of the demo screen (DEMO-4). They change this browser's picture at once; the thresholds of
 * the camera change only when somebody who may presses Save.
 *
 * data-thresholds: the saved ones as JSON, {colour: {head, body, vehicle, bicycle, mask, no_mask}, bw: the same or null};
 * what is not installed is left out.
 * Event "panel-change" (bubbling) after every change. Property `thresholds`: those in force; `changed`; `show`.
 */

import { text } from "../frame/strings.js";
import { write } from "../frame/time.js";
import { faceBoxes } from "../overlay/faces.js";
import { measure } from "../overlay/scores.js";

class ScorePanel extends HTMLElement {
  #saved = null;
  #own = {}; // what the sliders of this browser say instead
  #monochrome = false;
  #extremes = {};

  connectedCallback() {
    this.#saved = JSON.parse(this.dataset.thresholds);
    this.#showSliders();
    this.addEventListener("input", (event) => this.#changed(event.target));
    this.#form.addEventListener("submit", (event) => this.#save(event));
    this.addEventListener("click", (event) => this.#pressed(event.target.closest("[data-action]")));
  }

  get show() {
    return { overlay: this.#switch("overlay").checked, scores: this.#switch("scores").checked };
  }

  get measuring() {
    return this.show.scores && this.#switch("measure").checked;
  }

  /** Whether a slider differs from what is saved. */
  get changed() {
    return Object.keys(this.#own).length > 0;
  }

  get thresholds() {
    return { ...this.#base, ...this.#own };
  }

  /** Take note of a frame: the thresholds of its colours, the extremes of its scores. */
  see(frame) {
    this.#meetHeads(frame.boxes);
    if (frame.monochrome !== this.#monochrome) {
      this.#monochrome = frame.monochrome;
      this.#showSliders();
    }
    if (!this.measuring) return;
    this.#extremes = measure(this.#extremes, [...frame.boxes, ...faceBoxes(frame.faces ?? [])], this.thresholds);
    this.#showExtremes();
  }

  /** Flip one of the switches by its name, as its key does. */
  flip(name) {
    const box = this.#switch(name);
    if (box.disabled) return;
    box.checked = !box.checked;
    this.#changed(box);
  }

  /** A network that gives no head scores leaves what is about heads away (OCC-25). */
  #meetHeads(boxes) {
    if (!boxes.some(({ head }) => head !== null && head !== undefined)) return;
    for (const part of this.querySelectorAll("[data-heads]")) part.hidden = false;
  }

  get #base() {
    return (this.#monochrome && this.#saved.bw) || this.#saved.colour;
  }

  #changed(input) {
    if (input.type === "range") this.#slide(input.name, Number(input.value));
    if (input.name === "scores") this.#scoresSwitched(input.checked);
    if (input.name === "measure") this.#restart();
    this.dispatchEvent(new Event("panel-change", { bubbles: true }));
  }

  #pressed(button) {
    if (button?.dataset.action === "reset-sliders") this.#own = {};
    else if (button?.dataset.action === "reset-measure") this.#restart();
    else return;
    this.#showSliders();
    this.dispatchEvent(new Event("panel-change", { bubbles: true }));
  }

  #slide(name, value) {
    if (value === this.#base[name]) delete this.#own[name];
    else this.#own[name] = value;
    this.#say("");
    this.#showSliders();
  }

  #scoresSwitched(on) {
    const box = this.#switch("measure");
    box.disabled = !on;
    if (!on) box.checked = false;
    this.#restart();
  }

  #restart() {
    this.#extremes = {};
    this.querySelector("[data-part=measured]").hidden = !this.measuring;
    this.#showExtremes();
  }

  #showSliders() {
    const [current, saved] = [this.thresholds, this.#base];
    for (const slider of this.querySelectorAll("[data-slider]")) {
      const name = slider.dataset.slider;
      const input = slider.querySelector("input");
      input.value = current[name];
      input.style.setProperty("--share", `${((current[name] - input.min) / (input.max - input.min)) * 100}%`);
      slider.toggleAttribute("data-changed", name in this.#own);
      write(slider.querySelector("[data-field=value]"), String(current[name]));
      write(slider.querySelector("[data-field=saved]"), name in this.#own ? text("saved_is", { value: saved[name] }) : "");
    }
    for (const button of this.querySelectorAll("[data-action$=-sliders]")) button.disabled = !this.changed;
    this.querySelector("[data-part=bw]").hidden = !(this.#monochrome && this.#saved.bw);
  }

  #showExtremes() {
    for (const row of this.querySelectorAll("[data-measured]")) {
      const seen = this.#extremes[row.dataset.measured];
      write(row.querySelector("[data-field=high]"), seen ? String(seen.high) : "–");
      write(row.querySelector("[data-field=low]"), seen ? String(seen.low) : "–");
    }
  }

  get #form() {
    return this.querySelector("[data-part=form]");
  }

  /** Save the sliders as they stand, for the kind of picture that they were moved on. */
  async #save(event) {
    event.preventDefault();
    const form = new FormData(this.#form);
    form.set("picture", this.#monochrome && this.#saved.bw ? "bw" : "colour");
    this.#say(text("saving"));
    try {
      const answer = await fetch(this.#form.action, { method: "POST", body: form });
      const said = answer.headers.get("content-type")?.includes("json") ? await answer.json() : {};
      if (answer.ok) this.#take(said.thresholds);
      this.#say(answer.ok ? text("saved") : (said.message ?? this.#refusal(answer.status)));
    } catch {
      this.#say(text("send_error"));
    }
  }

  #refusal(status) {
    return status === 403 ? text("not_allowed") : text("response_error", { status });
  }

  #take(thresholds) {
    this.#saved = thresholds;
    this.#own = {};
    this.#showSliders();
    this.dispatchEvent(new Event("panel-change", { bubbles: true }));
  }

  #say(words) {
    write(this.querySelector("[data-part=outcome]"), words);
  }

  #switch(name) {
    return this.querySelector(`input[type=checkbox][name=${name}]`);
  }
}

customElements.define("score-panel", ScorePanel);
