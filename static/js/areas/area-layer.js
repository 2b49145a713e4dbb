/** What the area editor shows over the picture: outline, handles, the line that is being drawn, the place of a refusal. */

import { text } from "../frame/strings.js";
import { keepWithin } from "../overlay/geometry.js";

const SVG = "http://www.w3.org/2000/svg";
const HANDLE_PX = 6;
const TARGET_PX = 14; // what can be grabbed is larger than what is seen
const PARTS = { edge: "polygon", shape: "polygon", label: "text", line: "polyline", cursor: "path", refused: "path" };

export class AreaLayer {
  #svg;
  #others;
  #parts; // kept for good: a double click is none when its element is another one the second time
  #handles;

  constructor(svg) {
    this.#svg = svg;
    this.#others = svg.appendChild(make("g"));
    this.#parts = Object.fromEntries(Object.entries(PARTS).map(([name, tag]) => [name, make(tag, { class: `editor__${name}` })]));
    svg.append(...Object.values(this.#parts));
    this.#handles = svg.appendChild(make("g"));
  }

  /**
   * Draw a state of the editor: {view, polygon, look, others, line, cursor, refusal, vertex, editable}, points as fractions.
   * look: {kind, label} of the polygon; others: {polygon, kind, label} each.
   */
  show(state) {
    const { view, polygon, look, others, line, cursor, refusal, editable } = state;
    this.#svg.setAttribute("viewBox", `0 0 ${view.width} ${view.height}`);
    this.#others.replaceChildren(...others.flatMap((one) => otherOf(one, view)));
    const closed = line ? [] : polygon;
    this.#parts.shape.dataset.kind = look.kind;
    this.#showLabel(closed, look.label, view);
    this.#set("edge", "points", pointsOf(closed, view));
    this.#set("shape", "points", pointsOf(closed, view));
    this.#parts.shape.toggleAttribute("data-refused", Boolean(refusal));
    this.#set("line", "points", pointsOf(line ? [...line, ...(cursor ? [cursor] : [])] : [], view));
    this.#set("cursor", "d", cursor ? crossAt(cursor, view) : "");
    this.#set("refused", "d", refusal ? ringAt(refusal.place, view) : "");
    this.#showHandles(line ?? (editable ? polygon : []), state);
  }

  /** Put the focus on a handle, so that the arrow keys go on moving it. */
  focus(vertex) {
    this.#handles.children[vertex]?.focus();
  }

  #set(part, name, value) {
    this.#parts[part].setAttribute(name, value);
  }

  #showLabel(polygon, words, view) {
    this.#parts.label.textContent = polygon.length ? words : "";
    for (const [name, value] of Object.entries(polygon.length ? labelAt(polygon, view) : {})) this.#set("label", name, value);
  }

  #showHandles(points, { view, vertex, line }) {
    while (this.#handles.children.length > points.length) this.#handles.lastChild.remove();
    while (this.#handles.children.length < points.length) this.#handles.append(handle());
    points.forEach((point, place) => {
      const element = this.#handles.children[place];
      const [x, y] = keepWithin([point[0] * view.width, point[1] * view.height], view, HANDLE_PX + 2);
      element.setAttribute("transform", `translate(${x.toFixed(2)} ${y.toFixed(2)})`);
      element.dataset.vertex = String(place);
      element.classList.toggle("editor__handle--on", place === vertex);
      element.classList.toggle("editor__handle--first", Boolean(line) && place === 0 && points.length > 2);
      element.setAttribute("aria-label", handleName(place, points.length, point));
    });
  }
}

/** A polygon that is not selected, with its number where it has one. */
function otherOf({ polygon, kind, label }, view) {
  const shape = make("polygon", { points: pointsOf(polygon, view), class: "editor__other", "data-kind": kind });
  const words = make("text", { class: "editor__label", ...labelAt(polygon, view) });
  words.textContent = label;
  return [shape, words];
}

/** Amid the vertices of a polygon. */
function labelAt(polygon, view) {
  const [x, y] = [0, 1].map((axis) => polygon.reduce((sum, point) => sum + point[axis], 0) / polygon.length);
  return { x: (x * view.width).toFixed(1), y: (y * view.height).toFixed(1) };
}

/** "Vertex 2 of 4 at 40.0 %, 20.0 %" */
function handleName(place, all, [x, y]) {
  return text("vertex_at", { n: place + 1, all, x: (x * 100).toFixed(1), y: (y * 100).toFixed(1) });
}

function handle() {
  const element = make("g", { class: "editor__handle", tabindex: "0", role: "button" });
  element.append(make("circle", { r: String(TARGET_PX), class: "editor__target" }), make("circle", { r: String(HANDLE_PX) }));
  return element;
}

function pointsOf(points, view) {
  return points.map(([x, y]) => `${(x * view.width).toFixed(2)},${(y * view.height).toFixed(2)}`).join(" ");
}

function crossAt([x, y], view) {
  const [cx, cy] = [x * view.width, y * view.height];
  return `M${cx - 12} ${cy}h24M${cx} ${cy - 12}v24`;
}

function ringAt([x, y], view) {
  return `M${x * view.width - 10} ${y * view.height}a10 10 0 1 0 20 0a10 10 0 1 0 -20 0`;
}

function make(name, attributes = {}) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
