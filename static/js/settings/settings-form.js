/**
 * <settings-form>: one tab of a camera's settings. Every field is checked while it is typed into, in the server's words;
 * what differs from what is saved has a dot; nothing that was typed is lost by a refused save or by somebody else's.
 *
 * Its data lie in the page's JSON block "settings-data": {version, settings, fields, tab, keys, areas, ...}.
 * A row is [data-setting="path"]; [data-when="path"] is shown while the switch at that path is on.
 * Event "draft-change" (bubbling) after every change. Property `draft`.
 */

import "./save-bar.js";
import { text } from "../frame/strings.js";
import { write } from "../frame/time.js";
import { allAreas, formPath, placesToSend, statusProblem } from "./area-list.js";
import { problemOf, sentence } from "./checks.js";
import { Draft } from "./draft.js";
import { readRow, showRow } from "./rows.js";
import { send } from "./sending.js";

class SettingsForm extends HTMLElement {
  data = JSON.parse(document.getElementById("settings-data").textContent);
  draft = new Draft(this.#home(this.data.settings));

  #refused = new Map(); // path -> what the server said about it
  #drawn = []; // paths that have no row: polygons

  connectedCallback() {
    this.addEventListener("input", (event) => this.#typed(event.target.closest("[data-setting]")));
    this.addEventListener("submit", (event) => this.#submitted(event));
    this.addEventListener("save-discard", () => this.#discard());
    this.addEventListener("save-again", () => this.#again());
    this.#drawn = (this.draft.now.areas ?? []).map((_, place) => `areas[${place}].polygon`);
    this.#showAll();
  }

  /** The server's description of the field at a path. */
  about(path) {
    return this.data.fields[path.replace(/\[\d+\]/g, "[]")];
  }

  /** Change a value that is not typed: a polygon, or what follows from one. */
  change(path, value) {
    this.draft.set(path, value);
    this.#refused.delete(path);
    const row = this.#row(path);
    if (row) showRow(row, this.about(path), value);
    this.#changed();
  }

  get bar() {
    return this.querySelector("save-bar");
  }

  get #rows() {
    return [...this.querySelectorAll("[data-setting]")];
  }

  #row(path) {
    return this.querySelector(`[data-setting="${path}"]`);
  }

  get #paths() {
    return [...new Set([...this.#rows.map((row) => row.dataset.setting), ...this.#drawn])];
  }

  /** Settings as the form has them: all four areas, and no secret typed yet. */
  #home(settings) {
    const areas = allAreas(settings.areas ?? [], this.data.areas);
    return { ...settings, areas, secrets: Object.fromEntries(this.data.secrets.map((name) => [name, ""])) };
  }

  #typed(row) {
    if (!row) return;
    const path = row.dataset.setting;
    this.draft.set(path, readRow(row, this.about(path)));
    this.#refused.delete(path);
    this.#changed();
  }

  #changed() {
    this.#mark();
    this.dispatchEvent(new Event("draft-change", { bubbles: true }));
  }

  /** Every field from the draft, as after loading, discarding and saving. */
  #showAll() {
    for (const row of this.#rows) showRow(row, this.about(row.dataset.setting), this.draft.get(row.dataset.setting));
    this.#refused.clear();
    this.#changed();
  }

  #mark() {
    let problems = 0;
    for (const row of this.#rows) problems += this.#markRow(row) ? 1 : 0;
    for (const part of this.querySelectorAll("[data-when]")) part.hidden = !this.draft.get(part.dataset.when);
    this.bar?.count(this.#paths.filter((path) => this.draft.isChanged(path)).length, problems);
  }

  /** Dot and message of one field; the message. */
  #markRow(row) {
    const path = row.dataset.setting;
    const problem = this.#refused.get(path) ?? this.#problem(path);
    row.toggleAttribute("data-changed", this.draft.isChanged(path));
    for (const control of row.querySelectorAll("input, select, textarea")) control.setAttribute("aria-invalid", String(Boolean(problem)));
    const error = row.querySelector("[data-part=error]");
    error.hidden = !problem;
    write(error, problem);
    return problem;
  }

  #problem(path) {
    const undrawn = statusProblem(path, this.draft.now.areas);
    if (undrawn) return sentence(this.about("areas"), "status", true, undrawn);
    return problemOf(this.about(path), this.draft.get(path));
  }

  async #submitted(event) {
    if (event.target.closest("dialog")) return; // Reset to default is sent by the browser
    event.preventDefault();
    if (this.#toFirstProblem()) return;
    this.bar.saving();
    const { areas } = this.draft.now;
    const places = placesToSend(areas, this.data.areas, this.data.stored_areas);
    const sent = { ...this.draft.now, areas: places.map((place) => areas[place]) };
    const body = {
      version: this.data.version,
      settings: Object.fromEntries(this.data.keys.map((key) => [key, sent[key]])),
      secrets: Object.fromEntries(this.data.secrets.filter((name) => sent.secrets[name] !== "").map((name) => [name, sent.secrets[name] ?? ""])),
    };
    const token = this.querySelector("[name=csrfmiddlewaretoken]").value;
    this.#answered(await send(this.data.url, body, token), places);
  }

  #answered(answer, places) {
    if (answer.outcome === "saved") this.#saved(answer);
    else if (answer.outcome === "refused") this.#showProblems(answer.problems.map((one) => ({ ...one, path: formPath(one.path, places) })));
    else if (answer.outcome === "stale") this.#stale(answer);
    else this.bar.failed(answer.message);
  }

  #saved({ settings, version, camera_version, secrets_set }) {
    this.#take(settings, version);
    this.data.secrets_set = secrets_set;
    for (const row of this.querySelectorAll("[data-secret]")) this.#showSet(row, secrets_set.includes(row.dataset.secret));
    this.draft.take(this.#home(settings));
    this.#showAll();
    this.bar.saved(camera_version);
  }

  /** Whether a secret has a value on the server. */
  #showSet(row, isSet) {
    row.toggleAttribute("data-set", isSet);
    row.querySelector("input, textarea").placeholder = text(isSet ? "secret_set" : "secret_not_set");
  }

  #take(settings, version) {
    this.data.version = version;
    this.data.stored_areas = settings.areas.map(({ number }) => number);
  }

  #stale(answer) {
    this.data.theirs = answer;
    this.bar.stale(answer.message);
  }

  /** Somebody else's settings below, what was changed here on top of them; then it is saved once more by hand. */
  #again() {
    const { settings, version } = this.data.theirs;
    const paths = this.#paths;
    this.#take(settings, version);
    this.draft.rebase(this.#home(settings), paths);
    this.#showAll();
  }

  #discard() {
    this.draft.discard();
    this.#showAll();
  }

  /** The messages of the server at their fields; those of no field beside Save. */
  #showProblems(problems) {
    const homeless = problems.filter(({ path }) => !this.#row(path));
    this.#refused = new Map(problems.map(({ path, message }) => [path, message]));
    this.#mark();
    this.#toFirstProblem();
    this.bar.failed(homeless.length ? homeless.map(({ message }) => message).join(" ") : text("n_problems", { count: problems.length }));
  }

  /** Put the focus on the first field with a problem; whether there is one. */
  #toFirstProblem() {
    const row = this.#rows.find((one) => this.#markRow(one));
    if (!row) return false;
    this.dispatchEvent(new CustomEvent("draft-problem", { detail: row.dataset.setting, bubbles: true }));
    row.closest("details")?.setAttribute("open", "");
    row.querySelector("input, select, textarea").focus();
    return true;
  }
}

customElements.define("settings-form", SettingsForm);
