/**
 * <settings-form>: one tab of a camera's settings. Every field is checked while it is typed into, in the server's words;
 * what differs from what is saved has a dot; nothing that was typed is lost by a refused save or by somebody else's.
 *
 * Its data lie in the page's JSON block "settings-data": {kind, version, settings, fields, tab, keys, areas, ...};
 * proposed: {place, values} of an area, values by their path: what an address brings is typed in, not saved.
 * A row is [data-setting="path"]; [data-when="path"] is shown while the switch at that path is on.
 * Events: "draft-rows" before the rows are filled, for whoever makes rows of a list; "draft-change" (bubbling) after every
 * change. Property `draft`.
 */

import "./band-list.js";
import "./history-trial.js";
import "./save-bar.js";
import { text } from "../frame/strings.js";
import { write } from "../frame/time.js";
import { allAreas, formPath, placesToSend, statusProblem } from "./area-list.js";
import { bandProblem, listOf } from "./band-model.js";
import { brokenRule, problemOf, sentence } from "./checks.js";
import { Draft } from "./draft.js";
import { isTouched, readRow, showRow } from "./rows.js";
import { send } from "./sending.js";

class SettingsForm extends HTMLElement {
  data = JSON.parse(document.getElementById("settings-data").textContent);
  draft = new Draft(this.#home(this.data.settings));

  #refused = new Map(); // path -> what the server said about it
  #drawn = []; // paths that have no row: polygons
  #saving = Promise.resolve(); // one save after the other: each is made from the version that the one before has given

  connectedCallback() {
    this.addEventListener("input", (event) => this.#typed(event.target.closest("[data-setting]")));
    this.addEventListener("submit", (event) => this.#submitted(event));
    this.addEventListener("save-discard", () => this.#discard());
    this.addEventListener("save-again", () => this.#again());
    this.#drawn = [...this.draft.now.areas.map((_, place) => `areas[${place}].polygon`), "area"];
    for (const [path, value] of Object.entries(this.data.proposed?.values ?? {})) this.draft.set(path, value); // OPR-9
    this.#takeTyped();
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

  /** Change a list whose rows come and go with it. */
  changeList(path, value) {
    this.draft.set(path, value);
    for (const refused of [...this.#refused.keys()]) if (listOf(refused) === path) this.#refused.delete(refused);
    this.#fill();
    this.#changed();
  }

  /** What is typed, for whoever tries it: {body, refuse(problems)}; null while a field has a problem, which gets the focus. */
  proposal() {
    if (this.#toFirstProblem()) return null;
    const { settings, places } = this.#settings();
    return { body: { settings }, refuse: (problems) => this.#refuse(problems, places) };
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
    return [...new Set([...this.#rows.map((row) => listOf(row.dataset.setting)), ...this.#drawn, "bands", "ignore_zones"])];
  }

  /** Settings as the form has them: all four areas, and no secret typed yet. */
  #home(settings) {
    const areas = allAreas(settings.areas ?? [], this.data.areas);
    return { ...settings, areas, secrets: Object.fromEntries(this.data.secrets.map((name) => [name, ""])) };
  }

  /** What somebody has typed before this script was there goes on as a change. */
  #takeTyped() {
    for (const row of this.#rows.filter(isTouched)) this.draft.set(row.dataset.setting, readRow(row, this.about(row.dataset.setting)));
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
    this.#fill();
    this.#refused.clear();
    this.#changed();
  }

  #fill() {
    this.dispatchEvent(new Event("draft-rows"));
    for (const row of this.#rows) showRow(row, this.about(row.dataset.setting), this.draft.get(row.dataset.setting));
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
    const problem = problemOf(this.about(path), this.draft.get(path));
    if (problem) return problem;
    const band = bandProblem(path, this.draft.now);
    return band ? sentence(this.about("bands"), band, "") : (this.data.rules[brokenRule(path, this.draft.now)] ?? "");
  }

  #submitted(event) {
    if (event.target.closest("dialog")) return; // Reset to default is sent by the browser
    event.preventDefault();
    this.#saving = this.#saving.finally(() => this.#save());
  }

  async #save() {
    if (this.#toFirstProblem() || !this.#paths.some((path) => this.draft.isChanged(path))) return;
    this.bar.saving();
    const now = this.draft.now;
    const { settings, places } = this.#settings();
    const { secrets: typed } = now;
    const secrets = Object.fromEntries(this.data.secrets.filter((name) => typed[name] !== "").map((name) => [name, typed[name] ?? ""]));
    const token = this.querySelector("[name=csrfmiddlewaretoken]").value;
    this.#answered(await send(this.data.url, { version: this.data.version, settings, secrets }, token), places, now);
  }

  /** The settings of this tab as they are sent; places: which of the form's areas are among them. */
  #settings() {
    const { areas } = this.draft.now;
    const places = placesToSend(areas, this.data.areas, this.data.stored_areas);
    const sent = { ...this.draft.now, areas: places.map((place) => areas[place]) };
    return { places, settings: Object.fromEntries(this.data.keys.map((key) => [key, sent[key]])) };
  }

  #answered(answer, places, sent) {
    if (answer.outcome === "saved") this.#saved(answer, sent);
    else if (answer.outcome === "refused") this.#refuse(answer.problems, places);
    else if (answer.outcome === "stale") this.#stale(answer);
    else this.bar.failed(answer.message);
  }

  #saved({ settings, version, camera_version, secrets_set }, sent) {
    this.#take(settings, version);
    this.data.secrets_set = secrets_set;
    for (const row of this.querySelectorAll("[data-secret]")) this.#showSet(row, secrets_set.includes(row.dataset.secret));
    this.draft.take(this.#home(settings), sent, this.#paths);
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
    this.data.stored_areas = (settings.areas ?? []).map(({ number }) => number);
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

  /** What the server refused, by the paths of what was sent. */
  #refuse(problems, places) {
    this.#showProblems(problems.map((one) => ({ ...one, path: formPath(one.path, places) })));
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
