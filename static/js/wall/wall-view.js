/**
 * <wall-view data-cells="4">: a grid of cameras with live pictures and the states of their areas (OPR-6).
 *
 * Its JSON block: [{id, name, site, zone, url, simulated}]. Only what is on the screen has a socket. Cells are put into
 * their order by style: an element that is moved in the page would open its socket anew.
 * data-turn: seconds after which a kiosk turns to its next page, while nothing is in alarm.
 */

import "../live/live-stage.js";
import { keysOf } from "../frame/keys.js";
import { text } from "../frame/strings.js";
import { now, write } from "../frame/time.js";
import { areasNow } from "../live/quality.js";
import { store } from "../live/store.js";
import { chosen, inAlarm, inFront } from "./choose.js";

class WallView extends HTMLElement {
  #cameras = [];
  #cells = new Map(); // camera id -> its cell, of those that are shown
  #alarmedAt = new Map();
  #page = 0;
  #pages = 1;
  #turnedAt = performance.now();
  #life = null;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.#cameras = JSON.parse(this.querySelector('script[type="application/json"]').textContent);
    store.addEventListener("cameras", () => this.#show(), { signal });
    this.addEventListener("click", (event) => this.#pressed(event), { signal });
    keysOf({ "[": () => this.#turn(-1), "]": () => this.#turn(1), f: () => this.#fullScreen() }, signal);
    const tick = setInterval(() => this.#tick(), 1000);
    signal.addEventListener("abort", () => clearInterval(tick));
    this.#show();
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  get #size() {
    return Number(this.dataset.cells);
  }

  #show() {
    const alarmed = [...store.cameras.values()].filter((state) => inAlarm(state, now())).map(({ camera }) => camera);
    const front = inFront(alarmed, this.#alarmedAt, performance.now());
    const ids = this.#cameras.map(({ id }) => id);
    const { ids: shown, page, pages } = chosen(ids, front, this.#size, this.#page);
    [this.#page, this.#pages] = [page, pages];
    for (const [id, cell] of this.#cells) if (!shown.includes(id)) this.#remove(id, cell);
    shown.forEach((id, place) => this.#place(id, place));
    this.#pager();
  }

  #remove(id, cell) {
    cell.remove();
    this.#cells.delete(id);
  }

  #place(id, place) {
    if (!this.#cells.has(id)) this.#cells.set(id, this.#make(id));
    const cell = this.#cells.get(id);
    cell.style.order = place;
    this.#areas(cell, store.cameras.get(id));
  }

  #make(id) {
    const camera = this.#cameras.find((one) => one.id === id);
    const cell = this.querySelector("template[data-part=cell]").content.firstElementChild.cloneNode(true);
    cell.dataset.camera = id;
    cell.dataset.zone = camera.zone;
    cell.querySelector("live-overlay").dataset.socket = `/ws/cameras/${id}/live/`;
    cell.querySelector("a").href = camera.url;
    cell.querySelector("[data-field=simulated]").hidden = !camera.simulated;
    write(cell.querySelector("[data-field=name]"), camera.name);
    write(cell.querySelector("[data-field=site]"), camera.site);
    cell.querySelector("canvas").setAttribute("aria-label", text("wall_picture", { name: camera.name }));
    this.querySelector("[data-part=grid]").append(cell);
    const overlay = cell.querySelector("live-overlay");
    overlay.faces = (frame) => frame.faces ?? [];
    overlay.judge = (boxes) => ({ boxes: boxes.filter(({ below }) => !below), thresholds: {} });
    return cell;
  }

  /** The chips of a cell: count against threshold of every area that is On, a dash for what nobody knows. */
  #areas(cell, state) {
    const areas = areasNow(state, now());
    cell.toggleAttribute("data-alarm", inAlarm(state, now()));
    const list = cell.querySelector("[data-part=areas]");
    while (list.children.length > areas.length) list.lastElementChild.remove();
    areas.forEach((area, place) => this.#chip(list, area, place));
  }

  #chip(list, area, place) {
    if (!list.children[place]) {
      list.append(this.querySelector("template[data-part=area]").content.firstElementChild.cloneNode(true));
    }
    const chip = list.children[place];
    chip.dataset.level = area.alarm ? "alarm" : "";
    chip.title = area.name;
    const number = chip.querySelector(".area-number");
    number.dataset.area = area.number;
    write(number, String(area.number));
    write(chip.querySelector("[data-field=name]"), area.name);
    write(chip.querySelector("[data-field=count]"), `${area.count ?? "–"}/${area.threshold}`);
  }

  #pager() {
    const pager = this.querySelector("[data-part=pager]");
    if (!pager) return;
    pager.hidden = this.#pages < 2;
    write(pager.querySelector("[data-field=page]"), text("wall_page", { page: this.#page + 1, pages: this.#pages }));
  }

  #turn(step) {
    this.#page = (this.#page + step + this.#pages) % this.#pages;
    this.#turnedAt = performance.now();
    this.#show();
  }

  /** A kiosk turns by itself; an alarm brings it back to the first page, and keeps it there. */
  #tick() {
    this.#show();
    const seconds = Number(this.dataset.turn ?? 0);
    if (!seconds) return;
    const front = inFront([], this.#alarmedAt, performance.now());
    if (front.size && this.#page) this.#turn(-this.#page);
    else if (!front.size && performance.now() - this.#turnedAt > 1000 * seconds) this.#turn(1);
  }

  #fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.requestFullscreen();
  }

  #pressed(event) {
    const action = event.target.closest("[data-action]")?.dataset.action;
    if (action === "next") this.#turn(1);
    if (action === "previous") this.#turn(-1);
    if (action === "wall-full") this.#fullScreen();
  }
}

customElements.define("wall-view", WallView);
