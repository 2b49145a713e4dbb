/** What the settings of non-mask in the form would make of the live picture: which faces are looked at, and which count. */

import { text } from "../frame/strings.js";
import { judgeFaces } from "../overlay/faces.js";
import { BasicDesk } from "./basic-desk.js";
import { DetectionDesk } from "./detection-desk.js";
import { facesLookedAt } from "./preview.js";

export class MaskPreview {
  #form;

  /** desk: of the tab on which polygons are drawn, null on the others. */
  constructor(view, signal) {
    this.#form = view.form;
    const editor = view.querySelector("area-editor");
    this.desk = editor ? new BasicDesk(view, new DetectionDesk(view, editor, signal), signal) : null;
  }

  areas() {
    return [];
  }

  judge() {
    return { boxes: [], thresholds: {} };
  }

  faces(frame) {
    const { now } = this.#form.draft;
    const looked = facesLookedAt(frame.faces ?? [], this.desk?.shown ?? now.area, this.desk?.zones ?? now.ignore_zones);
    const thresholds = { mask: now.threshold_mask, no_mask: now.threshold_no_mask };
    return judgeFaces(looked, thresholds, (reason) => text(`reason_${reason}`));
  }
}
