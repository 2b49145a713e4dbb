/**
 * What is drawn on the tab Basic: areas and ignore zones in one editor, so that undo and redo know both. Keeps the polygons
 * of the editor and those of the form the same, and counts what the settings in the form would count.
 */

import { EditorTools } from "../areas/editor-tools.js";
import { isIgnored, placeOf } from "../areas/zones.js";
import { countsOf } from "../overlay/scores.js";
import { AreaDesk } from "./area-desk.js";
import { IgnoreDesk } from "./ignore-desk.js";
import { draftAreas, draftKinds, draftThresholds, withPoints } from "./preview.js";

export class BasicDesk {
  #view;
  #tools;
  #areas;
  #zones;
  #filling = false;

  constructor(view, signal) {
    this.#view = view;
    const fail = (words) => view.form.bar.failed(words);
    this.#tools = new EditorTools(view, { of: (key) => this.#of(key), fail, editable: view.form.data.editable, signal });
    this.#areas = new AreaDesk(view, this.editor, signal);
    this.#zones = new IgnoreDesk(view, this.#tools, signal);
    this.#tools.barred = (key) => (placeOf(key) < 0 ? this.#areas.barred(key) : "");
    this.editor.look = (key) => (placeOf(key) < 0 ? { kind: "area", label: "" } : this.#zones.look(key));
    view.addEventListener("area-edit", () => this.#edited(), { signal });
    view.addEventListener("live-frame", () => (this.editor.alone = false), { signal, once: true }); // the picture draws the areas
    this.#fill();
    this.#areas.choose(0);
  }

  get editor() {
    return this.#tools.editor;
  }

  /** The areas of the form, as they are just being dragged. */
  get shown() {
    return this.#areas.shown;
  }

  /** The ignore zones of the form, as they are just being dragged. */
  get zones() {
    return this.#zones.shown;
  }

  /** The form changed: after Discard and Save the editor follows it. */
  drafted() {
    if (this.#filling) return;
    const { polygons } = this.editor.drawing;
    if (this.#areas.moved(polygons) || this.#zones.moved(polygons)) this.#fill();
    this.#areas.show();
    this.#zones.show();
  }

  /** What each area would count on this frame. */
  count(frame) {
    const now = { ...this.#view.form.draft.now, areas: this.shown };
    const { zones } = this;
    const boxes = withPoints(frame.boxes, now.reference_point).filter((box) => !isIgnored(box, zones));
    const counts = countsOf(boxes, draftAreas(now.areas, frame.areas), draftThresholds(now, frame.monochrome), draftKinds(now));
    this.#areas.showCounts(frame.count === null ? null : counts);
  }

  #of(key) {
    return placeOf(key) < 0 ? this.#areas.of(key) : this.#zones.of(key);
  }

  /** The polygons of the form into the editor; what could be undone is gone. */
  #fill() {
    this.editor.drawing.reset({ ...this.#areas.polygons, ...this.#zones.fill() });
    this.#areas.filled();
    this.#tools.show();
  }

  /** The editor changed something: the polygons go into the form. */
  #edited() {
    const { polygons } = this.editor.drawing;
    this.#filling = true;
    this.#areas.take(polygons);
    this.#zones.take(polygons);
    this.#filling = false;
    this.drafted();
  }
}
