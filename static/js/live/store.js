/**
 * What this page knows of the world: the newest state of every camera, the open alarms, the connection.
 *
 * <news-feed> writes; every other element listens: "cameras", "combined", "open", "alarm" (detail: the alarm), "names" (detail),
 * "shelving" (detail), "choice" (how the person is told), "hello" (connected, or connected again: fetch what may have been
 * missed), "connection".
 */

import { NewNames } from "./names.js";

class Store extends EventTarget {
  cameras = new Map(); // id -> CameraState of analytics/live.py
  combined = new Map(); // id -> CombinedState of analytics/combined_live.py
  open = new Map(); // id of an open alarm -> {site, camera, place, told, acknowledged, shelvedUntil}
  choice = { sound: "none", notify: false }; // how the person is told
  connection = { state: "connecting", since: null };
  #names = new NewNames();

  hello({ cameras, open, combined = [], choice = this.choice }) {
    this.cameras = new Map(cameras.map((state) => [state.camera, this.#names.on(state)]));
    this.combined = new Map(combined.map((state) => [state.combined, state]));
    this.open = new Map(open.map(({ id, ...facts }) => [id, facts]));
    this.setChoice(choice);
    for (const event of ["cameras", "open", "hello"]) this.#tell(event);
  }

  setCameras(states) {
    for (const state of states) this.cameras.set(state.camera, this.#names.on(state));
    this.#tell("cameras");
  }

  setCombined(states) {
    for (const state of states) this.combined.set(state.combined, state);
    this.#tell("combined");
  }

  setAlarm(alarm) {
    const known = this.open.has(alarm.id);
    if (alarm.state === "active") this.open.set(alarm.id, entryOf(alarm));
    else this.open.delete(alarm.id);
    this.#tell("alarm", { ...alarm, isNew: alarm.state === "active" && !known });
    this.#tell("open");
  }

  setNames(names) {
    this.#names.tell(names);
    const state = this.cameras.get(names.camera);
    if (state) this.cameras.set(names.camera, this.#names.on(state));
    this.#tell("names", names);
    this.#tell("cameras");
  }

  setChoice(choice) {
    this.choice = choice;
    this.#tell("choice");
  }

  setShelving(shelving) {
    this.#tell("shelving", shelving);
  }

  setConnection(state) {
    if (state === this.connection.state) return;
    this.connection = { state, since: Date.now() / 1000 };
    this.#tell("connection");
  }

  #tell(event, detail = null) {
    this.dispatchEvent(new CustomEvent(event, { detail }));
  }
}

/** What is kept of an open alarm; the same that a hello tells. */
function entryOf({ site, camera, area_name, camera_name, notified_count, acknowledged_at, shelved_until }) {
  const place = [area_name, camera_name].filter(Boolean).join(" · ");
  const [told, acknowledged] = [notified_count > 0, acknowledged_at !== null];
  return { site, camera, place, told, acknowledged, shelvedUntil: shelved_until };
}

export const store = new Store();
