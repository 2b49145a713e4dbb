/**
 * What an operator does on the alarm page (OPR-2): rows are ticked, keys mean what is ticked or else the alarm in the
 * panel, and what the bar did shows at once. <alarm-board> keeps the list.
 */

import { keysOf } from "../frame/keys.js";
import { text } from "../frame/strings.js";
import { clock, write } from "../frame/time.js";
import { store } from "../live/store.js";

const SHELVED_MS = 1000; // how often it is looked for shelvings whose time is over
const KEYS = {
  a: ["[data-bulk=acknowledge]", "[data-action=acknowledge]"],
  s: ["[data-bulk=shelve]", "[data-desk=shelve], [data-desk=unshelve]"],
  r: ["[data-bulk=close]", "[data-desk=close], [data-desk=reopen]"],
  m: [null, "[data-desk=assign]"],
  n: [null, "[data-desk=note]"],
  b: [null, "[data-action=boxes]"],
  p: [null, "[data-clip=play]"],
  ",": [null, "[data-clip=back]"],
  ".": [null, "[data-clip=on]"],
};

export class Desk {
  #board;
  #ticked = new Set(); // ids; outlives a row that is drawn anew

  /** board: the <alarm-board>, which has `rows`, `panel`, `chosen` and `reload(ids)`. */
  constructor(board) {
    this.#board = board;
  }

  /** Until `signal` ends it. */
  start(signal) {
    const board = this.#board;
    board.addEventListener("change", ({ target }) => target.name === "alarm" && this.#changed(target), { signal });
    board.addEventListener("click", (event) => this.#pressed(event), { signal });
    board.addEventListener("htmx:afterRequest", ({ detail }) => this.#asked(detail), { signal });
    store.addEventListener("connection", () => this.#showConnection(), { signal });
    keysOf(this.#keys(), signal);
    const timer = setInterval(() => this.#lookAtShelved(), SHELVED_MS);
    signal.addEventListener("abort", () => clearInterval(timer));
  }

  /** Rows that were drawn anew keep their tick; one that is listed no longer has none. */
  show() {
    const boxes = this.#boxes;
    for (const box of boxes) box.checked = this.#ticked.has(box.value);
    const listed = new Set(boxes.map((box) => box.value));
    for (const id of this.#ticked) if (!listed.has(id)) this.#ticked.delete(id);
    write(this.#board.querySelector("[data-part=count]"), text("n_alarms_selected", { count: this.#ticked.size }));
  }

  get #boxes() {
    return [...this.#board.querySelectorAll("input[name=alarm]")];
  }

  #keys() {
    const keys = Object.fromEntries(Object.entries(KEYS).map(([key, places]) => [key, () => this.#press(...places)]));
    const dialog = this.#board.querySelector("dialog");
    return { ...keys, x: () => this.#flip(), "?": () => dialog.open || dialog.showModal() };
  }

  #press(ofTicked, ofPanel) {
    const { panel } = this.#board;
    const found = ofTicked && this.#ticked.size ? this.#board.querySelector(ofTicked) : panel.querySelector(ofPanel);
    if (found instanceof HTMLDetailsElement) openMenu(found);
    else found?.click();
  }

  #flip() {
    const box = this.#boxes.find((one) => one.value === this.#board.chosen);
    box?.click();
  }

  #changed(box) {
    if (box.checked) this.#ticked.add(box.value);
    else this.#ticked.delete(box.value);
    this.show();
  }

  #pressed({ target }) {
    if (target.closest("[data-action=keys]")) this.#board.querySelector("dialog").showModal();
    if (target.closest("[data-action=forget]")) this.#board.querySelector("#alarm-outcome").replaceChildren();
    if (target.closest("[data-action=untick]")) this.#clear();
  }

  /** What was done with the ticked ones shows in their rows, also while no news come; they are ticked no longer. */
  #asked({ elt, successful }) {
    if (elt.id === "alarm-filters") this.#showFilters();
    if (elt.id !== "bulk" || !successful) return;
    for (const menu of elt.querySelectorAll("details[open]")) menu.open = false;
    const done = [...this.#ticked];
    elt.reset();
    this.#clear();
    this.#board.reload(done);
  }

  #clear() {
    this.#ticked.clear();
    this.show();
  }

  #showFilters() {
    const link = this.#board.querySelector("[data-part=csv]");
    link.href = link.dataset.url + window.location.search;
  }

  #showConnection() {
    const { state, since } = store.connection;
    const banner = this.#board.querySelector("[data-part=offline]");
    banner.hidden = state !== "lost";
    if (state !== "lost") return;
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    write(banner, text("offline_list", { time: clock(zone, since) }));
  }

  /** The clock ends a shelving, not a message: rows whose time is over are drawn anew. */
  #lookAtShelved() {
    const over = this.#board.rows.filter((row) => Date.parse(row.dataset.shelvedUntil) <= Date.now());
    if (over.length) this.#board.reload(over.map((row) => row.dataset.alarm));
  }
}

/** Open it with the focus on its first field. */
function openMenu(menu) {
  menu.open = true;
  menu.querySelector("input:not([type=hidden]), select, textarea").focus();
}
