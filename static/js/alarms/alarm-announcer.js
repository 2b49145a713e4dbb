/**
 * <alarm-announcer>: tells of a new alarm wherever one is: by voice for screen readers, and by a note with the way
 * to it on every page but the list itself. <alarm-sound> lets it be heard.
 */

import { text } from "../frame/strings.js";
import { store } from "../live/store.js";

const SHOWN_MS = 8000;
const MOST = 2;

class AlarmAnnouncer extends HTMLElement {
  connectedCallback() {
    store.addEventListener("alarm", ({ detail }) => detail.isNew && this.#announce(detail));
  }

  #announce(alarm) {
    const values = { area: alarm.area_name, camera: alarm.camera_name, ...numbers(alarm) };
    this.querySelector("[data-part=spoken]").textContent = text(alarm.extension === "occupancy" ? "new_alarm" : "new_mask_alarm", values);
    if (!this.hasAttribute("data-silent")) this.#note(alarm);
  }

  #note(alarm) {
    const note = this.querySelector("template").content.firstElementChild.cloneNode(true);
    const link = note.querySelector("a");
    link.href = this.dataset.url.replace("00000000-0000-0000-0000-000000000000", alarm.id);
    link.textContent = `${alarm.area_name || text("non_mask")} · ${alarm.camera_name}`;
    const { count, threshold } = numbers(alarm);
    note.querySelector("[data-field=count]").textContent = alarm.extension === "occupancy" ? `${count}/${threshold}` : "";
    note.querySelector("[data-field=simulated]").hidden = !alarm.simulated;
    note.querySelector("button").addEventListener("click", () => note.remove());
    const notes = this.querySelector("[data-part=notes]");
    notes.append(note);
    while (notes.children.length > MOST) notes.firstElementChild.remove();
    setTimeout(() => note.remove(), SHOWN_MS);
  }
}

/** A camera that tells of an alarm by itself need not say how many. */
function numbers({ count, threshold }) {
  return { count: count ?? "–", threshold: threshold ?? "–" };
}

customElements.define("alarm-announcer", AlarmAnnouncer);
