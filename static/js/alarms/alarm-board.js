/**
 * <alarm-board data-rows="/alarms/rows/">: the alarm list with its panel (OPR-1, OPR-2, OPR-5).
 *
 * The server draws every row. News of an alarm fetches its row anew and puts it into its place without moving what is
 * being read; every new connection fetches the whole list, so that nothing is missed and nothing is there twice.
 */

import "./alarm-snapshot.js";
import "./clip-player.js";
import { keysOf } from "../frame/keys.js";
import { text } from "../frame/strings.js";
import { refresh, write } from "../frame/time.js";
import { store } from "../live/store.js";
import { Desk } from "./desk.js";
import { placeOf } from "./places.js";

const GATHER_MS = 120;
const OPEN_MS = 150;

class AlarmBoard extends HTMLElement {
  #life = null;
  #changed = new Set(); // ids of alarms whose rows are to be fetched
  #gathering = null;
  #opening = null;
  #chosen = null; // id of the alarm in the panel
  #unseen = 0; // new rows above what is being read
  #desk = new Desk(this);

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    store.addEventListener("alarm", ({ detail }) => this.#news(detail), { signal });
    store.addEventListener("hello", () => this.#catchUp(), { signal });
    this.addEventListener("click", (event) => this.#pressed(event), { signal });
    this.addEventListener("htmx:beforeSwap", ({ detail }) => this.#keepAsked(detail), { signal });
    this.addEventListener("htmx:afterSwap", () => this.#swapped(), { signal });
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
    keysOf(this.#keys(), signal);
    this.#desk.start(signal);
    this.#choose(this.panel.querySelector("[data-alarm-panel]")?.dataset.alarmPanel ?? null);
    if (!this.#chosen && window.matchMedia("(min-width: 1000px)").matches) this.#move(0, false);
  }

  disconnectedCallback() {
    this.#life.abort();
    clearTimeout(this.#gathering);
    clearTimeout(this.#opening);
  }

  get scroller() {
    return this.querySelector("[data-part=scroller]");
  }

  get panel() {
    return this.querySelector("#alarm-panel");
  }

  get rows() {
    return [...this.querySelectorAll("[data-alarm]")];
  }

  /** Id of the alarm in the panel. */
  get chosen() {
    return this.#chosen;
  }

  #keys() {
    return {
      j: () => this.#move(1),
      k: () => this.#move(-1),
      "/": () => this.querySelector("input[type=search]").focus(),
    };
  }

  /** Go `step` rows on from the chosen one; the panel follows when the keys rest. */
  #move(step, focus = true) {
    const { rows } = this;
    if (rows.length === 0) return;
    const place = rows.findIndex((row) => row.dataset.alarm === this.#chosen);
    const row = rows[place < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, place + step))];
    this.#choose(row.dataset.alarm);
    if (focus) row.querySelector("a").focus();
    clearTimeout(this.#opening);
    this.#opening = setTimeout(() => this.#open(), OPEN_MS);
  }

  #choose(id) {
    this.#chosen = id;
    this.#mark();
  }

  #mark() {
    for (const row of this.rows) {
      const link = row.querySelector("a");
      if (row.dataset.alarm === this.#chosen) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    this.#desk.show();
  }

  #open() {
    const row = this.rows.find((one) => one.dataset.alarm === this.#chosen);
    row?.querySelector("a").dispatchEvent(new Event("open-alarm", { bubbles: true }));
  }

  #pressed(event) {
    const row = event.target.closest("a")?.closest("[data-alarm]"); // a tick beside it chooses nothing
    if (row) this.#choose(row.dataset.alarm);
    if (event.target.closest("[data-action=to-top]")) this.scroller.scrollTo({ top: 0, behavior: "smooth" });
  }

  #news(alarm) {
    this.reload([alarm.id]);
    if (this.panel.querySelector(`[data-alarm-panel="${alarm.id}"]`)) this.#refreshPanel(alarm);
  }

  /** Draw the rows of these alarms anew, soon. */
  reload(ids) {
    for (const id of ids) this.#changed.add(id);
    this.#gathering ??= setTimeout(() => this.#fetch(), GATHER_MS);
  }

  async #fetch() {
    this.#gathering = null;
    const query = new URLSearchParams(window.location.search);
    query.set("ids", [...this.#changed].join(","));
    this.#changed.clear();
    const rows = await textOf(`${this.dataset.rows}?${query}`);
    if (rows === null) return; // the next hello fetches the whole list
    const made = document.createElement("template");
    made.innerHTML = rows;
    for (const row of made.content.querySelectorAll("[data-alarm]")) this.#place(row);
  }

  /** Put a row where it belongs. The scroll position is moved by what was added above it: the eye stays on its line. */
  #place(row) {
    const old = this.querySelector(`[data-alarm="${row.dataset.alarm}"]`);
    const before = this.scroller.scrollHeight;
    if (old) old.replaceWith(row);
    else if (row.hasAttribute("data-matches")) this.#insert(row);
    else return;
    this.#mark();
    window.htmx.process(row);
    refresh(row);
    const added = this.scroller.scrollHeight - before;
    if (!old && this.scroller.scrollTop > 0) this.scroller.scrollTop += added;
  }

  #insert(row) {
    this.querySelector("[data-part=empty]")?.remove();
    const list = this.querySelector("[data-part=rows]");
    const { rows } = this;
    list.insertBefore(row, rows[placeOf(row.dataset.started, rows.map((one) => one.dataset.started))] ?? null);
    row.toggleAttribute("data-new", true);
    if (this.scroller.scrollTop > 0) this.#unseen += 1;
    this.#showUnseen();
  }

  #scrolled() {
    if (this.scroller.scrollTop > 0 || this.#unseen === 0) return;
    this.#unseen = 0;
    this.#showUnseen();
  }

  #showUnseen() {
    const pill = this.querySelector("[data-action=to-top]");
    pill.hidden = this.#unseen === 0;
    write(pill.querySelector("[data-field=text]"), text("n_new", { count: this.#unseen }));
  }

  /** After every connection, the first one too: what happened between the page and the line to it is fetched as well. */
  #catchUp() {
    const url = this.dataset.url + window.location.search;
    window.htmx.ajax("GET", url, { source: this, target: "#alarm-list", swap: "innerHTML" });
  }

  /** A step that is being taken keeps its form: htmx looks from there for the places of the answer, and the answer brings
   * what the news would have drawn. */
  #keepAsked(swap) {
    const drawnAnew = ["alarm-facts", "alarm-desk"].includes(swap.target.id) && swap.requestConfig.verb === "get";
    if (drawnAnew && this.panel.querySelector("form.htmx-request")) swap.shouldSwap = false;
  }

  #swapped() {
    refresh(this);
    this.#mark();
  }

  /** New facts of the alarm in the panel, and who is told of them, also long after its end; its picture is left alone,
   * unless it only came now. */
  #refreshPanel(alarm) {
    const url = this.panel.querySelector("[data-alarm-panel]").dataset.url;
    const whole = alarm.snapshot && !this.panel.querySelector("alarm-snapshot");
    const target = whole ? "#alarm-panel" : "#alarm-facts";
    const swap = whole ? "innerHTML" : "outerHTML";
    window.htmx.ajax("GET", url, { source: this, target, swap, select: whole ? undefined : "#alarm-facts" });
    if (!whole) this.#refreshDesk(url);
    if (!whole) this.#refreshClip(url, alarm.clip_state);
    if (!whole) this.panel.querySelector("#alarm-deliveries")?.dispatchEvent(new Event("news"));
  }

  /** The clip, when it came or went; one that is being watched is left alone. */
  #refreshClip(url, state) {
    const clip = this.panel.querySelector("#alarm-clip");
    if (!clip || clip.dataset.clipState === state) return;
    window.htmx.ajax("GET", url, { source: clip, target: "#alarm-clip", swap: "outerHTML", select: "#alarm-clip" });
  }

  /** The steps of now; not while one of them is being filled in: if it is not allowed any more, the answer says so. */
  #refreshDesk(url) {
    const desk = this.panel.querySelector("#alarm-desk");
    if (!desk || desk.querySelector("details[open]")) return;
    window.htmx.ajax("GET", url, { source: desk, target: "#alarm-desk", swap: "outerHTML", select: "#alarm-desk" });
  }
}

/** What an address answers; null when the portal cannot be reached or says no. */
async function textOf(url) {
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true" } });
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;
  }
}

customElements.define("alarm-board", AlarmBoard);
