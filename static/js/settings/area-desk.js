/**
 * The areas of the tab Basic: chips and the fields of the chosen one. The polygons of the editor and those of the form are
 * kept the same by <settings-view>'s desk (basic-desk.js).
 */

import { mayDraw } from "../areas/area-model.js";
import { isIgnored } from "../areas/zones.js";
import { text } from "../frame/strings.js";
import { write } from "../frame/time.js";
import { countsOf } from "../overlay/scores.js";
import { sentence } from "./checks.js";
import { isShorterThanFrame } from "./levels.js";
import { draftAreas, draftKinds, draftThresholds, withPoints } from "./preview.js";

const PLACES = [0, 1, 2, 3];

export class AreaDesk {
  #view;
  #editor;
  #before = []; // numbers of the areas that were drawn when they were last saved

  constructor(view, editor, signal) {
    this.#view = view;
    this.#editor = editor;
    view.addEventListener("click", (event) => this.#pressed(event.target.closest("[data-area-chip]")), { signal });
    view.addEventListener("draft-problem", ({ detail }) => this.#toProblem(detail), { signal });
    view.addEventListener("live-frame", () => (editor.alone = false), { signal, once: true }); // the picture draws the areas
  }

  get form() {
    return this.#view.form;
  }

  get #areas() {
    return this.form.draft.now.areas;
  }

  /** {key: polygon} of the form. */
  get polygons() {
    return Object.fromEntries(PLACES.map((place) => [String(place), this.#areas[place].polygon]));
  }

  /** The areas of the form, the chosen one as it is just being dragged. */
  get shown() {
    const { held, selected } = this.#editor.drawing;
    return this.#areas.map((area, place) => (held && String(place) === selected ? { ...area, polygon: held.polygon } : area));
  }

  of(key) {
    return { name: this.#areas[Number(key)].name, about: this.form.about(`areas[${key}].polygon`) };
  }

  look() {
    return { kind: "area", label: "" };
  }

  /** Why area n may not be drawn: area n - 1 is not. */
  barred(key) {
    const number = Number(key) + 1;
    const polygons = Object.fromEntries(PLACES.map((place) => [place + 1, this.#areas[place].polygon]));
    if (mayDraw(polygons, number, this.#before)) return "";
    return sentence(this.form.about("areas"), "polygon", "", { number, previous: number - 1 });
  }

  /** Whether the form has other polygons than the editor: after Discard and Save. */
  moved(polygons) {
    return PLACES.some((place) => polygons[place] !== this.#areas[place].polygon);
  }

  /** The editor has the polygons of the form. */
  filled() {
    this.#before = this.form.draft.saved.areas.filter(({ polygon }) => polygon.length).map(({ number }) => number);
  }

  /** The editor's polygons go into the form; a first one switches its area on. */
  take(polygons) {
    for (const place of PLACES) if (polygons[place] !== this.#areas[place].polygon) this.#takeOne(place, polygons[place]);
  }

  #takeOne(place, polygon) {
    const was = this.#areas[place].polygon.length > 0;
    this.form.change(`areas[${place}].polygon`, polygon);
    if (was !== polygon.length > 0) this.form.change(`areas[${place}].status`, polygon.length > 0);
  }

  begin() {
    this.choose(this.form.data.proposed?.place ?? 0);
  }

  choose(place) {
    for (const panel of this.#view.querySelectorAll("[data-area-panel]")) panel.hidden = Number(panel.dataset.areaPanel) !== place;
    this.#editor.edit((drawing) => drawing.select(String(place)));
  }

  #pressed(chip) {
    if (chip) this.choose(Number(chip.dataset.areaChip));
  }

  #toProblem(path) {
    const place = /^areas\[(\d)\]/.exec(path)?.[1];
    if (place !== undefined) this.choose(Number(place));
  }

  show() {
    for (const place of PLACES) {
      const [chip, area] = [this.#chip(place), this.#areas[place]];
      chip.setAttribute("aria-pressed", String(this.#editor.drawing.selected === String(place)));
      write(chip.querySelector("[data-field=name]"), area.name);
      const state = area.polygon.length === 0 ? text("not_drawn") : text(area.status ? "area_on" : "area_off");
      write(chip.querySelector("[data-field=state]"), state);
    }
    this.#warnShort();
  }

  /** What each area would count on this frame. zones: the ignore zones of the form. */
  count(frame, zones) {
    const now = { ...this.form.draft.now, areas: this.shown };
    const boxes = withPoints(frame.boxes, now.reference_point).filter((box) => !isIgnored(box, zones));
    const counts = countsOf(boxes, draftAreas(now.areas, frame.areas), draftThresholds(now, frame.monochrome), draftKinds(now));
    this.#showCounts(frame.count === null ? null : counts);
  }

  #showCounts(counts) {
    const { shown } = this;
    for (const place of PLACES) {
      const counted = counts && shown[place].status && shown[place].polygon.length > 0;
      write(this.#chip(place).querySelector("[data-field=count]"), counted ? String(counts[place + 1]) : "–");
    }
  }

  #warnShort() {
    for (const panel of this.#view.querySelectorAll("[data-area-panel]")) {
      const time = this.#areas[panel.dataset.areaPanel].time_s;
      panel.querySelector("[data-part=short]").hidden = !isShorterThanFrame(time, this.form.data.fps);
    }
  }

  #chip(place) {
    return this.#view.querySelector(`[data-area-chip="${place}"]`);
  }
}
