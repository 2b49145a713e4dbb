/**
 * <site-page data-site="3">: one site (DASH-2). The strip, every area with its count and timer, the status of every camera, in place.
 *
 * Its JSON block: [{id, site, name, url, people, enabled, simulated}]. Lines change their order every few seconds only,
 * and never while one of them has the focus or the pointer: nothing moves away under a hand.
 */

import { text } from "../frame/strings.js";
import { now, write } from "../frame/time.js";
import { levelOf as statusLevel } from "../live/status.js";
import { frameAge, qualityOf } from "../live/quality.js";
import { store } from "../live/store.js";
import { showLine } from "./area-line.js";
import { figures, fullest } from "./figures.js";
import { Refill } from "./refill.js";
import { openOn, showStrip } from "./strip.js";

const REORDER_MS = 4000;

class SitePage extends HTMLElement {
  #cameras = [];
  #refill = new Refill(this, "areas");
  #orderedAt = -Infinity;
  #life = null;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.#cameras = JSON.parse(this.querySelector('script[type="application/json"]').textContent);
    for (const event of ["cameras", "open"]) store.addEventListener(event, () => this.#show(), { signal });
    const tick = setInterval(() => store.cameras.size && this.#show(), 1000);
    signal.addEventListener("abort", () => clearInterval(tick));
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  #show() {
    const open = openOn([Number(this.dataset.site)], store.open);
    showStrip(this, figures(this.#cameras, store.cameras, now()), open);
    const areas = new Map(
      fullest(this.#cameras, store.cameras, now(), Infinity).map((area) => [`${area.camera}.${area.number}`, area]),
    );
    const lines = this.#lines;
    for (const line of lines) {
      const area = areas.get(line.dataset.line);
      showLine(line, area, this.#quality(area?.quality ?? "unknown", line));
    }
    const shown = new Set(lines.map(({ dataset }) => dataset.line));
    this.#refill.need([...areas].filter(([key, { alarm }]) => alarm && !shown.has(key)).map(([key]) => key));
    this.#reorder([...areas.keys()]);
    for (const tile of this.querySelectorAll("[data-tile]")) this.#showTile(tile);
  }

  get #lines() {
    return [...this.querySelectorAll("[data-line]")];
  }

  #quality(name, line) {
    if (name === "live") return "";
    const state = store.cameras.get(Number(line.dataset.line.split(".")[0]));
    return name === "stale" ? text("quality_stale", { n: Math.floor(frameAge(state, now())) }) : text(`quality_${name}`);
  }

  /** keys: of the areas that are known, the fullest first; the others stay below. */
  #reorder(keys) {
    const list = this.querySelector(".area-lines");
    if (!list || performance.now() - this.#orderedAt < REORDER_MS || list.matches(":hover, :focus-within")) return;
    this.#orderedAt = performance.now();
    const places = new Map(keys.map((key, at) => [key, at]));
    const place = (line) => places.get(line.dataset.line) ?? keys.length;
    const lines = this.#lines;
    const wanted = [...lines].sort((a, b) => place(a) - place(b));
    if (wanted.some((line, at) => line !== lines[at])) list.append(...wanted);
  }

  #showTile(tile) {
    const state = store.cameras.get(Number(tile.dataset.tile));
    const camera = this.#cameras.find(({ id }) => id === Number(tile.dataset.tile));
    const status = camera?.enabled === false ? "disabled" : state?.status ?? "waiting";
    const element = tile.querySelector("[data-field=status]");
    element.dataset.level = statusLevel(status);
    write(element, text(`status_${status.replaceAll(" ", "_")}`));
    tile.toggleAttribute("data-alarm", Boolean(qualityOf(state, now()) !== "unknown" && state?.areas.some(({ alarm }) => alarm)));
  }
}

customElements.define("site-page", SitePage);
