/**
 * What stands around an <area-editor>: its buttons, the hint below the picture, the reason of a refusal at its place, the
 * table of vertices. Whose polygons they are is known by `of(key)`: {name, about} of the one with this key.
 */

import "./area-editor.js";
import "./vertex-table.js";
import { text } from "../frame/strings.js";
import { write } from "../frame/time.js";
import { sentence } from "../settings/checks.js";
import { MOST_VERTICES } from "./area-model.js";

const TOOLS = {
  draw: (drawing) => drawing.begin(),
  close: (drawing) => drawing.close(),
  cancel: (drawing) => drawing.cancel(),
  insert: (drawing) => drawing.insertAnywhere(),
  remove: (drawing) => drawing.remove(drawing.vertex),
  clear: (drawing) => drawing.clear(),
  undo: (drawing) => drawing.undo(),
  redo: (drawing) => drawing.redo(),
};

export class EditorTools {
  barred = () => ""; // (key) => why the polygon may not be drawn now, "" when it may
  notice = ""; // what is said instead of the hint

  #root;
  #of;

  /** fail(words): say beside Save why nothing is saved. */
  constructor(root, { of, fail, editable, signal }) {
    this.#root = root;
    this.#of = of;
    this.editor.editable = editable;
    this.table.editor = this.editor;
    this.table.sentence = (refusal) => this.#sentence(refusal);
    root.addEventListener("area-edit", () => this.show(), { signal });
    root.addEventListener("click", (event) => this.#pressed(event.target.closest("[data-edit]")), { signal });
    root.addEventListener("submit", (event) => this.#submitting(event, fail), { signal, capture: true });
  }

  get editor() {
    return this.#root.querySelector("area-editor");
  }

  get table() {
    return this.#root.querySelector("vertex-table");
  }

  show() {
    this.editor.show();
    this.table.show();
    this.#showTools();
    this.#showRefusal();
    this.#root.querySelector("live-overlay").redraw();
  }

  /** Begin to draw the selected polygon, where it may be. */
  draw() {
    const words = this.barred(this.editor.drawing.selected);
    if (words) this.#say(words, "bad");
    else this.editor.edit(TOOLS.draw);
  }

  #pressed(button) {
    if (button?.dataset.edit === "draw") this.draw();
    else if (button) this.editor.edit(TOOLS[button.dataset.edit]);
  }

  #showTools() {
    const { drawing } = this.editor;
    const { line, polygon, selected } = drawing;
    write(this.#field("vertices"), this.#count(polygon, selected));
    write(this.#field("polygon"), selected === null ? "" : this.#of(selected).name);
    this.#say(this.#hint(line, polygon, selected));
    if (!this.#tool("draw")) return; // nobody who may change anything looks
    write(this.#field("number"), this.#count(line ?? polygon, selected));
    write(this.#tool("draw"), text(polygon.length ? "draw_anew" : "draw"));
    for (const name of ["draw", "insert", "remove", "clear"]) this.#tool(name).hidden = line !== null;
    for (const name of ["close", "cancel"]) this.#tool(name).hidden = line === null;
    for (const [name, able] of Object.entries(this.#able(drawing))) this.#tool(name).disabled = !(able && this.editor.editable);
  }

  #count(vertices, selected) {
    return selected === null ? "" : text("n_vertices", { count: vertices.length, most: MOST_VERTICES });
  }

  /** What can be done now. */
  #able({ polygon, vertex, selected, canUndo, canRedo }) {
    return {
      draw: selected !== null,
      insert: polygon.length > 0 && polygon.length < MOST_VERTICES,
      remove: vertex >= 0 && polygon.length > 3,
      clear: polygon.length > 0,
      undo: canUndo,
      redo: canRedo,
    };
  }

  #hint(line, polygon, selected) {
    if (this.notice) return this.notice;
    if (!this.editor.editable || selected === null) return "";
    if (line) return text("hint_line");
    return text(polygon.length ? "hint_polygon" : "hint_empty");
  }

  /** The reason of a refusal, beside its place on the picture. */
  #showRefusal() {
    const { refusal } = this.editor.drawing;
    const bubble = this.#root.querySelector("[data-part=refusal]");
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
    return sentence(this.#of(this.editor.drawing.selected).about, refusal.key, "", words);
  }

  /** What is being drawn is neither saved nor lost: say so instead. */
  #submitting(event, fail) {
    if (!this.editor.drawing.line) return;
    event.preventDefault();
    event.stopPropagation();
    this.#say(text("finish_line"), "bad");
    fail(text("finish_line"));
  }

  #say(words, level = "") {
    const hint = this.#field("hint");
    hint.dataset.level = level;
    write(hint, words);
  }

  #tool(name) {
    return this.#root.querySelector(`[data-edit=${name}]`);
  }

  #field(name) {
    return this.#root.querySelector(`[data-field=${name}]`);
  }
}
