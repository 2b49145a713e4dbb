/**
 * A list of zones beside the picture: which there are, which one is chosen, Add and Remove. The root [data-zones] holds
 * [data-part=zones] with its template [data-part=zone], the button [data-action=add-zone] and [data-field=zones].
 *
 * words: keys of texts {name, fresh}: "Privacy zone {n}", "New privacy zone".
 */

import { drawnPlaces, freePlace, MOST_ZONES, placeOf, zoneKey } from "../areas/zones.js";
import { text } from "../frame/strings.js";
import { write } from "../frame/time.js";

export class ZoneDesk {
  #root;
  #tools;
  #words;

  constructor(root, tools, words, signal) {
    this.#root = root;
    this.#tools = tools;
    this.#words = words;
    root.addEventListener("click", (event) => this.#pressed(event.target), { signal });
  }

  get editor() {
    return this.#tools.editor;
  }

  /** The place that is chosen; -1 when something else is. */
  get chosen() {
    return placeOf(this.editor.drawing.selected);
  }

  /** "Privacy zone 2"; one that is not drawn yet has no number. */
  nameOf(place) {
    const n = this.numberOf(place);
    return n ? text(this.#words.name, { n }) : text(this.#words.fresh);
  }

  /** 1 for the first zone that is drawn, 0 for one that is not. */
  numberOf(place) {
    return drawnPlaces(this.editor.drawing.polygons).indexOf(place) + 1;
  }

  choose(place) {
    this.editor.edit((drawing) => drawing.select(zoneKey(place)));
  }

  show() {
    const { polygons } = this.editor.drawing;
    const places = drawnPlaces(polygons);
    const rows = [...this.#part("zones").children].filter((one) => !one.matches("template"));
    for (const row of rows.slice(places.length)) row.remove();
    for (let n = rows.length; n < places.length; n++) this.#part("zones").append(this.#part("zone").content.firstElementChild.cloneNode(true));
    places.forEach((place, index) => this.#showRow(this.#rows[index], place, polygons[zoneKey(place)]));
    write(this.#root.querySelector("[data-field=zones]"), text("n_vertices", { count: places.length, most: MOST_ZONES }));
    this.#part("no-zones").hidden = places.length > 0;
    const add = this.#root.querySelector("[data-action=add-zone]");
    if (add) add.disabled = !this.editor.editable || places.length >= MOST_ZONES || this.editor.drawing.line !== null;
  }

  get #rows() {
    return [...this.#part("zones").querySelectorAll("[data-zone-place]")];
  }

  #showRow(row, place, polygon) {
    const name = this.nameOf(place);
    row.dataset.zonePlace = String(place);
    row.querySelector("[data-action=choose-zone]").setAttribute("aria-pressed", String(place === this.chosen));
    write(row.querySelector("[data-field=zone-number]"), String(this.numberOf(place)));
    write(row.querySelector("[data-field=name]"), name);
    write(row.querySelector("[data-field=state]"), text("zone_vertices", { count: polygon.length }));
    const remove = row.querySelector("[data-action=remove-zone]");
    remove?.setAttribute("aria-label", text("zone_remove", { name }));
    if (remove) remove.disabled = !this.editor.editable;
  }

  #pressed(target) {
    const action = target.closest("[data-action]")?.dataset.action;
    const place = Number(target.closest("[data-zone-place]")?.dataset.zonePlace ?? -1);
    if (action === "add-zone") this.#add();
    else if (action === "choose-zone") this.choose(place);
    else if (action === "remove-zone") this.#remove(place);
  }

  #add() {
    this.choose(freePlace(this.editor.drawing.polygons));
    this.#tools.draw();
  }

  #remove(place) {
    this.choose(place);
    this.editor.edit((drawing) => drawing.clear());
    (this.#rows[0]?.querySelector("[data-action=choose-zone]") ?? this.#root.querySelector("[data-action=add-zone]"))?.focus();
  }

  #part(name) {
    return this.#root.querySelector(`[data-part=${name}]`);
  }
}
