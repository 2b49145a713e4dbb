/** The marks of a floor plan while they are moved: {key: [x, y]}, fractions, with undo and redo (DASH-3). Pure. */

const MOST_STEPS = 200;

export class PlanModel {
  #marks;
  #past = [];
  #future = [];

  constructor(marks) {
    this.#marks = marks;
  }

  /** {key: [x, y]} */
  get marks() {
    return this.#marks;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /** Put a mark somewhere, or there where it was not; outside the picture it stays at its edge. */
  put(key, [x, y]) {
    this.#change({ ...this.#marks, [key]: [bounded(x), bounded(y)] });
  }

  nudge(key, dx, dy) {
    const [x, y] = this.#marks[key];
    this.put(key, [x + dx, y + dy]);
  }

  remove(key) {
    const { [key]: _gone, ...rest } = this.#marks;
    this.#change(rest);
  }

  undo() {
    if (!this.canUndo) return;
    this.#future.push(this.#marks);
    this.#marks = this.#past.pop();
  }

  redo() {
    if (!this.canRedo) return;
    this.#past.push(this.#marks);
    this.#marks = this.#future.pop();
  }

  #change(marks) {
    this.#past.push(this.#marks);
    if (this.#past.length > MOST_STEPS) this.#past.shift();
    this.#future = [];
    this.#marks = marks;
  }
}

/** A fraction with four digits, which is a quarter of a pixel of the largest plan. */
function bounded(fraction) {
  return Math.round(Math.min(1, Math.max(0, fraction)) * 10_000) / 10_000;
}
