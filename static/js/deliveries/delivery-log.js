/** <delivery-log>: the messages come by themselves, unless somebody reads further down or has ticked some. */

import { text } from "../frame/strings.js";
import { refresh, write } from "../frame/time.js";
import { startFilters } from "../overview/filters.js";
import { tickState } from "../overview/ticks.js";

const EVERY_MS = 3000;

class DeliveryLog extends HTMLElement {
  #life = null;
  #timer = null;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    startFilters(this.querySelector("[data-part=filters]"), signal);
    this.addEventListener("change", ({ target }) => this.#ticked(target), { signal });
    this.addEventListener("htmx:afterSwap", () => refresh(this), { signal });
    this.querySelector("[data-action=untick]")?.addEventListener("click", () => this.#set(false), { signal });
    window.addEventListener("pageshow", () => this.#show(), { signal });
    this.#timer = setInterval(() => this.#ask(), EVERY_MS);
  }

  disconnectedCallback() {
    this.#life.abort();
    clearInterval(this.#timer);
  }

  get boxes() {
    return [...this.querySelectorAll("input[name=notification]")];
  }

  #ask() {
    const query = new URLSearchParams(window.location.search);
    if (query.has("before") || query.has("page") || document.hidden || this.boxes.some((box) => box.checked)) return;
    window.htmx.ajax("GET", window.location.pathname + window.location.search, { source: this, target: "#log" });
  }

  #ticked(target) {
    if (target.dataset.action === "tick-all") this.#set(target.checked);
    else if (target.name === "notification") this.#show();
  }

  #set(checked) {
    for (const box of this.boxes) box.checked = checked;
    this.#show();
  }

  #show() {
    const all = this.querySelector("[data-action=tick-all]");
    if (!all) return;
    const ticks = this.boxes.map((box) => box.checked);
    [all.checked, all.indeterminate] = tickState(ticks);
    write(this.querySelector("[data-part=count]"), text("n_messages", { count: ticks.filter(Boolean).length }));
  }
}

customElements.define("delivery-log", DeliveryLog);
