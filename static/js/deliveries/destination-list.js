/** <destination-list>: filters and ticks of the table of destinations; it asks for itself, unless some are ticked. */

import { startFilters } from "../overview/filters.js";
import { LiveTicks } from "./live-ticks.js";

class DestinationList extends HTMLElement {
  #life = null;
  #ticks = new LiveTicks(this, "destination", "n_destinations");

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    startFilters(this.querySelector("[data-part=filters]"), signal);
    this.#ticks.start(signal);
    this.addEventListener("htmx:beforeRequest", (event) => this.#ticks.any && event.preventDefault(), { signal });
    this.addEventListener("htmx:beforeSwap", ({ detail }) => this.#ticks.any && (detail.shouldSwap = false), { signal });
  }

  disconnectedCallback() {
    this.#life.abort();
  }
}

customElements.define("destination-list", DestinationList);
