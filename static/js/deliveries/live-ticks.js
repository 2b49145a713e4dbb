/**
 * Ticks in the rows of a table that comes anew by itself: all of a page, how many there are, none. While something is
 * ticked the table is to stay as it is (`any`).
 */

import { text } from "../frame/strings.js";
import { write } from "../frame/time.js";
import { tickState } from "../overview/ticks.js";

export class LiveTicks {
  #element;
  #name;
  #word;

  /** element: holds the table and the bar.    name: of the boxes in the rows.    word: the text for how many. */
  constructor(element, name, word) {
    this.#element = element;
    this.#name = name;
    this.#word = word;
  }

  start(signal) {
    this.#element.addEventListener("change", ({ target }) => this.#ticked(target), { signal });
    this.#element.querySelector("[data-action=untick]")?.addEventListener("click", () => this.#set(false), { signal });
    window.addEventListener("pageshow", () => this.#show(), { signal }); // a browser that goes back keeps the ticks
  }

  get any() {
    return this.#boxes.some((box) => box.checked);
  }

  get #boxes() {
    return [...this.#element.querySelectorAll(`input[name=${this.#name}]`)];
  }

  #ticked(target) {
    if (target.dataset.action === "tick-all") this.#set(target.checked);
    else if (target.name === this.#name) this.#show();
  }

  #set(checked) {
    for (const box of this.#boxes) box.checked = checked;
    this.#show();
  }

  #show() {
    const all = this.#element.querySelector("[data-action=tick-all]");
    if (!all) return;
    const ticks = this.#boxes.map((box) => box.checked);
    [all.checked, all.indeterminate] = tickState(ticks);
    const count = ticks.filter(Boolean).length;
    write(this.#element.querySelector("#bulk [data-part=count]"), text(this.#word, { count }));
  }
}
