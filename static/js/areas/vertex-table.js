/**
 * <vertex-table>: the vertices of the selected polygon as numbers, percent of the picture: the way by keyboard alone, and the
 * exact one. A number that the rules refuse stays where it was typed, with the reason; the polygon stays as it was.
 *
 * Property `editor`. `show()` after every change of the drawing.
 */

import { text } from "../frame/strings.js";
import { write } from "../frame/time.js";

class VertexTable extends HTMLElement {
  editor = null;

  #shown = null; // the key of the polygon in the table
  sentence = () => ""; // the words of a refusal

  connectedCallback() {
    this.addEventListener("change", (event) => this.#typed(event.target));
    this.addEventListener("click", (event) => this.#pressed(event.target.closest("[data-remove]")));
    this.addEventListener("focusin", (event) => this.#focused(event.target.closest("tr")));
  }

  show() {
    const { polygon, vertex, selected } = this.editor.drawing;
    if (selected !== this.#shown) this.#mark(null, "");
    this.#shown = selected;
    const body = this.querySelector("tbody");
    while (body.rows.length > polygon.length) body.lastElementChild.remove();
    while (body.rows.length < polygon.length) body.append(this.#row());
    polygon.forEach((point, place) => this.#fill(body.rows[place], place, point, vertex));
  }

  #row() {
    return this.querySelector("template").content.firstElementChild.cloneNode(true);
  }

  #fill(row, place, point, vertex) {
    const n = place + 1;
    row.dataset.place = String(place);
    row.toggleAttribute("data-on", place === vertex);
    for (const input of row.querySelectorAll("input, button")) input.disabled = !this.editor.editable;
    write(row.cells[0], String(n));
    row.querySelector("[data-remove]").setAttribute("aria-label", text("vertex_remove", { n }));
    ["x", "y"].forEach((axis, index) => {
      const input = row.querySelector(`[data-axis=${axis}]`);
      input.setAttribute("aria-label", text(`vertex_${axis}`, { n }));
      if (document.activeElement !== input && !input.hasAttribute("aria-invalid")) input.value = (point[index] * 100).toFixed(2);
    });
  }

  #typed(input) {
    const place = Number(input.closest("tr").dataset.place);
    const point = [...this.editor.drawing.polygon[place]];
    const percent = Number(input.value.replace(",", "."));
    const inside = input.value.trim() !== "" && percent >= 0 && percent <= 100;
    point[input.dataset.axis === "x" ? 0 : 1] = percent / 100;
    let taken = false;
    if (inside) this.editor.edit((drawing) => (taken = drawing.move(place, point)));
    const words = inside ? this.sentence(this.editor.drawing.refusal) : text("vertex_range");
    this.#mark(input, taken ? "" : words);
    if (taken) input.value = percent.toFixed(2);
  }

  #mark(input, words) {
    const error = this.querySelector("[data-part=vertex-error]");
    for (const one of this.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
    if (words) input.setAttribute("aria-invalid", "true");
    error.hidden = !words;
    write(error, words);
  }

  #pressed(button) {
    if (button) this.editor.edit((drawing) => drawing.remove(Number(button.closest("tr").dataset.place)));
  }

  #focused(row) {
    if (!row?.dataset.place || Number(row.dataset.place) === this.editor.drawing.vertex) return;
    this.editor.edit((drawing) => {
      drawing.vertex = Number(row.dataset.place);
    });
  }
}

customElements.define("vertex-table", VertexTable);
