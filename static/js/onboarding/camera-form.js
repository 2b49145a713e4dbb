/** <camera-form>: shows the fields of the chosen kind of camera, the address it gives, and where the mistakes are. */

import { addressOf, partsOf } from "./address.js";

class CameraForm extends HTMLElement {
  #form = null;

  connectedCallback() {
    this.#form = this.querySelector("form");
    this.#form.addEventListener("input", () => this.#show());
    document.addEventListener("htmx:oobAfterSwap", this.#mark);
    document.addEventListener("htmx:afterRequest", this.#lead);
    this.#show();
  }

  disconnectedCallback() {
    document.removeEventListener("htmx:oobAfterSwap", this.#mark);
    document.removeEventListener("htmx:afterRequest", this.#lead);
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

  /** A mistake that came or went is known to screen readers at its field as well. */
  #mark = () => {
    for (const error of this.querySelectorAll(".field__error")) {
      const field = document.getElementById(error.id.replace(/-error$/, ""));
      if (field?.matches("input, select")) field.setAttribute("aria-invalid", String(!!error.textContent.trim()));
    }
  };

  /** To the first mistake, once all of them are there. */
  #lead = ({ detail }) => {
    if (detail.xhr?.status === 422) this.querySelector("[aria-invalid=true]")?.focus();
  };
}

customElements.define("camera-form", CameraForm);
