/**
 * <site-board>: the overview. Fills the strip and the site cards from the newest states, in place.
 *
 * Its JSON block: [{id, site, name, url, people, enabled, simulated}] of all cards. The rows of a card stay where they
 * are; which areas they show is decided anew every few seconds only, so that nothing jumps under the eye.
 */

import { text } from "../frame/strings.js";
import { now, write } from "../frame/time.js";
import { store } from "../live/store.js";
import { showMeter } from "./area-line.js";
import { figureText, figures, fullest } from "./figures.js";
import { Refill } from "./refill.js";
import { openOn, showStrip } from "./strip.js";

const REORDER_MS = 4000;

class SiteBoard extends HTMLElement {
  #cameras = [];
  #bySite = new Map(); // site -> its cameras
  #refill = new Refill(this, "sites");
  #order = new Map(); // site -> [[camera, number], …] as shown
  #orderedAt = -Infinity;
  #life = null;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.#cameras = JSON.parse(this.querySelector('script[type="application/json"]').textContent);
    this.#bySite = Map.groupBy(this.#cameras, ({ site }) => site);
    for (const event of ["cameras", "open"]) store.addEventListener(event, () => this.#show(), { signal });
    store.addEventListener("names", ({ detail }) => this.#rename(detail), { signal });
    const tick = setInterval(() => store.cameras.size && this.#show(), 2000);
    signal.addEventListener("abort", () => clearInterval(tick));
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  #show() {
    const reorder = performance.now() - this.#orderedAt > REORDER_MS;
    if (reorder) this.#orderedAt = performance.now();
    showStrip(this, figures(this.#cameras, store.cameras, now()), openOn([...this.#bySite.keys()], store.open));
    const cards = [...this.querySelectorAll("[data-site-card]")];
    for (const card of cards) this.#showCard(card, reorder);
    const shown = new Set(cards.map((card) => Number(card.dataset.siteCard)));
    const alarmed = [...store.open.values()].map(({ site }) => site).filter((site) => this.#bySite.has(site));
    this.#refill.need(alarmed.filter((site) => !shown.has(site)));
  }

  #rename({ camera, name }) {
    const known = this.#cameras.find(({ id }) => id === camera);
    if (known) known.name = name;
    this.#orderedAt = -Infinity;
    this.#show();
  }

  #showCard(card, reorder) {
    const site = Number(card.dataset.siteCard);
    const cameras = this.#bySite.get(site) ?? [];
    const sum = figures(cameras, store.cameras, now());
    const open = openOn([site], store.open);
    this.#chip(card, "open", open, text("n_alarms", { count: open }));
    this.#chip(card, "offline", sum.all - sum.online, text("n_offline", { count: sum.all - sum.online }));
    write(card.querySelector("[data-field=online]"), text("online_of", { online: sum.online, all: sum.all }));
    write(card.querySelector("[data-field=people]"), figureText(sum.people));
    this.#showRows(card, site, cameras, reorder);
  }

  #chip(card, name, count, label) {
    const chip = card.querySelector(`[data-chip=${name}]`);
    chip.hidden = count === 0;
    write(chip.querySelector("[data-field=text]"), label);
  }

  #showRows(card, site, cameras, reorder) {
    const rows = [...card.querySelectorAll("[data-row]")];
    const areas = fullest(cameras, store.cameras, now(), Infinity);
    if (reorder || !this.#order.has(site)) this.#order.set(site, areas.slice(0, rows.length).map(keyOf));
    const shown = this.#order.get(site).map((key) => areas.find((area) => keyOf(area) === key)).filter(Boolean);
    rows.forEach((row, place) => this.#showRow(row, shown[place], cameras));
    card.querySelector("[data-part=no-areas]").hidden = shown.length > 0;
  }

  #showRow(row, area, cameras) {
    row.hidden = !area;
    if (!area) return;
    const camera = cameras.find(({ id }) => id === area.camera);
    const field = (name) => row.querySelector(`[data-field=${name}]`);
    row.querySelector("a").href = camera.url;
    const number = row.querySelector(".area-number");
    number.dataset.area = area.number;
    write(number, String(area.number));
    write(field("area"), area.name);
    write(field("camera"), camera.name);
    field("simulated").hidden = !camera.simulated;
    write(field("count"), area.count === null ? "–" : String(area.count));
    write(field("threshold"), String(area.threshold));
    row.querySelector("[data-field=alarm]").hidden = !area.alarm;
    row.dataset.quality = area.quality;
    showMeter(row.querySelector(".meter"), area, area.quality);
  }
}

function keyOf({ camera, number }) {
  return `${camera}.${number}`;
}

customElements.define("site-board", SiteBoard);
