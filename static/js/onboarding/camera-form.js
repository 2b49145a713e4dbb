/** <camera-form>: shows the fields of the chosen kind of camera, the address it gives, and where the mistakes are. */

import { startMistakes } from "../frame/mistakes.js";
import { addressOf, partsOf } from "./address.js";

class CameraForm extends HTMLElement {
  #form = null;
  #life = null;

  connectedCallback() {
    this.#life = new AbortController();
    this.#form = this.querySelector("form");
    this.#form.addEventListener("input", () => this.#show());
    startMistakes(this, this.#life.signal);
    this.#show();
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  #show() {
    const { source, host, stream } = this.#form.elements;
    if (!source) return;
    const { address = "", sensor = "" } = source.selectedOptions[0].dataset;
    const parts = partsOf(address, sensor);
    for (const part of this.querySelectorAll("[data-for]")) part.hidden = !parts.includes(part.dataset.for);
    if (!address) return;
    const channel = sensor && this.#form.querySelector("[name=channels]:checked")?.value;
    const facts = { host: host.value, stream: stream.value, channel };
    this.querySelector("[data-part=preview]").textContent = addressOf(channel ? sensor : address, facts);
  }
}

customElements.define("camera-form", CameraForm);
