/**
 * <schedule-form>: the operation schedule of a camera (EXT-4): always on, or a weekly table with exceptions. What a schedule
 * means (open until …, the next seven days) is asked of the server while it is changed: it knows the time zone and its
 * changes of the clock. Event "draft-change" after every change.
 */

import "./history-trial.js";
import "./save-bar.js";
import "./week-grid.js";
import { text } from "../frame/strings.js";
import { write } from "../frame/time.js";
import { Draft } from "./draft.js";
import { copyDay, overlap, paint, readRanges, writeRanges } from "./schedule-model.js";
import { send } from "./sending.js";

const ASK_MS = 250;

class ScheduleForm extends HTMLElement {
  data = JSON.parse(document.getElementById("settings-data").textContent);
  draft = new Draft(home(this.data.schedule));

  #typed = new Map(); // path -> what was typed and is no list of ranges
  #refused = new Map(); // path -> what the server said
  #asking = null;
  #saving = Promise.resolve(); // one save after the other: each is made from the version that the one before has given

  connectedCallback() {
    this.grid.editable = this.data.editable;
    this.addEventListener("input", (event) => this.#input(event.target));
    this.addEventListener("change", (event) => this.#copy(event.target));
    this.addEventListener("click", (event) => this.#pressed(event.target));
    this.addEventListener("week-paint", ({ detail }) => this.#paint(detail));
    this.addEventListener("submit", (event) => this.#submitted(event));
    this.addEventListener("save-discard", () => this.#discard());
    this.addEventListener("save-again", () => this.#again());
    this.draft.set("always", this.querySelector("[data-path=always]").checked); // pressed before this script was there
    const typed = this.#times.filter(({ value }) => value !== "").map((input) => [input, input.value]); // so are these
    this.#showAll();
    for (const [input, value] of typed) this.#keep(input, value);
    this.#showMeaning(this.data.preview);
  }

  get grid() {
    return this.querySelector("week-grid");
  }

  get bar() {
    return this.querySelector("save-bar");
  }

  /** What is typed, for whoever tries it: {body, refuse(problems)}; null while a field has a problem, which gets the focus. */
  proposal() {
    if (this.#toFirstProblem()) return null;
    return { body: { schedule: this.draft.now }, refuse: (problems) => this.#showProblems(problems) };
  }

  /** The fields of the days of the week; the server leaves them empty. */
  get #times() {
    return [...this.querySelectorAll("[data-ranges^='week.']")];
  }

  #keep(input, value) {
    input.value = value;
    this.#ranges(input.dataset.ranges, value);
  }

  get #token() {
    return this.querySelector("[name=csrfmiddlewaretoken]").value;
  }

  #input(input) {
    const { path, ranges } = input.dataset;
    if (ranges) this.#ranges(ranges, input.value);
    else if (path) this.#set(path, input.type === "checkbox" ? input.checked : input.value);
  }

  #ranges(path, typed) {
    const read = readRanges(typed);
    if (read) {
      this.#typed.delete(path);
      this.draft.set(path, read);
    } else this.#typed.set(path, typed);
    this.#changed();
  }

  #set(path, value) {
    this.draft.set(path, value);
    this.#refused.delete(path);
    this.#changed();
  }

  #paint({ days, from, to, open }) {
    for (const day of days) this.draft.set(`week.${day}`, paint(this.draft.get(`week.${day}`), from, to, open));
    this.#typed.clear();
    this.#refused.clear();
    this.#showFields();
    this.#changed();
  }

  /** "Copy to …" of a day. */
  #copy(select) {
    const { copy } = select.dataset;
    if (!copy || !select.value) return;
    this.draft.set("week", copyDay(this.draft.get("week"), copy, select.value.split(" ")));
    select.value = "";
    this.#showFields();
    this.#changed();
  }

  #pressed(target) {
    const exceptions = this.draft.get("exceptions");
    const row = target.closest("[data-remove-exception]")?.closest("[data-exception]");
    if (target.closest("[data-action=add-exception]")) this.#exceptions([...exceptions, { date: "", ranges: [], name: "" }]);
    else if (row) this.#exceptions(exceptions.filter((_, place) => place !== Number(row.dataset.exception)));
  }

