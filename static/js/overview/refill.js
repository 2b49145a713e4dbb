/**
 * A part of a page that shows only some of very many things: it is asked for again when one that it left out needs a
 * look, so that no alarm stays behind "Show all".
 */

export class Refill {
  #element;
  #part;
  #asked = new Set();

  /** part: the id of what is replaced, in the page as the server gives it anew. */
  constructor(element, part) {
    this.#element = element;
    this.#part = `#${part}`;
  }

  /** missing: the keys of all that needs a look and is not shown. Each asks once, and again after it had calmed down. */
  need(missing) {
    const isNew = missing.some((key) => !this.#asked.has(key));
    this.#asked = new Set(missing);
    if (!isNew || !this.#element.querySelector("[data-part=rest]")) return;
    const address = window.location.pathname + window.location.search;
    const how = { source: this.#element, target: this.#part, select: this.#part, swap: "outerHTML" };
    window.htmx.ajax("GET", address, how);
  }
}
