/**
 * <destination-form>: the form of a destination or of an MQTT server. Every field is checked while it is typed into, in the
 * server's words; the mistakes that only the server finds come with its answer. With `data-saved` what differs from what is
 * saved has a dot, and nobody leaves it by accident.
 *
 * A row is [data-setting="path"]; the JSON block "form-fields" describes those that can be checked.
 */

import { startMistakes } from "../frame/mistakes.js";
import { text } from "../frame/strings.js";
import { write } from "../frame/time.js";
import { problemOf } from "../settings/checks.js";
import { isTouched, readRow } from "../settings/rows.js";

class DestinationForm extends HTMLElement {
  #about = JSON.parse(document.getElementById("form-fields")?.textContent ?? "{}");
  #life = null;
  #leaving = false; // somebody has chosen to: saved, removed, discarded

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    startMistakes(this, signal);
    this.addEventListener("input", ({ target }) => this.#typed(target.closest("[data-setting]")), { signal });
    this.addEventListener("click", ({ target }) => this.#pressed(target), { signal });
    document.addEventListener("submit", () => this.#leave(true), { signal });
    document.addEventListener("htmx:afterRequest", ({ detail }) => detail.successful || this.#leave(false), { signal });
    window.addEventListener("beforeunload", (event) => this.#asked(event), { signal });
    this.#show();
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  get #rows() {
    return [...this.querySelectorAll("[data-setting]")];
  }

  #typed(row) {
    if (!row) return;
    const about = this.#about[row.dataset.setting];
    this.#say(row, about ? problemOf(about, readRow(row, about)) : "");
    this.#show();
  }

  /** The sentence at a field; one of the server's goes as soon as the field is typed into. */
  #say(row, problem) {
    const error = row.querySelector(".field__error");
    if (!error) return;
    write(error, problem);
    for (const control of row.querySelectorAll("input, select, textarea")) control.setAttribute("aria-invalid", String(Boolean(problem)));
  }

  /** Dots, and how many there are. */
  #show() {
    if (!this.hasAttribute("data-saved")) return;
    let count = 0;
    for (const row of this.#rows) {
      const changed = isTouched(row);
      row.toggleAttribute("data-changed", changed);
      count += changed ? 1 : 0;
    }
    this.toggleAttribute("data-changed", count > 0);
    write(this.querySelector("[data-part=count]"), text(count ? "n_changes" : "no_changes", { count }));
  }

  #pressed(target) {
    if (target.closest("[data-action=discard]")) this.#leave(true);
  }

  #leave(leaving) {
    this.#leaving = leaving;
  }

  #asked(event) {
    if (this.hasAttribute("data-changed") && !this.#leaving) event.preventDefault();
  }
}

customElements.define("destination-form", DestinationForm);
