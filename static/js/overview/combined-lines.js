/**
 * <combined-lines>: the combined areas of a site, in place (DASH-6). What their owner has not said anew for a while is
 * unknown, never a last value that looks live (CNT-6).
 */

import { text } from "../frame/strings.js";
import { now } from "../frame/time.js";
import { combinedNow } from "../live/quality.js";
import { store } from "../live/store.js";
import { showLine } from "./area-line.js";

class CombinedLines extends HTMLElement {
  #life = null;
  #greeted = false; // until then the page shows what the server knew

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.#greeted = store.connection.state === "live";
    store.addEventListener("hello", () => this.#show(true), { signal });
    store.addEventListener("combined", () => this.#show(), { signal });
    const tick = setInterval(() => this.#show(), 1000);
    signal.addEventListener("abort", () => clearInterval(tick));
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  #show(greeted = this.#greeted) {
    this.#greeted = greeted;
    if (!greeted) return;
    for (const line of this.querySelectorAll("[data-combined]")) {
      const area = combinedNow(store.combined.get(Number(line.dataset.combined)), now());
      const quality = area?.quality ?? "unknown";
      showLine(line, area, quality === "live" ? "" : text(`quality_${quality}`));
    }
  }
}

customElements.define("combined-lines", CombinedLines);
