/**
 * <week-grid>: the week as bars that are painted: drag over hours and days to open them, from an open place to close them.
 * Each row reaches into the next day, so that a range over midnight is painted in one go. The field beside a bar is the same
 * in words, for the keyboard. Property `editable`. Event "week-paint" (bubbling): {days, from, to, open} in minutes.
 */

import { clamp } from "../overlay/geometry.js";
import { clockOf, DAY, isOpen, spansOf, spillOf } from "./schedule-model.js";

const STEP = 30;
const SHOWN = 30 * 60; // minutes of a row: the day, and the first hours of the next

class WeekGrid extends HTMLElement {
  editable = false;

  #week = {};
  #brush = null; // {day, minute, open, toDay, toMinute} while the pointer is down

  connectedCallback() {
    this.addEventListener("pointerdown", (event) => this.#down(event));
    this.addEventListener("pointermove", (event) => this.#moved(event));
    this.addEventListener("pointerup", () => this.#up());
    this.addEventListener("pointercancel", () => this.#leave());
  }

  show(week) {
    this.#week = week;
    const days = this.#days;
    days.forEach((day, place) => {
      const before = days[(place + days.length - 1) % days.length];
      const spill = spillOf(week[before]).map((span) => bar(span, "week__bar week__bar--spill"));
      const own = spansOf(week[day]).map((span) => bar(span, "week__bar"));
      this.#track(day).replaceChildren(...spill, ...own, ...this.#stroke(day));
    });
  }

  get #days() {
    return [...this.querySelectorAll("[data-track]")].map(({ dataset }) => dataset.track);
  }

  #track(day) {
    return this.querySelector(`[data-track="${day}"]`);
  }

  /** What is just being painted on a day. */
  #stroke(day) {
    if (!this.#brush || !this.#painted.days.includes(day)) return [];
    const { from, to, open } = this.#painted;
    return [bar([from, to], open ? "week__stroke" : "week__stroke week__stroke--closing", `${clockOf(from)}–${clockOf(to)}`)];
  }

  /** Days, minutes and sense of the brush, from wherever to wherever it was drawn. */
  get #painted() {
    const { day, minute, toDay, toMinute, open } = this.#brush;
    const days = this.#days;
    const [first, last] = [days.indexOf(day), days.indexOf(toDay)].sort((a, b) => a - b);
    const [low, high] = [minute, toMinute].sort((a, b) => a - b);
    const from = Math.min(low, DAY - STEP);
    return { days: days.slice(first, last + 1), from, to: Math.min(high + STEP, from + DAY), open };
  }

  #down(event) {
    const track = event.target.closest("[data-track]");
    if (!track || !this.editable || event.button !== 0) return;
    const day = track.dataset.track;
    const minute = Math.min(this.#minute(track, event), DAY - STEP);
    this.#brush = { day, minute, open: !isOpen(this.#week[day], minute), toDay: day, toMinute: minute };
    this.setPointerCapture(event.pointerId);
    event.preventDefault();
    this.show(this.#week);
  }

  #moved(event) {
    if (!this.#brush) return;
    const row = this.#days.find((day) => event.clientY <= this.#track(day).getBoundingClientRect().bottom + 2) ?? this.#days.at(-1);
    this.#brush = { ...this.#brush, toDay: row, toMinute: this.#minute(this.#track(row), event) };
    this.show(this.#week);
  }

  #up() {
    if (!this.#brush) return;
    const detail = this.#painted;
    this.#leave();
    this.dispatchEvent(new CustomEvent("week-paint", { detail, bubbles: true }));
  }

  #leave() {
    this.#brush = null;
    this.show(this.#week);
  }

  /** The begin of the step below the pointer. */
  #minute(track, event) {
    const box = track.getBoundingClientRect();
    const share = clamp((event.clientX - box.left) / box.width, 0, 0.9999);
    return Math.floor((share * SHOWN) / STEP) * STEP;
  }
}

function bar([begin, end], name, words = "") {
  const element = document.createElement("span");
  element.className = name;
  element.textContent = words;
  element.style.left = `${(begin / SHOWN) * 100}%`;
  element.style.width = `${((Math.min(end, SHOWN) - begin) / SHOWN) * 100}%`;
  return element;
}

customElements.define("week-grid", WeekGrid);
