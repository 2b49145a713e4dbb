/**
 * What is drawn on the tab Basic: where is looked (areas, or the detection area) and ignore zones, in one editor, so that
 * undo and redo know both. Keeps the polygons of the editor and those of the form the same.
 *
 * areas: an AreaDesk or a DetectionDesk. Both have polygons, shown, moved, filled, take, of, look, barred, begin, show, count.
 */

import { EditorTools } from "../areas/editor-tools.js";
import { placeOf } from "../areas/zones.js";
import { IgnoreDesk } from "./ignore-desk.js";

export class BasicDesk {
  #view;
  #tools;
  #areas;
  #zones;
  #filling = false;

  constructor(view, areas, signal) {
    this.#view = view;
    this.#areas = areas;
    const fail = (words) => view.form.bar.failed(words);
    this.#tools = new EditorTools(view, { of: (key) => this.#of(key), fail, editable: view.form.data.editable, signal });
    this.#zones = new IgnoreDesk(view, this.#tools, signal);
    this.#tools.barred = (key) => (placeOf(key) < 0 ? this.#areas.barred(key) : "");
    this.editor.look = (key) => (placeOf(key) < 0 ? this.#areas : this.#zones).look(key);
    view.addEventListener("area-edit", () => this.#edited(), { signal });
    this.#fill();
    this.#areas.begin();
  }

  get editor() {
    return this.#tools.editor;
  }

  /** What the desk of the areas shows, as it is just being dragged. */
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

  /** What the settings in the form would count on this frame. */
  count(frame) {
    this.#areas.count(frame, this.zones);
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
