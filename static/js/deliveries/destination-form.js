/** <destination-form>: shows where the mistakes of a destination are. */

import { startMistakes } from "../frame/mistakes.js";

class DestinationForm extends HTMLElement {
  #life = null;

  connectedCallback() {
    this.#life = new AbortController();
    startMistakes(this, this.#life.signal);
  }

  disconnectedCallback() {
    this.#life.abort();
  }
}

customElements.define("destination-form", DestinationForm);
