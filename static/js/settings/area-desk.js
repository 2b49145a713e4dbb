/**
 * The areas of the tab Basic: chips, the fields of the chosen area, the editor on the picture with its tools, the table of
 * vertices. The polygons of the editor and those of the form are kept the same.
 */

import "../areas/area-editor.js";
import "../areas/vertex-table.js";
import { mayDraw, MOST_VERTICES } from "../areas/area-model.js";
import { text } from "../frame/strings.js";
import { write } from "../frame/time.js";
import { countsOf } from "../overlay/scores.js";
import { sentence } from "./checks.js";
import { isShorterThanFrame } from "./levels.js";
import { draftAreas, draftKinds, draftThresholds, withPoints } from "./preview.js";

const PLACES = [0, 1, 2, 3];

export class AreaDesk {
  #view;
  #chosen = 0;
  #before; // numbers of the areas that were drawn when they were last saved
  #filling = false;

  constructor(view, signal) {
    this.#view = view;
    this.editor.editable = this.form.data.editable;
    this.table.editor = this.editor;
    this.table.sentence = (refusal) => this.#sentence(refusal);
    view.addEventListener("area-edit", () => this.#edited(), { signal });
    view.addEventListener("click", (event) => this.#pressed(event), { signal });
    view.addEventListener("live-frame", () => this.#alone(), { signal });
    view.addEventListener("draft-problem", ({ detail }) => this.#toProblem(detail), { signal });
    view.addEventListener("submit", (event) => this.#submitting(event), { signal, capture: true });
    this.#fill();
    this.#choose(0);
  }

  get form() {
    return this.#view.form;
  }

  get editor() {
    return this.#view.querySelector("area-editor");
  }

  get table() {
    return this.#view.querySelector("vertex-table");
  }

  get #areas() {
    return this.form.draft.now.areas;
  }

  /** The form changed: after Discard and Save the editor follows it. */
  drafted() {
    const { polygons } = this.editor.drawing;
    const moved = PLACES.some((place) => polygons[place] !== this.#areas[place].polygon);
    if (moved && !this.#filling) this.#fill();
    this.#showChips();
    this.#warnShort();
  }

  /** The areas of the form, the chosen one as it is just being dragged. */
  get shown() {
    const { held } = this.editor.drawing;
    return this.#areas.map((area, place) => (held && place === this.#chosen ? { ...area, polygon: held.polygon } : area));
  }

  /** What each area would count on this frame. */
  count(frame) {
    const now = { ...this.form.draft.now, areas: this.shown };
    const boxes = withPoints(frame.boxes, now.reference_point);
    const areas = draftAreas(now.areas, frame.areas);
    const counts = countsOf(boxes, areas, draftThresholds(now, frame.monochrome), draftKinds(now));
    for (const place of PLACES) {
      const counted = areas[place].status && areas[place].polygon.length > 0 && frame.count !== null;
      write(this.#chip(place).querySelector("[data-field=count]"), counted ? String(counts[place + 1]) : "–");
    }
  }

  /** The polygons of the form into the editor; what could be undone is gone. */
  #fill() {
    this.#before = this.form.draft.saved.areas.filter(({ polygon }) => polygon.length).map(({ number }) => number);
    this.editor.drawing.reset(Object.fromEntries(PLACES.map((place) => [place, this.#areas[place].polygon])));
    this.#show();
  }

  /** The editor changed something: the polygons go into the form, a first one switches its area on. */
  #edited() {
    const { polygons } = this.editor.drawing;
    this.#filling = true;
    for (const place of PLACES) if (polygons[place] !== this.#areas[place].polygon) this.#take(place, polygons[place]);
    this.#filling = false;
    this.#show();
  }

  #take(place, polygon) {
    const was = this.#areas[place].polygon.length > 0;
    this.form.change(`areas[${place}].polygon`, polygon);
    if (was !== polygon.length > 0) this.form.change(`areas[${place}].status`, polygon.length > 0);
  }

  #show() {
    this.editor.show();
    this.table.show();
    this.#showTools();
    this.#showRefusal();
    this.#view.overlay.redraw();
  }

  #choose(place) {
    this.#chosen = place;
    for (const one of PLACES) this.#chip(one).setAttribute("aria-pressed", String(one === place));
    for (const panel of this.#view.querySelectorAll("[data-area-panel]")) panel.hidden = Number(panel.dataset.areaPanel) !== place;
    this.editor.edit((drawing) => drawing.select(String(place)));
  }

  #pressed(event) {
    const chip = event.target.closest("[data-area-chip]");
    const tool = event.target.closest("[data-edit]")?.dataset.edit;
    if (chip) this.#choose(Number(chip.dataset.areaChip));
    if (tool === "draw") this.#draw();
    else if (tool) this.editor.edit((drawing) => TOOLS[tool](drawing));
  }

  #draw() {
    const number = this.#chosen + 1;
    const polygons = Object.fromEntries(PLACES.map((place) => [place + 1, this.#areas[place].polygon]));
    if (mayDraw(polygons, number, this.#before)) this.editor.edit((drawing) => drawing.begin());
    else this.#say(sentence(this.form.about("areas"), "polygon", "", { number, previous: number - 1 }), "bad");
  }

  #showChips() {
    for (const place of PLACES) {
      const [chip, area] = [this.#chip(place), this.#areas[place]];
      write(chip.querySelector("[data-field=name]"), area.name);
      const state = area.polygon.length === 0 ? text("not_drawn") : text(area.status ? "area_on" : "area_off");
      write(chip.querySelector("[data-field=state]"), state);
    }
  }

  #showTools() {
    const { drawing, editable } = this.editor;
    const { line, polygon, vertex } = drawing;
    write(this.#field("vertices"), text("n_vertices", { count: polygon.length, most: MOST_VERTICES }));
    this.#say(line ? text("hint_line") : polygon.length ? text("hint_polygon") : text("hint_empty"));
    if (!editable) return;
    write(this.#field("number"), text("n_vertices", { count: (line ?? polygon).length, most: MOST_VERTICES }));
    write(this.#tool("draw"), text(polygon.length ? "draw_anew" : "draw"));
    for (const name of ["draw", "insert", "remove", "clear"]) this.#tool(name).hidden = line !== null;
    for (const name of ["close", "cancel"]) this.#tool(name).hidden = line === null;
    this.#tool("insert").disabled = polygon.length === 0 || polygon.length >= MOST_VERTICES;
    this.#tool("remove").disabled = vertex < 0 || polygon.length <= 3;
    this.#tool("clear").disabled = polygon.length === 0;
    this.#tool("undo").disabled = !drawing.canUndo;
    this.#tool("redo").disabled = !drawing.canRedo;
  }

  /** The reason of a refusal, beside its place on the picture. */
  #showRefusal() {
    const { refusal } = this.editor.drawing;
    const bubble = this.#view.querySelector("[data-part=refusal]");
    bubble.hidden = !refusal;
    write(bubble, this.#sentence(refusal));
    if (!refusal) return;
    const { x, y } = this.editor.toScreen(refusal.place);
    const right = x > this.editor.clientWidth / 2;
    Object.assign(bubble.style, { left: right ? "auto" : `${x + 14}px`, right: right ? `${this.editor.clientWidth - x + 14}px` : "auto" });
    bubble.style.top = `${Math.min(y + 14, this.editor.clientHeight - 60)}px`;
  }

  #sentence(refusal) {
    if (!refusal) return "";
    const words = { ...refusal.values, value: refusal.values.value ?? "" };
    return sentence(this.form.about(`areas[${this.#chosen}].polygon`), refusal.key, "", words);
  }

  #warnShort() {
    for (const panel of this.#view.querySelectorAll("[data-area-panel]")) {
      const time = this.#areas[panel.dataset.areaPanel].time_s;
      panel.querySelector("[data-part=short]").hidden = !isShorterThanFrame(time, this.form.data.fps);
    }
  }

  /** Without a picture nobody else draws the other areas. */
  #alone() {
    this.editor.alone = false;
  }

  #toProblem(path) {
    const place = /^areas\[(\d)\]/.exec(path)?.[1];
    if (place !== undefined) this.#choose(Number(place));
  }

  /** What is being drawn is neither saved nor lost: say so instead. */
  #submitting(event) {
    if (!this.editor.drawing.line) return;
    event.preventDefault();
    event.stopPropagation();
    this.#say(text("finish_line"), "bad");
    this.form.bar.failed(text("finish_line"));
  }

  #say(words, level = "") {
    const hint = this.#field("hint");
    hint.dataset.level = level;
    write(hint, words);
  }

  #chip(place) {
    return this.#view.querySelector(`[data-area-chip="${place}"]`);
  }

  #tool(name) {
    return this.#view.querySelector(`[data-edit=${name}]`);
  }

  #field(name) {
    return this.#view.querySelector(`[data-field=${name}]`);
  }
}

const TOOLS = {
  close: (drawing) => drawing.close(),
  cancel: (drawing) => drawing.cancel(),
  insert: (drawing) => drawing.insertAnywhere(),
  remove: (drawing) => drawing.remove(drawing.vertex),
  clear: (drawing) => drawing.clear(),
  undo: (drawing) => drawing.undo(),
  redo: (drawing) => drawing.redo(),
};
