/** <delivery-log>: the messages come by themselves, unless somebody reads further down or has ticked some. */

import { refresh } from "../frame/time.js";
import { startFilters } from "../overview/filters.js";
import { LiveTicks } from "./live-ticks.js";

const EVERY_MS = 3000;

class DeliveryLog extends HTMLElement {
  #life = null;
  #timer = null;
  #ticks = new LiveTicks(this, "notification", "n_messages");

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    startFilters(this.querySelector("[data-part=filters]"), signal);
    this.#ticks.start(signal);
    this.addEventListener("htmx:afterSwap", () => refresh(this), { signal });
    this.#timer = setInterval(() => this.#ask(), EVERY_MS);
  }

  disconnectedCallback() {
    this.#life.abort();
    clearInterval(this.#timer);
  }

  #ask() {
    const query = new URLSearchParams(window.location.search);
    if (query.has("before") || query.has("page") || document.hidden || this.#ticks.any) return;
    window.htmx.ajax("GET", window.location.pathname + window.location.search, { source: this, target: "#log" });
  }
}

customElements.define("delivery-log", DeliveryLog);
