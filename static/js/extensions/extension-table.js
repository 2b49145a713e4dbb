/** <extension-table>: which camera runs what; rows are ticked for work on many, status changes in place. */

import { text } from "../frame/strings.js";
import { write } from "../frame/time.js";
import { levelOf } from "../live/status.js";
import { store } from "../live/store.js";
import { startFilters } from "../overview/filters.js";
import { startTicks } from "../overview/ticks.js";

class ExtensionTable extends HTMLElement {
  #life = null;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    store.addEventListener("cameras", () => this.#show(), { signal });
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
      this.#showCell(row.querySelector("[data-extension=occupancy]"), state.occupancy);
      this.#showCell(row.querySelector("[data-extension=nonmask]"), state.mask);
    }
  }

  /** state: of the extension, null when its worker says nothing of it. */
  #showCell(cell, state) {
    const status = cell.querySelector("[data-field=status]");
    if (!state || !status) return;
    status.dataset.level = levelOf(state.status);
    write(status, text(`status_${state.status.replace(" ", "_")}`));
    write(cell.querySelector("[data-field=network]"), state.network || "–");
  }
}

customElements.define("extension-table", ExtensionTable);
