/**
 * What the area editor holds and does, without a page: several polygons by key, one of them selected, one perhaps being
 * drawn, undo and redo. What the rules refuse changes nothing and is told by `refusal` (see area-model.js).
 */

import {
  addVertex,
  insertVertex,
  longestEdge,
  MOST_VERTICES,
  movePolygon,
  moveVertex,
  refusalOf,
  refusalOfLine,
  removeVertex,
} from "./area-model.js";

export class AreaDrawing {
  refusal = null;
  selected = null;
  vertex = -1; // of the selected polygon, the one with the focus
  line = null; // the vertices so far, while a polygon is being drawn
  held = null; // the polygon under the pointer while it is dragged: {polygon, refusal}

  #polygons;
  #past = [];
  #future = [];

  /** polygons: {key: [[x, y], …]}, empty for one that is not drawn. */
  constructor(polygons) {
    this.#polygons = { ...polygons };
  }

  get polygons() {
    return this.#polygons;
  }

  /** The selected polygon as it is, or as it is just being dragged. */
  get polygon() {
    return this.held?.polygon ?? this.#polygons[this.selected] ?? [];
  }

  get canUndo() {
    return this.#past.length > 0 || (this.line?.length ?? 0) > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /** Take other polygons, as they were saved or before they were changed; nothing is left to undo. */
  reset(polygons) {
    this.#polygons = { ...polygons };
    [this.#past, this.#future] = [[], []];
    this.#rest();
  }

  select(key) {
    if (key === this.selected) return;
    this.selected = key;
    this.vertex = -1;
    this.#rest();
  }

  /** Begin to draw the selected polygon; what it was comes back with Esc. */
  begin() {
    this.#rest();
    this.line = [];
    this.vertex = -1;
  }

  /** The next vertex of the line. */
  add(point) {
    const line = addVertex(this.line, point);
    this.refusal = refusalOfLine(line);
    if (!this.refusal) this.line = line;
  }

  /** Close the line to a polygon. */
  close() {
    this.refusal = refusalOf(this.line.length ? this.line : [[0, 0]]);
    if (this.refusal) return;
    const polygon = this.line;
    this.line = null;
    this.#set(polygon);
  }

  /** Leave what is not finished: the line, a drag, the message, and last the vertex. */
  cancel() {
    const nothing = !this.line && !this.held && !this.refusal;
    this.#rest();
    if (nothing) this.vertex = -1;
  }

  /** Drag vertex `vertex` to a point; `drop` makes it so. */
  drag(vertex, point) {
    this.vertex = vertex;
    this.#hold(moveVertex(this.#polygons[this.selected], vertex, point));
  }

  /** Drag the whole polygon by [dx, dy] from where it lies. */
  dragWhole(by) {
    this.#hold(movePolygon(this.#polygons[this.selected], by));
  }

  /** Let go: a polygon that is refused goes back to where it was. */
  drop() {
    const held = this.held;
    this.held = null;
    if (!held) return;
    this.refusal = held.refusal;
    if (!held.refusal) this.#set(held.polygon);
  }

  /** Move one vertex at once (arrow keys, the table). Whether it was taken. */
  move(vertex, point) {
    this.vertex = vertex;
    return this.#try(moveVertex(this.polygon, vertex, point));
  }

  insert(edge, point) {
    if (this.polygon.length >= MOST_VERTICES) {
      this.refusal = { key: "vertices", place: point, values: { value: String(MOST_VERTICES + 1) } };
      return;
    }
    if (this.#try(insertVertex(this.polygon, edge, point))) this.vertex = edge + 1;
  }

  /** A vertex in the middle of the longest edge. */
  insertAnywhere() {
    const { edge, point } = longestEdge(this.polygon);
    this.insert(edge, point);
  }

  /** Remove a vertex; of a line the last one. */
  remove(vertex) {
    if (this.line) this.line = this.line.slice(0, -1);
    else if (this.#try(removeVertex(this.polygon, vertex))) this.vertex = Math.min(vertex, this.polygon.length - 1);
  }

  /** Take the selected polygon away altogether. */
  clear() {
    this.#rest();
    this.vertex = -1;
    this.#set([]);
  }

  undo() {
    if (this.line?.length) this.line = this.line.slice(0, -1);
    else this.#step(this.#past, this.#future);
  }

  redo() {
    this.#step(this.#future, this.#past);
  }

  #step(from, to) {
    if (from.length === 0) return;
    to.push(this.#polygons);
    this.#polygons = from.pop();
    this.vertex = -1;
    this.#rest();
  }

  #try(polygon) {
    this.refusal = refusalOf(polygon);
    if (this.refusal) return false;
    this.#set(polygon);
    return true;
  }

  #hold(polygon) {
    this.held = { polygon, refusal: refusalOf(polygon) };
    this.refusal = this.held.refusal;
  }

  #set(polygon) {
    if (JSON.stringify(polygon) === JSON.stringify(this.#polygons[this.selected])) return;
    this.#past.push(this.#polygons);
    this.#future = [];
    this.#polygons = { ...this.#polygons, [this.selected]: polygon };
  }

  #rest() {
    [this.line, this.held, this.refusal] = [null, null, null];
  }
}
