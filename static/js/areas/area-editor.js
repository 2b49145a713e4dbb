/**
 * <area-editor><svg></svg></area-editor> inside <live-overlay>: polygons drawn and changed on the live picture (OCC-2).
 *
 * Mouse: click adds a vertex, a click on the first closes; drag moves; a double click on an edge inserts; Alt does not snap.
 * Keys: Tab walks the vertices, arrows move (Shift further), Delete removes, Enter adds where the cross is, Esc leaves,
 * Ctrl-Z and Ctrl-Y undo and redo. The rules are in area-drawing.js.
 *
 * Event "area-edit" (bubbling) after everything that changed what is shown. Property `drawing`.
 */

import { AreaDrawing } from "./area-drawing.js";
import { AreaLayer } from "./area-layer.js";
import { edgeAt, LEAST_VERTICES, placed, snap, vertexAt } from "./area-model.js";

const SNAP_PX = 8;
const CLOSE_PX = 14;
const STEP = 0.002;
const FAR = 10;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class AreaEditor extends HTMLElement {
  drawing = new AreaDrawing({});
  editable = false; // whether somebody may change what is shown
  alone = true; // whether no picture draws the other areas
  look = () => ({ kind: "area", label: "" }); // (key) => how a polygon is drawn here: area, ignore or privacy

  #layer = null;
  #life = null;
  #grabbed = null; // what the pointer holds: {vertex} or {from} for the whole polygon
  #cursor = null; // where the next vertex would be

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.#layer ??= new AreaLayer(this.svg);
    const pointer = { pointerdown: this.#down, pointermove: this.#moved, pointerup: this.#up, pointercancel: this.#up };
    for (const [name, action] of Object.entries(pointer)) {
      this.svg.addEventListener(name, (event) => this.editable && action.call(this, event), { signal });
    }
    this.svg.addEventListener("dblclick", (event) => this.#doubled(event), { signal });
    this.svg.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    this.svg.addEventListener("focusin", (event) => this.#focused(event), { signal });
    document.addEventListener("keydown", (event) => this.#anywhere(event), { signal });
    const watcher = new ResizeObserver(() => this.show());
    watcher.observe(this);
    signal.addEventListener("abort", () => watcher.disconnect());
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  get svg() {
    return this.querySelector("svg");
  }

  /** Do one thing with the drawing, show it and tell about it: edit((drawing) => drawing.undo()). */
  edit(action) {
    const drew = this.drawing.line !== null;
    action(this.drawing);
    if (!this.drawing.line) this.#cursor = null;
    if (!drew && this.drawing.line) this.#startLine();
    this.show();
    this.dispatchEvent(new Event("area-edit", { bubbles: true }));
  }

  show() {
    const { polygon, polygons, line, refusal, vertex, selected } = this.drawing;
    const others = Object.entries(polygons).filter(([key, one]) => key !== selected && one.length);
    const shown = others.map(([key, one]) => ({ polygon: one, ...this.look(key) }));
    this.toggleAttribute("data-drawing", line !== null);
    this.#layer?.show({
      view: this.#view,
      others: shown.filter(({ kind }) => this.alone || kind !== "area"),
      look: this.look(selected),
      cursor: this.#cursor,
      editable: this.editable,
      ...{ polygon, line, refusal, vertex },
    });
  }

  /** Where on the screen a point of the picture is, from the corner of this element. */
  toScreen([x, y]) {
    return { x: x * this.#view.width, y: y * this.#view.height };
  }

  get #view() {
    return { width: this.clientWidth || 1, height: this.clientHeight || 1 };
  }

  #startLine() {
    this.#cursor = [0.5, 0.5];
    this.svg.focus();
  }

  /** The point of the picture below the pointer, moved onto what is near. */
  #point(event, except = null) {
    const box = this.svg.getBoundingClientRect();
    const exact = placed([(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]);
    if (event.altKey) return exact;
    const others = Object.entries(this.drawing.polygons).filter(([key, one]) => key !== except && one.length);
    return placed(snap(exact, others.map(([, one]) => one), this.#view, SNAP_PX));
  }

  #down(event) {
    if (event.button !== 0) return;
    const vertex = event.target.closest("[data-vertex]")?.dataset.vertex;
    if (this.drawing.line) this.#addAt(event);
    else if (vertex !== undefined) this.#grabbed = { vertex: Number(vertex) };
    else if (event.target.closest(".editor__shape")) this.#grabbed = { from: this.#point({ ...at(event), altKey: true }) };
    else return this.edit((drawing) => drawing.cancel());
    if (this.#grabbed) this.svg.setPointerCapture(event.pointerId);
  }

  #addAt(event) {
    const { line } = this.drawing;
    const exact = this.#point({ ...at(event), altKey: true });
    const closes = line.length >= LEAST_VERTICES && vertexAt([line[0]], exact, this.#view, CLOSE_PX) === 0;
    const point = this.#point(event);
    this.edit((drawing) => (closes ? drawing.close() : drawing.add(point)));
  }

  #moved(event) {
    if (this.drawing.line) {
      this.#cursor = this.#point(event);
      this.show();
    } else if (this.#grabbed?.from) {
      const [x, y] = this.#point({ ...at(event), altKey: true });
      const [fromX, fromY] = this.#grabbed.from;
      this.edit((drawing) => drawing.dragWhole([x - fromX, y - fromY]));
    } else if (this.#grabbed) {
      const point = this.#point(event, this.drawing.selected);
      this.edit((drawing) => drawing.drag(this.#grabbed.vertex, point));
    }
  }

  #up() {
    if (!this.#grabbed) return;
    const { vertex } = this.#grabbed;
    this.#grabbed = null;
    this.edit((drawing) => drawing.drop());
    if (vertex !== undefined) this.#layer.focus(vertex);
  }

  #doubled(event) {
    if (!this.editable || this.drawing.line) return;
    const exact = this.#point({ ...at(event), altKey: true });
    const found = edgeAt(this.drawing.polygon, exact, this.#view, CLOSE_PX);
    if (found && vertexAt(this.drawing.polygon, exact, this.#view, SNAP_PX) < 0) {
      this.edit((drawing) => drawing.insert(found.edge, found.point));
    }
  }

  #focused(event) {
    const vertex = event.target.closest("[data-vertex]")?.dataset.vertex;
    if (vertex === undefined || this.drawing.line || Number(vertex) === this.drawing.vertex) return;
    this.edit((drawing) => {
      drawing.vertex = Number(vertex);
    });
  }

  #pressed(event) {
    if (!this.editable || event.ctrlKey || event.metaKey) return;
    const done = this.drawing.line ? this.#pressedWhileDrawing(event) : this.#pressedOnVertex(event);
    if (done) event.preventDefault();
  }

  #pressedWhileDrawing(event) {
    const arrow = ARROWS[event.key];
    if (arrow) this.#moveCursor(arrow, event.shiftKey ? FAR * FAR : FAR);
    else if (event.key === "Enter" || event.key === " ") this.#addAtCursor();
    else if (event.key === "Backspace" || event.key === "Delete") this.edit((drawing) => drawing.remove());
    else if (event.key === "c") this.edit((drawing) => drawing.close());
    else return false;
    return true;
  }

  #moveCursor([dx, dy], steps) {
    const [x, y] = this.#cursor ?? [0.5, 0.5];
    this.#cursor = placed([x + dx * STEP * steps, y + dy * STEP * steps]);
    this.edit(() => {});
  }

  #addAtCursor() {
    const [line, cursor] = [this.drawing.line, this.#cursor];
    const closes = line.length >= LEAST_VERTICES && vertexAt([line[0]], cursor, this.#view, CLOSE_PX) === 0;
    this.edit((drawing) => (closes ? drawing.close() : drawing.add(cursor)));
  }

  #pressedOnVertex(event) {
    const { vertex, polygon } = this.drawing;
    const arrow = ARROWS[event.key];
    if (vertex < 0 || vertex >= polygon.length) return false;
    if (arrow) {
      const step = STEP * (event.shiftKey ? FAR : 1);
      const [x, y] = polygon[vertex];
      this.edit((drawing) => drawing.move(vertex, [x + arrow[0] * step, y + arrow[1] * step]));
    } else if (event.key === "Delete" || event.key === "Backspace") this.#remove(vertex);
    else return false;
    return true;
  }

  #remove(vertex) {
    this.edit((drawing) => drawing.remove(vertex));
    this.#layer.focus(this.drawing.vertex);
  }

  /** Keys that work wherever the focus is, but not while somebody types. */
  #anywhere(event) {
    if (!this.editable || event.target.closest?.("input, textarea, select, dialog")) return;
    const key = event.key.toLowerCase();
    const held = event.ctrlKey || event.metaKey;
    if (held && key === "z" && !event.shiftKey) this.edit((drawing) => drawing.undo());
    else if (held && (key === "y" || key === "z")) this.edit((drawing) => drawing.redo());
    else if (key === "escape" && !held) this.edit((drawing) => drawing.cancel());
    else return;
    event.preventDefault();
  }
}

function at({ clientX, clientY }) {
  return { clientX, clientY };
}

customElements.define("area-editor", AreaEditor);
