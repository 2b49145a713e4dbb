/**
 * <floor-plan>: the areas of a site on its plan, coloured by how full they are (DASH-3).
 *
 * Its marks are links: data-mark="camera.area", data-x, data-y. With data-save it can be edited: drag, or choose a mark
 * and use the arrow keys; Delete takes it away, the list below puts others on; Ctrl-Z and Ctrl-Y.
 */

import { text } from "../frame/strings.js";
import { now, write } from "../frame/time.js";
import { store } from "../live/store.js";
import { fullest, levelOf } from "../overview/figures.js";
import { send } from "../settings/sending.js";
import { PlanModel } from "./plan-model.js";

const STEP = 0.005;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class FloorPlan extends HTMLElement {
  #life = null;
  #model = null;
  #dragged = null;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    const placed = this.marks.filter(({ dataset }) => dataset.x);
    this.#model = new PlanModel(Object.fromEntries(placed.map(({ dataset }) => [dataset.mark, [+dataset.x, +dataset.y]])));
    store.addEventListener("cameras", () => this.#colour(), { signal });
    if (this.dataset.save) this.#listen(signal);
    this.#lay();
    this.#colour();
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  get marks() {
    return [...this.querySelectorAll("[data-mark]")];
  }

  #mark(key) {
    return this.querySelector(`[data-mark="${key}"]`);
  }

  /** Where every mark lies, and which areas are still to be put on the plan. */
  #lay() {
    for (const mark of this.marks) {
      const at = this.#model.marks[mark.dataset.mark];
      mark.hidden = !at;
      if (at) [mark.style.left, mark.style.top] = at.map((fraction) => `${fraction * 100}%`);
    }
    for (const button of this.querySelectorAll("[data-put]")) button.hidden = button.dataset.put in this.#model.marks;
    for (const [name, can] of [["undo", this.#model.canUndo], ["redo", this.#model.canRedo], ["save", this.#model.canUndo]]) {
      this.querySelector(`[data-action=${name}]`)?.toggleAttribute("disabled", !can);
    }
  }

  #colour() {
    const ids = new Set(this.marks.map(({ dataset }) => Number(dataset.mark.split(".")[0])));
    const cameras = [...ids].map((id) => ({ id, enabled: true })); // one that is switched off has no areas here
    const areas = new Map(
      fullest(cameras, store.cameras, now(), Infinity).map((area) => [`${area.camera}.${area.number}`, area]),
    );
    for (const mark of this.marks) this.#show(mark, areas.get(mark.dataset.mark));
  }

  #show(mark, area) {
    const known = area && area.count !== null && area.quality !== "stale";
    mark.dataset.level = known ? levelOf(area) : "unknown";
    mark.style.setProperty("--share", known ? Math.min(1, area.count / area.threshold) : 0);
    write(mark.querySelector("[data-field=count]"), area?.count == null ? "–" : `${area.count}/${area.threshold}`);
    if (area) write(mark.querySelector("[data-field=area]"), area.name);
  }

  // --- Editing ---------------------------------------------------------------------------------------------------------
  #listen(signal) {
    this.addEventListener("pointerdown", (event) => this.#grab(event), { signal });
    this.addEventListener("pointermove", (event) => this.#drag(event), { signal });
    for (const end of ["pointerup", "pointercancel"]) this.addEventListener(end, (event) => this.#drop(event), { signal });
    this.addEventListener("click", (event) => this.#pressed(event), { signal });
    this.addEventListener("keydown", (event) => this.#key(event), { signal });
    window.addEventListener("beforeunload", (event) => this.#model.canUndo && event.preventDefault(), { signal });
  }

  #grab(event) {
    const mark = event.target.closest("[data-mark]");
    if (!mark || event.button) return;
    event.preventDefault();
    mark.focus();
    mark.setPointerCapture(event.pointerId);
    this.#dragged = { mark, from: [event.clientX, event.clientY], at: null };
  }

  #drag(event) {
    if (!this.#dragged) return;
    const { mark, from } = this.#dragged;
    const box = this.querySelector("[data-part=plan]").getBoundingClientRect();
    const [x, y] = this.#model.marks[mark.dataset.mark];
    this.#dragged.at = [x + (event.clientX - from[0]) / box.width, y + (event.clientY - from[1]) / box.height];
    [mark.style.left, mark.style.top] = this.#dragged.at.map((fraction) => `${fraction * 100}%`);
  }

  #drop() {
    const dragged = this.#dragged;
    this.#dragged = null;
    if (dragged?.at) this.#do(() => this.#model.put(dragged.mark.dataset.mark, dragged.at));
  }

  #pressed(event) {
    if (event.target.closest("[data-mark]")) event.preventDefault(); // while it is edited a mark leads nowhere
    const put = event.target.closest("[data-put]")?.dataset.put;
    const action = event.target.closest("[data-action]")?.dataset.action;
    if (put) this.#do(() => this.#model.put(put, [0.5, 0.5]), put);
    if (action === "undo" || action === "redo") this.#do(() => this.#model[action]());
    if (action === "save") this.#save();
  }

  #key(event) {
    const key = event.target.closest("[data-mark]")?.dataset.mark;
    if ((event.ctrlKey || event.metaKey) && "zy".includes(event.key)) {
      event.preventDefault();
      this.#do(() => (event.key === "z" ? this.#model.undo() : this.#model.redo()));
    } else if (key && ARROWS[event.key]) {
      event.preventDefault();
      const [dx, dy] = ARROWS[event.key].map((way) => way * STEP * (event.shiftKey ? 10 : 1));
      this.#do(() => this.#model.nudge(key, dx, dy), key);
    } else if (key && (event.key === "Delete" || event.key === "Backspace")) {
      event.preventDefault();
      this.#do(() => this.#model.remove(key));
    }
  }

  /** Change something, and show it; `focus` is the mark that is worked on. */
  #do(change, focus) {
    change();
    this.#lay();
    this.#say("");
    if (focus) this.#mark(focus).focus();
  }

  async #save() {
    const marks = Object.entries(this.#model.marks).map(([key, [x, y]]) => {
      const [camera, area] = key.split(".").map(Number);
      return { camera, area, x, y };
    });
    const body = { marks, version: Number(this.dataset.version) };
    const token = this.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await send(this.dataset.save, body, token);
    if (answer.outcome !== "saved") return this.#say(answer.message ?? answer.problems.map(({ message }) => message).join(" "));
    this.dataset.version = answer.version;
    this.#model = new PlanModel(this.#model.marks);
    this.#lay();
    this.#say(text("plan_saved"));
  }

  #say(words) {
    write(this.querySelector("[data-part=said]"), words);
  }
}

customElements.define("floor-plan", FloorPlan);
