/**
 * <history-trial data-url="…">: try on history (OCC-33). What is typed, saved or not, is replayed by the server over the
 * days that were counted; the answer is said for each area. It lies in the form that it tries: <settings-form> or
 * <schedule-form>, whose `proposal()` says what is typed. The button is the form's [data-action=try].
 */

import { text } from "../frame/strings.js";
import { write } from "../frame/time.js";
import { send } from "./sending.js";

class HistoryTrial extends HTMLElement {
  #asked = 0; // the number of the newest question: an older answer is not shown
  #changes = 0; // how often something was typed

  connectedCallback() {
    this.#form.addEventListener("click", (event) => this.#pressed(event.target));
    this.#form.addEventListener("draft-change", () => this.#drafted());
    this.querySelector("select").addEventListener("change", () => this.#ask());
  }

  get #form() {
    return this.closest("settings-form, schedule-form");
  }

  #pressed(target) {
    if (target.closest("[data-action=try]")) this.#ask();
    if (target.closest("[data-action=close-trial]")) this.#close();
  }

  #close() {
    this.#asked += 1;
    this.hidden = true;
    this.#form.querySelector("[data-action=try]").focus();
  }

  async #ask() {
    const proposal = this.#form.proposal();
    if (!proposal) return;
    this.#asked += 1;
    const [question, changes] = [this.#asked, this.#changes];
    this.hidden = false;
    this.#say(text("trial_running"));
    this.setAttribute("aria-busy", "true");
    const days = Number(this.querySelector("select").value);
    const token = this.#form.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await send(this.dataset.url, { ...proposal.body, days }, token);
    if (question !== this.#asked) return;
    this.#answered(answer, proposal);
    if (changes !== this.#changes) this.#outdate();
  }

  #answered(answer, { refuse }) {
    this.removeAttribute("aria-busy");
    if (answer.outcome === "saved") this.#show(answer);
    else if (answer.outcome === "refused") {
      this.hidden = true;
      refuse(answer.problems);
    } else this.#say(answer.message, "bad");
  }

  #show({ areas, none }) {
    this.#say(none);
    this.#part("areas").replaceChildren(...areas.map((area) => this.#row(area)));
    this.#part("areas").removeAttribute("data-outdated");
  }

  #row({ number, name, words, notes }) {
    const row = this.#part("area").content.firstElementChild.cloneNode(true);
    const chip = row.querySelector("[data-field=trial-number]");
    chip.dataset.area = String(number);
    write(chip, String(number));
    write(row.querySelector("[data-field=name]"), name);
    row.querySelector("[data-field=words]").replaceChildren(...words.map((one) => paragraph(one)));
    row.querySelector("[data-field=notes]").replaceChildren(...notes.map((one) => paragraph(one)));
    return row;
  }

  #drafted() {
    this.#changes += 1;
    if (!this.hidden && !this.hasAttribute("aria-busy")) this.#outdate();
  }

  /** Something was typed since: the answer is for what was asked. */
  #outdate() {
    this.#part("areas").setAttribute("data-outdated", "");
    this.#say(text("trial_outdated"));
  }

  #say(words, level = "") {
    const note = this.#part("note");
    note.dataset.level = level;
    note.hidden = !words;
    write(note, words);
  }

  #part(name) {
    return this.querySelector(`[data-part=${name}]`);
  }
}

function paragraph(words) {
  const element = document.createElement("span");
  element.textContent = words;
  return element;
}

customElements.define("history-trial", HistoryTrial);