  #exceptions(exceptions) {
    this.draft.set("exceptions", exceptions);
    this.#refused.clear();
    this.#showExceptions();
    this.#changed();
  }

  #changed() {
    this.grid.show(this.draft.get("week"));
    this.#mark();
    clearTimeout(this.#asking);
    this.#asking = setTimeout(() => this.#ask(), ASK_MS);
  }

  /** What the schedule would mean; a refused one leaves the last answer, its problems are at the fields. */
  async #ask() {
    const answer = await send(this.data.preview_url, this.draft.now, this.#token);
    if (answer.outcome === "saved") this.#showMeaning(answer);
  }

  #showAll() {
    this.#typed.clear();
    this.#refused.clear();
    this.#showFields();
    this.grid.show(this.draft.get("week"));
    this.#mark();
  }

  #showFields() {
    this.querySelector("[data-path=always]").checked = this.draft.get("always");
    for (const input of this.#times) input.value = writeRanges(this.draft.get(input.dataset.ranges));
    this.#showExceptions();
  }

  #showExceptions() {
    const list = this.querySelector("[data-part=exceptions]");
    const rows = this.draft.get("exceptions").map((one, place) => this.#exceptionRow(one, place));
    list.replaceChildren(...rows);
    this.querySelector("[data-part=no-exceptions]").hidden = rows.length > 0;
  }

  #exceptionRow({ date, ranges, name }, place) {
    const row = this.querySelector("[data-part=exception]").content.firstElementChild.cloneNode(true);
    row.dataset.exception = String(place);
    const fields = { date, name };
    for (const [key, value] of Object.entries(fields)) {
      const input = row.querySelector(`[data-key=${key}]`);
      input.dataset.path = `exceptions[${place}].${key}`;
      input.value = value;
    }
    const input = row.querySelector("[data-key=ranges]");
    input.dataset.ranges = `exceptions[${place}].ranges`;
    input.value = writeRanges(ranges);
    return row;
  }

  /** Dots and messages of every row; how many changes there are. */
  #mark() {
    const { always } = this.draft.now;
    this.querySelector("[data-part=tables]").hidden = always;
    let problems = 0;
    for (const row of this.querySelectorAll("[data-row]")) problems += this.#markRow(row, this.#problemOf(row.dataset.row), this.draft.isChanged(row.dataset.row));
    for (const row of this.querySelectorAll("[data-exception]")) {
      const path = `exceptions[${row.dataset.exception}]`;
      problems += this.#markRow(row, this.#problemOf(`${path}.ranges`) || this.#saidBelow(path), this.draft.isChanged(path));
    }
    const changes = this.#paths.filter((path) => this.draft.isChanged(path)).length;
    this.bar?.count(Math.max(changes, this.#typed.size ? 1 : 0), always ? 0 : problems);
    this.dispatchEvent(new Event("draft-change"));
    return always ? 0 : problems;
  }

  #markRow(row, problem, changed) {
    row.toggleAttribute("data-changed", changed);
    const error = row.querySelector("[data-part=error]");
    error.hidden = !problem;
    write(error, problem);
    row.querySelector("[data-ranges]").setAttribute("aria-invalid", String(Boolean(problem)));
    return problem ? 1 : 0;
  }

  #problemOf(path) {
    if (this.#typed.has(path)) return text("range_form", { value: this.#typed.get(path) });
    return overlap(this.draft.get(path)) ? text("range_overlap") : this.#saidBelow(path);
  }

  /** What the server refused at a path or inside of it. */
  #saidBelow(path) {
    const found = [...this.#refused].find(([refused]) => refused === path || refused.startsWith(`${path}[`) || refused.startsWith(`${path}.`));
    return found ? found[1] : "";
  }

  #submitted(event) {
    event.preventDefault();
    this.#saving = this.#saving.finally(() => this.#save());
  }

  async #save() {
    if (this.#toFirstProblem() || !this.#paths.some((path) => this.draft.isChanged(path))) return;
    this.bar.saving();
    const sent = this.draft.now;
    this.#answered(await send(this.data.url, { version: this.data.version, schedule: sent }, this.#token), sent);
  }

  /** Everything that can differ, in the parts that are counted. */
  get #paths() {
    return [...[...this.querySelectorAll("[data-row]")].map(({ dataset }) => dataset.row), "always", "exceptions"];
  }

  /** Put the focus on the first field with a problem; whether there is one. */
  #toFirstProblem() {
    if (!this.#mark()) return false;
    this.querySelector("[aria-invalid=true]")?.focus();
    return true;
  }

  #answered(answer, sent) {
    if (answer.outcome === "saved") this.#saved(answer, sent);
    else if (answer.outcome === "refused") this.#showProblems(answer.problems);
    else if (answer.outcome === "stale") {
      this.data.theirs = answer;
      this.bar.stale(answer.message);
    } else this.bar.failed(answer.message);
  }

  #saved({ schedule, version, camera_version }, sent) {
    this.data.version = version;
    this.draft.take(home(schedule), sent, this.#paths);
    this.#showAll();
    this.bar.saved(camera_version);
    this.#ask();
  }

  #showProblems(problems) {
    this.#refused = new Map(problems.map(({ path, message }) => [path.replace(/^schedule\./, ""), message]));
    this.#mark();
    this.querySelector("[aria-invalid=true]")?.focus();
    this.bar.failed(problems.map(({ message }) => message).join(" "));
  }

  #discard() {
    this.draft.discard();
    this.#showAll();
    this.#ask();
  }

  /** Somebody else's schedule below, what was changed here on top of it. */
  #again() {
    const { schedule, version } = this.data.theirs;
    this.data.version = version;
    this.draft.rebase(home(schedule), this.#paths);
    this.#showAll();
    this.#ask();
  }

  /** Open or closed now, and the next seven days. */
  #showMeaning({ open, now, days }) {
    const state = this.querySelector("[data-part=now]");
    state.dataset.level = open ? "fine" : "idle";
    write(state, now);
    this.querySelector("[data-part=days]").replaceChildren(...days.map((day) => this.#dayRow(day)));
  }

  #dayRow({ title, name, spans }) {
    const row = this.querySelector("[data-part=day]").content.firstElementChild.cloneNode(true);
    write(row.querySelector("[data-field=title]"), title);
    write(row.querySelector("[data-field=spans]"), spans.map(([begin, end]) => `${begin}–${end}`).join(", ") || text("closed"));
    write(row.querySelector("[data-field=exception]"), name);
    return row;
  }
}

/** A schedule with all its tables, as the form has it. */
function home({ always, week = {}, exceptions = [] }) {
  const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
  return { always, week: Object.fromEntries(days.map((day) => [day, week[day] ?? []])), exceptions };
}

customElements.define("schedule-form", ScheduleForm);
