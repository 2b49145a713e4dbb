/** <camera-table>: the list of cameras; status and frames per second change in place. */

import { text } from "../frame/strings.js";
import { write } from "../frame/time.js";
import { levelOf } from "../live/status.js";
import { store } from "../live/store.js";

class CameraTable extends HTMLElement {
  #life = null;

  connectedCallback() {
    this.#life = new AbortController();
    store.addEventListener("cameras", () => this.#show(), { signal: this.#life.signal });
    store.addEventListener("names", ({ detail }) => this.#rename(detail), { signal: this.#life.signal });
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  #show() {
    for (const row of this.querySelectorAll("[data-camera]")) {
      const state = store.cameras.get(Number(row.dataset.camera));
      if (!state || row.hasAttribute("data-disabled")) continue;
      const status = row.querySelector("[data-field=status]");
      status.dataset.level = levelOf(state.status);
      status.title = state.error;
      write(status, text(`status_${state.status.replace(" ", "_")}`));
      write(row.querySelector("[data-field=fps]"), state.status === "online" ? state.fps.toFixed(1) : "–");
    }
  }

  #rename({ camera, name }) {
    write(this.querySelector(`[data-camera="${camera}"] [data-field=name]`), name);
  }
}

customElements.define("camera-table", CameraTable);
