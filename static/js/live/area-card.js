/** <area-card data-area="1">: one area beside the picture: Count, Time as a ring, Alarm!, its quality (DEMO-3, CNT-6). */

import { tenths } from "../frame/duration.js";
import { text } from "../frame/strings.js";
import { write } from "../frame/time.js";

class AreaCard extends HTMLElement {
  /** Show an AreaState; quality {name, label} says how far to trust it. */
  update(area, quality) {
    const known = quality.name !== "unknown" && area.status && area.count !== null;
    this.dataset.state = this.#state(area, known);
    this.#write("name", area.name);
    this.#write("count", known ? String(area.count) : "–");
    this.#write("threshold", String(area.threshold));
    this.#write("time", known ? tenths(area.timer_ms) : "–");
    this.#write("limit", tenths(area.time_ms));
    this.#write("quality", area.status ? quality.label : text("area_off"));
    this.querySelector("[data-field=quality]").dataset.quality = quality.name;
    this.#ring(known ? Math.min(1, area.timer_ms / Math.max(1, area.time_ms)) : 0);
  }

  /** What the sliders of this browser would count; null hides it. */
  preview(count) {
    const element = this.querySelector("[data-field=preview]");
    element.hidden = count === null || this.dataset.state === "off";
    if (count !== null) write(element, text("with_sliders", { count }));
  }

  #state(area, known) {
    if (!area.status) return "off";
    if (!known) return "unknown";
    if (area.alarm) return area.paused ? "alarm-paused" : "alarm";
    return area.state;
  }

  #ring(share) {
    this.querySelector("[data-field=ring]").setAttribute("stroke-dasharray", `${(share * 100).toFixed(1)} 100`);
  }

  #write(field, value) {
    write(this.querySelector(`[data-field=${field}]`), value);
  }
}

customElements.define("area-card", AreaCard);
