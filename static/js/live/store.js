/**
 * What this page knows of the world: the newest state of every camera, the open alarms, the connection.
 *
 * <news-feed> writes; every other element listens: "cameras", "open", "alarm" (detail: the alarm), "names" (detail),
 * "hello" (connected, or connected again: fetch what may have been missed), "connection".
 */

class Store extends EventTarget {
  cameras = new Map(); // id -> CameraState of analytics/live.py
  open = new Map(); // id of an open alarm -> {site, camera}
  connection = { state: "connecting", since: null };

  hello({ cameras, open }) {
    this.cameras = new Map(cameras.map((state) => [state.camera, state]));
    this.open = new Map(open.map(({ id, site, camera }) => [id, { site, camera }]));
    for (const event of ["cameras", "open", "hello"]) this.#tell(event);
  }

  setCameras(states) {
    for (const state of states) this.cameras.set(state.camera, state);
    this.#tell("cameras");
  }

  setAlarm(alarm) {
    const known = this.open.has(alarm.id);
    if (alarm.state === "active") this.open.set(alarm.id, { site: alarm.site, camera: alarm.camera });
    else this.open.delete(alarm.id);
    this.#tell("alarm", { ...alarm, isNew: alarm.state === "active" && !known });
    this.#tell("open");
  }

  setNames(names) {
    this.#tell("names", names);
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

export const store = new Store();
