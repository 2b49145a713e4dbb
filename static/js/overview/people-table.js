/** <people-table>: filters that count at once, and people ticked for work on many of them. */

import { startFilters } from "./filters.js";
import { startTicks } from "./ticks.js";

class PeopleTable extends HTMLElement {
  #life = null;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    startFilters(this.querySelector("[data-part=filters]"), signal);
    if (this.querySelector("#bulk")) startTicks(this, signal, { name: "person", word: "n_people" });
  }

  disconnectedCallback() {
    this.#life.abort();
  }
}

customElements.define("people-table", PeopleTable);
