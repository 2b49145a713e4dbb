/** <camera-table>: the list of cameras; what workers say changes in place, and rows are ticked for work on many. */

import { text } from "../frame/strings.js";
import { write } from "../frame/time.js";
import { levelOf } from "../live/status.js";
import { store } from "../live/store.js";
import { startFilters } from "./filters.js";
import { startTicks } from "./ticks.js";

class CameraTable extends HTMLElement {
  #life = null;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    store.addEventListener("cameras", () => this.#show(), { signal });
    store.addEventListener("open", () => this.#showOpen(), { signal });
    store.addEventListener("names", ({ detail }) => this.#rename(detail), { signal });
    startFilters(this.querySelector("[data-part=filters]"), signal);
    if (this.querySelector("#bulk")) startTicks(this, signal);
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  #show() {
    for (const row of this.querySelectorAll("[data-camera]")) {
      const state = store.cameras.get(Number(row.dataset.camera));
      if (!state || row.hasAttribute("data-disabled")) continue;
      const status = row.querySelector("[data-field=status]");
      status.dataset.level = row.querySelector(".thumbnail").dataset.level = levelOf(state.status);
      status.title = state.error;
      write(status, text(`status_${state.status.replace(" ", "_")}`));
      write(row.querySelector("[data-field=fps]"), state.status === "online" ? state.fps.toFixed(1) : "–");
      const worker = row.querySelector("[data-field=worker]");
      write(worker, (worker.title = state.worker));
    }
  }

  #showOpen() {
    const open = new Map();
    for (const { camera } of store.open.values()) open.set(camera, (open.get(camera) ?? 0) + 1);
    for (const row of this.querySelectorAll("[data-camera]")) {
      const chip = row.querySelector("[data-field=open]");
      const count = open.get(Number(row.dataset.camera)) ?? 0;
      chip.hidden = count === 0;
      write(chip.querySelector("[data-field=count]"), String(count));
    }
  }

  #rename({ camera, name }) {
    write(this.querySelector(`[data-camera="${camera}"] [data-field=name]`), name);
  }
}

customElements.define("camera-table", CameraTable);
