/** <destination-list>: the filters above the table of destinations; the table asks for itself. */

import { startFilters } from "../overview/filters.js";

class DestinationList extends HTMLElement {
  #life = null;

  connectedCallback() {
    this.#life = new AbortController();
    startFilters(this.querySelector("[data-part=filters]"), this.#life.signal);
  }

  disconnectedCallback() {
    this.#life.abort();
  }
}

customElements.define("destination-list", DestinationList);
