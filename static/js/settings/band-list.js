/**
 * <band-list data-zone="Europe/Berlin">: the rows of the bands (OCC-34) inside of <settings-form>, which reads and checks
 * their fields like all others. Rows are made for as many bands as the draft has, before the form fills them.
 */

import { now, write } from "../frame/time.js";
import { bandAt, endsNextDay, newBand, numbersShown, raised, wallClock } from "./band-model.js";

const TICK_MS = 20_000;

class BandList extends HTMLElement {
  #life = null;
  #tick = null;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.#form.addEventListener("draft-rows", () => this.#makeRows(), { signal });
    this.#form.addEventListener("draft-change", () => this.#drafted(), { signal });
    this.addEventListener("click", (event) => this.#pressed(event.target), { signal });
    this.#tick = setInterval(() => this.#showNow(), TICK_MS);
  }

  disconnectedCallback() {
    clearInterval(this.#tick);
    this.#life.abort();
  }

  get #form() {
    return this.closest("settings-form");
  }

  get #bands() {
    return this.#form.draft.now.bands;
  }

  get #rows() {
    return [...this.querySelectorAll("[data-band]")];
  }

  #makeRows() {
    const rows = this.#rows;
    for (const row of rows.slice(this.#bands.length)) row.remove();
    for (let place = rows.length; place < this.#bands.length; place += 1) this.#part("bands").append(this.#row(place));
  }

  /** A row of the template, with its place in every name. */
  #row(place) {
    const row = this.#part("band").content.firstElementChild.cloneNode(true);
    for (const element of [row, ...row.querySelectorAll("*")]) {
      for (const { name, value } of [...element.attributes]) {
        const placed = value.replace("bands[]", `bands[${place}]`).replaceAll("bands-", `bands-${place}-`);
        if (placed !== value) element.setAttribute(name, placed);
      }
    }
    return row;
  }

  #pressed(target) {
    const place = this.#rows.indexOf(target.closest("[data-band]"));
    const bands = this.#bands;
    const action = target.closest("[data-band-action]")?.dataset.bandAction;
    if (action === "add") this.#put([...bands, newBand(bands.length, (path) => this.#form.about(path))], bands.length);
    if (action === "remove") this.#put(bands.filter((_, one) => one !== place), Math.min(place, bands.length - 2));
    if (action === "up") this.#put(raised(bands, place), place - 1);
  }

  /** The focus goes to the name of the band at `focus`, or to Add. */
  #put(bands, focus) {
    this.#form.changeList("bands", bands);
    (this.#rows[focus]?.querySelector("input") ?? this.querySelector("[data-band-action=add]"))?.focus();
  }

  #drafted() {
    const bands = this.#bands;
    this.#part("no-bands").hidden = bands.length > 0;
    const add = this.querySelector("[data-band-action=add]");
    if (add) add.disabled = bands.length >= this.#form.about("bands").most;
    this.#rows.forEach((row, place) => this.#showRow(row, bands[place]));
    this.#showNow();
  }

  #showRow(row, band) {
    row.querySelector("[data-part=next-day]").hidden = !endsNextDay(band);
    const { areas } = this.#form.draft.now;
    const shown = numbersShown(areas, band);
    for (const { number, name, count_threshold } of areas) {
      const cell = row.querySelector(`[data-band-area="${number}"]`);
      cell.hidden = !shown.includes(number);
      cell.querySelector("input").placeholder = String(count_threshold);
      write(cell.querySelector("[data-field=area-name]"), name);
    }
  }

  /** Which of them holds at this minute. */
  #showNow() {
    const { day, minute } = wallClock(this.dataset.zone, now());
    const holds = bandAt(this.#bands, day, minute);
    this.#rows.forEach((row, place) => (row.querySelector("[data-part=holds]").hidden = place !== holds));
  }

  #part(name) {
    return this.querySelector(`[data-part=${name}]`);
  }
}

customElements.define("band-list", BandList);
