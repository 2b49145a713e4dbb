/**
 * The ignore zones of the tab Basic (OCC-35): polygons in the editor, kinds of objects, where a zone has them, in rows of the
 * form. The form has a list of those that are drawn; the editor has eight places (areas/zones.js).
 */

import { drawnPlaces, placeOf, placesOf, zoneKey } from "../areas/zones.js";
import { same } from "./draft.js";
import { ZoneDesk } from "./zone-desk.js";

const LIST = "ignore_zones";
const WORDS = { name: "ignore_zone", fresh: "ignore_zone_new" };

export class IgnoreDesk {
  #form;
  #root;
  #desk;
  #objects = {}; // place -> kinds, null for every kind

  constructor(view, tools, signal) {
    this.#form = view.form;
    this.#root = view.querySelector("[data-zones]");
    this.#desk = new ZoneDesk(this.#root, tools, WORDS, signal);
    this.#form.addEventListener("draft-rows", () => this.#makeRows(), { signal });
    view.addEventListener("draft-problem", ({ detail }) => this.#toProblem(detail), { signal });
    this.#form.changeList(LIST, this.#list); // the rows of what is there
  }

  get #list() {
    return this.#form.draft.now[LIST];
  }

  get #drawing() {
    return this.#desk.editor.drawing;
  }

  get #panels() {
    return [...this.#root.querySelectorAll("[data-zone-panel]")];
  }

  /** The zones of the form, the chosen one as it is just being dragged. */
  get shown() {
    const { held, polygons } = this.#drawing;
    const places = drawnPlaces(polygons);
    return this.#list.map((zone, row) => (held && places[row] === this.#desk.chosen ? { ...zone, polygon: held.polygon } : zone));
  }

  of(key) {
    return { name: this.#desk.nameOf(placeOf(key)), about: this.#form.about(`${LIST}[].polygon`) };
  }

  look(key) {
    return { kind: "ignore", label: String(this.#desk.numberOf(placeOf(key)) || "") };
  }

  /** The polygons of the form for the editor: {key: polygon}. */
  fill() {
    this.#objects = Object.fromEntries(this.#list.map(({ objects }, place) => [place, objects ?? null]));
    return placesOf(this.#list.map(({ polygon }) => polygon));
  }

  /** Whether the form has other polygons than the editor. */
  moved(polygons) {
    const drawn = drawnPlaces(polygons).map((place) => polygons[zoneKey(place)]);
    return !same(this.#list.map(({ polygon }) => polygon), drawn);
  }

  /** The editor's polygons go into the form, each with its kinds. */
  take(polygons) {
    if (!this.moved(polygons)) return;
    const zones = drawnPlaces(polygons).map((place) => ({ ...this.#kinds(place), polygon: polygons[zoneKey(place)] }));
    this.#form.changeList(LIST, zones);
  }

  show() {
    drawnPlaces(this.#drawing.polygons).forEach((place, row) => (this.#objects[place] = this.#list[row]?.objects ?? null));
    this.#desk.show();
    this.#root.toggleAttribute("data-changed", this.#form.draft.isChanged(LIST));
    const chosen = this.#desk.numberOf(this.#desk.chosen) - 1;
    this.#panels.forEach((panel, row) => (panel.hidden = row !== chosen));
  }

  /** The kinds of objects of a zone, where zones have them. */
  #kinds(place) {
    return this.#form.about(`${LIST}[].objects`) ? { objects: this.#objects[place] ?? null } : {};
  }

  #makeRows() {
    if (!this.#root.querySelector("[data-part=zone-panels]")) return;
    const panels = this.#panels;
    for (const panel of panels.slice(this.#list.length)) panel.remove();
    for (let row = panels.length; row < this.#list.length; row++) this.#root.querySelector("[data-part=zone-panels]").append(this.#panel(row));
  }

  /** The fields of a zone, with its place in their names. */
  #panel(row) {
    const panel = this.#root.querySelector("[data-part=zone-panel]").content.firstElementChild.cloneNode(true);
    panel.dataset.zonePanel = String(row);
    for (const field of panel.querySelectorAll("[data-setting]")) field.dataset.setting = field.dataset.setting.replace("[]", `[${row}]`);
    return panel;
  }

  #toProblem(path) {
    const row = /^ignore_zones\[(\d)\]/.exec(path)?.[1];
    if (row !== undefined) this.#desk.choose(drawnPlaces(this.#drawing.polygons)[Number(row)]);
  }
}
