/** <shelved-areas>: the tables of what is shelved; fetched anew when an area is shelved or taken back, or its time ends. */

import { refresh } from "../frame/time.js";
import { store } from "../live/store.js";

const AGAIN_MS = 60_000; // timers of browsers do not hold for weeks

class ShelvedAreas extends HTMLElement {
  #life = null;
  #timer = null;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    for (const news of ["shelving", "hello"]) store.addEventListener(news, () => this.#fetch(), { signal });
    this.addEventListener("htmx:afterSwap", () => this.#wait(), { signal });
    this.#wait();
  }

  disconnectedCallback() {
    this.#life.abort();
    clearTimeout(this.#timer);
  }

  #fetch() {
    window.htmx.ajax("GET", window.location.pathname + window.location.search, { source: this, target: this });
  }

  /** Until the first of them ends. */
  #wait() {
    refresh(this);
    clearTimeout(this.#timer);
    const ends = [...this.querySelectorAll("[data-ends]")].map((row) => Date.parse(row.dataset.ends));
    if (ends.length === 0) return;
    const left = Math.max(0, Math.min(...ends) - Date.now());
    this.#timer = setTimeout(() => (left > AGAIN_MS ? this.#wait() : this.#fetch()), Math.min(left + 500, AGAIN_MS));
  }
}

customElements.define("shelved-areas", ShelvedAreas);
