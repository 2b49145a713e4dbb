/**
 * <public-counter data-url="/public/…/state.json" data-every="2">: a count for a screen at a door (DASH-4).
 *
 * Asks again and again; what it cannot learn it does not show: a number that is not fresh goes after STALE_MS. The words
 * for each level are attributes of the element, because the page carries nothing of the portal.
 */

import { delay } from "../live/backoff.js";
import { write } from "../frame/time.js";

const STALE_MS = 10_000;
const LIMIT_MS = 5_000;

class PublicCounter extends HTMLElement {
  #life = null;
  #timer = null;
  #failures = 0;
  #freshAt = performance.now();

  connectedCallback() {
    this.#life = new AbortController();
    this.#words(this.dataset.level, this.dataset.quality);
    window.addEventListener("online", () => this.#ask(), { signal: this.#life.signal });
    this.#ask();
  }

  disconnectedCallback() {
    this.#life.abort();
    clearTimeout(this.#timer);
  }

  async #ask() {
    clearTimeout(this.#timer);
    try {
      const answer = await fetch(this.dataset.url, { cache: "no-store", signal: AbortSignal.timeout(LIMIT_MS) });
      if (!answer.ok) throw new Error(`answered ${answer.status}`);
      this.#show(await answer.json());
      this.#failures = 0;
    } catch {
      this.#failed(); // whatever it was: the screen says that it knows nothing, and tries again
    }
    const wait = this.#failures ? delay(this.#failures) : Number(this.dataset.every);
    if (this.isConnected) this.#timer = setTimeout(() => this.#ask(), 1000 * wait);
  }

  #show({ name, count, full_at: fullAt, level, quality, simulated }) {
    this.#freshAt = performance.now();
    this.#write("name", name);
    this.#write("count", count === null ? "–" : String(count));
    this.#write("full_at", String(fullAt));
    this.querySelector("[data-field=simulated]").hidden = !simulated;
    this.#words(level, quality);
    document.title = name;
  }

  #failed() {
    this.#failures += 1;
    if (performance.now() - this.#freshAt < STALE_MS) return;
    this.#write("count", "–");
    this.#words("unknown", "unknown");
    this.#write("note", this.dataset.lost);
  }

  #words(level, quality) {
    this.dataset.level = level;
    this.dataset.quality = quality;
    this.#write("word", this.dataset[level]);
    this.#write("note", quality === "limited" ? this.dataset.limited : "");
  }

  #write(field, value) {
    write(this.querySelector(`[data-field=${field}]`), value);
  }
}

customElements.define("public-counter", PublicCounter);
