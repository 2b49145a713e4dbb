/**
 * The detection area of the non-mask extension on the tab Basic: one polygon, none is the whole picture. The same part beside
 * <settings-view>'s desk as AreaDesk (basic-desk.js).
 */

import { text } from "../frame/strings.js";
import { write } from "../frame/time.js";
import { facesLookedAt } from "./preview.js";

const KEY = "detection";
const PATH = "area";

export class DetectionDesk {
  #view;
  #editor;

  constructor(view, editor, signal) {
    this.#view = view;
    this.#editor = editor;
    this.#chip.addEventListener("click", () => this.#choose(), { signal });
    view.addEventListener("draft-problem", ({ detail }) => detail === PATH && this.#choose(), { signal });
  }

  get #form() {
    return this.#view.form;
  }

  get #polygon() {
    return this.#form.draft.now[PATH];
  }

  get #chip() {
    return this.#view.querySelector("[data-detection-chip]");
  }

  /** {key: polygon} of the form. */
  get polygons() {
    return { [KEY]: this.#polygon };
  }

  /** The detection area of the form, as it is just being dragged. */
  get shown() {
    const { held, selected } = this.#editor.drawing;
    return held && selected === KEY ? held.polygon : this.#polygon;
  }

  of() {
    return { name: text("detection_area"), about: this.#form.about(PATH) };
  }

  look() {
    return { kind: "detection", label: "" };
  }

  /** It can always be drawn. */
  barred() {
    return "";
  }

  moved(polygons) {
    return polygons[KEY] !== this.#polygon;
  }

  /** The editor has the polygon of the form: nothing to keep here. */
  filled() {}

  take(polygons) {
    if (this.moved(polygons)) this.#form.change(PATH, polygons[KEY]);
  }

  begin() {
    this.#choose();
  }

  #choose() {
    this.#editor.edit((drawing) => drawing.select(KEY));
  }

  show() {
    this.#chip.setAttribute("aria-pressed", String(this.#editor.drawing.selected === KEY));
    const { length } = this.#polygon;
    write(this.#chip.querySelector("[data-field=state]"), length ? text("zone_vertices", { count: length }) : text("whole_picture"));
    this.#view.querySelector("[data-detection]").toggleAttribute("data-changed", this.#form.draft.isChanged(PATH));
  }

  /** How many faces the settings in the form would look at. */
  count(frame, zones) {
    const { mask } = frame;
    const faces = facesLookedAt(frame.faces ?? [], this.shown, zones);
    write(this.#chip.querySelector("[data-field=count]"), mask && mask.mask !== null ? String(faces.length) : "–");
  }
}
