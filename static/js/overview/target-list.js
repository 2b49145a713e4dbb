/** <target-list>: cameras to choose from; the search of the frame narrows it, this counts and ticks what is shown. */

import { text } from "../frame/strings.js";
import { write } from "../frame/time.js";

class TargetList extends HTMLElement {
  #life = null;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.addEventListener("change", () => this.#show(), { signal });
    this.addEventListener("keydown", (event) => this.#keep(event), { signal });
    this.querySelector("[data-action=tick-shown]").addEventListener("click", () => this.#tick(true), { signal });
    this.querySelector("[data-action=untick]").addEventListener("click", () => this.#tick(false), { signal });
    window.addEventListener("pageshow", () => this.#show(), { signal });
    this.#show();
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  /** Enter in the search would send the form. */
  #keep(event) {
    if (event.key === "Enter" && event.target.type === "search") event.preventDefault();
  }

  #tick(checked) {
    const lines = checked ? this.querySelectorAll("li:not([hidden])") : this.querySelectorAll("li");
    for (const line of lines) line.querySelector("input").checked = checked;
    this.#show();
  }

  #show() {
    const count = this.querySelectorAll("input[name=camera]:checked").length;
    write(this.querySelector("[data-part=count]"), count ? text("n_selected", { count }) : text("none_selected"));
  }
}

customElements.define("target-list", TargetList);

/** Another profile has other tabs: the page comes back with them, and with what is chosen so far. */
for (const field of document.querySelectorAll("[data-reloads]")) {
  field.addEventListener("change", () => {
    for (const tab of field.form.querySelectorAll("input[name=tab]")) tab.disabled = true;
    field.form.requestSubmit();
  });
}
