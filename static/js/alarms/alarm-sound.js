/**
 * <alarm-sound>: the menu of how one is told: no sound, once for each alarm, until it is acknowledged; and notifications
 * of the browser, for which it asks when the box is pressed. The choice is the person's, kept on the server.
 */

import { notify } from "../frame/errors.js";
import { chime, play } from "../frame/sound.js";
import { text } from "../frame/strings.js";
import { store } from "../live/store.js";
import { freshOf, isAudible, isCalling } from "./telling.js";

const AGAIN_MS = 10_000;

class AlarmSound extends HTMLElement {
  #heard = null; // ids that were heard; null until the first hello: what is open then is no news
  #timer = null;

  connectedCallback() {
    store.addEventListener("choice", () => this.#show());
    store.addEventListener("open", () => this.#listen());
    this.querySelector("form").addEventListener("change", ({ target }) => this.#choose(target));
    this.#timer = setInterval(() => this.#call(), AGAIN_MS);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #listen() {
    const fresh = this.#heard ? freshOf(this.#heard, store.open, Date.now()) : [];
    if (fresh.length && store.choice.sound !== "none") chime();
    if (store.choice.notify) for (const id of fresh) this.#notify(id);
    this.#heard = new Set([...store.open].filter(([, entry]) => isAudible(entry, Date.now())).map(([id]) => id));
  }

  #call() {
    if (store.choice.sound === "until_acknowledged" && isCalling(store.open.values(), Date.now())) chime();
  }

  /** One for each alarm, however many tabs are open: they share the tag. */
  #notify(id) {
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    const { place = "" } = store.open.get(id);
    const note = new Notification(text("notification_title"), { body: place, tag: id });
    note.onclick = () => {
      window.focus();
      window.location.assign(this.dataset.url.replace("00000000-0000-0000-0000-000000000000", id));
    };
  }

  async #choose(target) {
    if (target.name === "notify" && target.checked && !(await isPermitted())) {
      target.checked = false;
      notify(text("notification_refused"));
      return;
    }
    const form = this.querySelector("form");
    const choice = { sound: form.elements.sound.value, notify: form.elements.notify.checked };
    if (!(await isSaved(form))) notify(text("send_error"));
    else store.setChoice(choice);
    this.#show();
    if (target.name === "sound" && store.choice.sound !== "none") play(); // so that one hears what to expect
  }

  #show() {
    const { sound, notify: told } = store.choice;
    const form = this.querySelector("form");
    form.elements.sound.value = sound;
    form.elements.notify.checked = told;
    this.dataset.sound = sound;
  }
}

/** Asked by a press only; refused where the page did not come by https. */
async function isPermitted() {
  return "Notification" in window && (await Notification.requestPermission()) === "granted";
}

async function isSaved(form) {
  try {
    const headers = { "HX-Request": "true" };
    return (await fetch(form.action, { method: "POST", body: new FormData(form), headers })).ok;
  } catch {
    return false;
  }
}

customElements.define("alarm-sound", AlarmSound);
