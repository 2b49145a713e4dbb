/** <shown-once>: a text that is never shown again, with a button that copies it; more than one line, too. */

import { text } from "./strings.js";

class ShownOnce extends HTMLElement {
  #life = null;

  connectedCallback() {
    this.#life = new AbortController();
    const button = this.querySelector("[data-action=copy]");
    button.hidden = false; // without this script there is nothing to press
    button.addEventListener("click", () => this.#copy(button), { signal: this.#life.signal });
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  async #copy(button) {
    const done = await copied([...this.querySelectorAll("code")]);
    button.textContent = text(done ? "copied" : "copy_by_hand");
    this.querySelector("[data-part=said]").textContent = button.textContent;
  }
}

/** Whether the clipboard has it. Without https browsers have no clipboard but that of the selection. */
async function copied(parts) {
  try {
    await navigator.clipboard.writeText(parts.map((part) => part.textContent).join("\n"));
    return true;
  } catch {
    getSelection().setBaseAndExtent(parts[0], 0, parts.at(-1), parts.at(-1).childNodes.length);
    return document.execCommand("copy");
  }
}

customElements.define("shown-once", ShownOnce);
