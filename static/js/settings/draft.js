/** What is saved, and what somebody has made of it so far. Pure; values that no setting accepts are kept as they were typed. */

import { valueAt, withValue } from "./paths.js";

export class Draft {
  #saved;
  #now;

  constructor(saved) {
    this.#saved = saved;
    this.#now = saved;
  }

  get saved() {
    return this.#saved;
  }

  get now() {
    return this.#now;
  }

  get(path) {
    return valueAt(this.#now, path);
  }

  set(path, value) {
    this.#now = withValue(this.#now, path, value);
  }

  isChanged(path) {
    return !same(valueAt(this.#now, path), valueAt(this.#saved, path));
  }

  discard() {
    this.#now = this.#saved;
  }

  /** These are saved now. Nothing is changed any more but what was, at these paths, since `sent` was on its way. */
  take(saved, sent = this.#now, paths = []) {
    const since = paths.filter((path) => !same(this.get(path), valueAt(sent, path))).map((path) => [path, this.get(path)]);
    this.#saved = saved;
    this.#now = saved;
    for (const [path, value] of since) this.set(path, value);
  }

  /** Somebody else saved `theirs` meanwhile: what was changed here, at these paths, is kept on top of it. */
  rebase(theirs, paths) {
    const mine = paths.filter((path) => this.isChanged(path)).map((path) => [path, this.get(path)]);
    this.take(theirs);
    for (const [path, value] of mine) this.set(path, value);
  }
}

/** Whether two values are equal as JSON, whatever the order of their keys. */
export function same(a, b) {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}
