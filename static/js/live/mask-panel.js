/**
 * <mask-panel>: beside the picture, how many faces wear a mask, what limits the answer, and how each vote stands (MASK-2 to
 * MASK-5, MASK-8). The counts are of the newest frame, as its frames are coloured.
 *
 * `update(mask, faces, quality, opening)`: MaskState of analytics/live.py and LiveFace of analytics/frame_live.py; quality {name, label} says how far to
 * trust them; opening: when the extension's schedule opens next, in words.
 */

import { text } from "../frame/strings.js";
import { write } from "../frame/time.js";
import { voteOf } from "../overlay/faces.js";

const COUNTS = ["mask", "no_mask", "not_judged"];
const BANNERS = {
  "no-network": ({ status }) => status === "no network",
  monochrome: ({ monochrome }) => monochrome,
  saturated: ({ saturated }) => saturated,
  crowded: ({ crowded, saturated }) => crowded && !saturated,
};

class MaskPanel extends HTMLElement {
  #rows = new Map(); // id of a face -> its row

  update(mask, faces, quality, opening) {
    const known = quality.name !== "unknown" && mask.mask !== null;
    this.dataset.state = known ? (mask.alarms.length > 0 ? "alarm" : "known") : "unknown";
    for (const name of COUNTS) write(this.#field(name), known ? String(mask[name]) : "–");
    write(this.#field("quality"), quality.label);
    this.#field("quality").dataset.quality = quality.name;
    write(this.#field("alarms"), text("n_alarms", { count: mask.alarms.length }));
    this.#banners(mask, known, opening);
    this.#faces(known ? faces : [], known);
  }

  #banners(mask, known, opening) {
    for (const [name, applies] of Object.entries(BANNERS)) {
      this.#banner(name).hidden = !(applies(mask) && (known || name === "no-network"));
    }
    const closed = mask.status === "outside schedule";
    this.#banner("closed").hidden = !closed;
    if (closed) write(this.#banner("closed").querySelector("[data-field=opening]"), opening);
    this.#banner("pose").hidden = !known || mask.pose_known || mask.monochrome;
  }

  /** Rows stay in their place as long as their face is there. */
  #faces(faces, known) {
    const here = new Set(faces.map(({ id }) => id));
    for (const [id, row] of this.#rows) {
      if (here.has(id)) continue;
      row.remove();
      this.#rows.delete(id);
    }
    for (const face of [...faces].sort((a, b) => a.id - b.id)) this.#face(face);
    this.querySelector("[data-part=nobody]").hidden = !known || faces.length > 0;
  }

  #face(face) {
    const row = this.#rows.get(face.id) ?? this.#newRow(face);
    row.dataset.verdict = face.verdict;
    row.toggleAttribute("data-alarm", face.alarm);
    const put = (name, value) => write(row.querySelector(`[data-field=${name}]`), value);
    put("verdict", text(`verdict_${face.verdict}`));
    put("score", String(face.score));
    put("reason", face.reason ? text(`reason_${face.reason}`) : "");
    const { key, values } = voteOf(face);
    put("vote", text(key, values));
    put("decided", face.decided ? text(`decided_${face.decided}`) : "");
    row.querySelector("[data-field=alarm]").hidden = !face.alarm;
  }

  #newRow(face) {
    const row = this.querySelector("template").content.firstElementChild.cloneNode(true);
    write(row.querySelector("[data-field=id]"), String(face.id));
    this.querySelector("[data-part=faces]").append(row);
    this.#rows.set(face.id, row);
    return row;
  }

  #field(name) {
    return this.querySelector(`[data-field=${name}]`);
  }

  #banner(name) {
    return this.querySelector(`[data-banner=${name}]`);
  }
}

customElements.define("mask-panel", MaskPanel);
