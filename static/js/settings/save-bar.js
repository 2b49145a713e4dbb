/**
 * <save-bar data-camera="12">: Save, Discard, how many changes there are, and what became of the last save: refused,
 * somebody else was quicker, saved, applied by the camera's worker (EXT-7).
 *
 * Events (bubbling): "save-discard", "save-again" (after a stale version: keep mine on top of theirs).
 */

import { text } from "../frame/strings.js";
import { now, write } from "../frame/time.js";
import { store } from "../live/store.js";

const TICK_MS = 100;
const WAIT_S = 10;

class SaveBar extends HTMLElement {
  #wanted = null; // the version of the camera that a worker must have
  #savedAt = 0;
  #tick = null;

  connectedCallback() {
    this.addEventListener("click", (event) => this.#pressed(event.target.closest("[data-action]")));
    window.addEventListener("beforeunload", (event) => this.#leaving(event));
  }

  disconnectedCallback() {
    clearInterval(this.#tick);
  }

  /** How many values differ from what is saved, and how many of them are wrong. */
  count(changes, problems) {
    this.toggleAttribute("data-changed", changes > 0);
    this.#button("save").disabled = changes === 0;
    this.#button("discard").disabled = changes === 0;
    write(this.#part("count"), changes ? text("n_changes", { count: changes }) : text("no_changes"));
    if (!this.#part("stale").hidden || (changes === 0 && this.#part("outcome").dataset.level !== "bad")) return;
    this.#outcome(problems ? "bad" : "", problems ? text("n_problems", { count: problems }) : "");
  }

  saving() {
    this.#outcome("", text("saving"));
  }

  failed(message) {
    this.#outcome("bad", message);
  }

  stale(message) {
    this.#outcome("bad", message);
    this.#part("stale").hidden = false;
  }

  /** Saved; say so until the camera's worker has answered that it works with this version. */
  saved(cameraVersion) {
    this.#part("stale").hidden = true;
    this.#wanted = cameraVersion;
    this.#savedAt = now();
    clearInterval(this.#tick);
    this.#tick = setInterval(() => this.#follow(), TICK_MS);
    this.#follow();
  }

  #follow() {
    const state = store.cameras.get(Number(this.dataset.camera));
    if (state && state.version >= this.#wanted) {
      const age = Math.max(0, now() - state.applied_at);
      this.#outcome("fine", text("applied", { n: age < 10 ? age.toFixed(1) : Math.floor(age) }));
      if (age > 60) clearInterval(this.#tick);
    } else {
      this.#outcome("", now() - this.#savedAt < WAIT_S ? text("saved_waiting") : text("saved_no_worker"));
    }
  }

  #pressed(button) {
    const name = { discard: "save-discard", again: "save-again" }[button?.dataset.action];
    if (name) this.#part("stale").hidden = true;
    if (name) this.dispatchEvent(new Event(name, { bubbles: true }));
  }

  /** The browser asks before a page with unsaved changes is left. */
  #leaving(event) {
    if (this.hasAttribute("data-changed")) event.preventDefault();
  }

  #outcome(level, words) {
    if (level === "bad" || this.hasAttribute("data-changed")) clearInterval(this.#tick);
    const element = this.#part("outcome");
    element.dataset.level = level;
    write(element, words);
  }

  #button(action) {
    return this.querySelector(`[data-action=${action}]`);
  }

  #part(name) {
    return this.querySelector(`[data-part=${name}]`);
  }
}

customElements.define("save-bar", SaveBar);
