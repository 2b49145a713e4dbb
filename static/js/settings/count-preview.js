/** What the settings of occupancy in the form would make of the live picture: areas, boxes and counts. */

import { judge } from "../overlay/scores.js";
import { AreaDesk } from "./area-desk.js";
import { BasicDesk } from "./basic-desk.js";
import { draftAreas, draftKinds, draftThresholds, withoutIgnored, withPoints } from "./preview.js";

export class CountPreview {
  #form;

  /** desk: of the tab on which polygons are drawn, null on the others. */
  constructor(view, signal) {
    this.#form = view.form;
    const editor = view.querySelector("area-editor");
    this.desk = editor ? new BasicDesk(view, new AreaDesk(view, editor, signal), signal) : null;
  }

  areas(frame) {
    return draftAreas(this.desk?.shown ?? this.#form.draft.now.areas, frame.areas);
  }

  judge(boxes, frame) {
    const { now } = this.#form.draft;
    const thresholds = draftThresholds(now, frame.monochrome);
    const judged = judge(withPoints(boxes, now.reference_point), this.areas(frame), thresholds, draftKinds(now));
    return { boxes: withoutIgnored(judged, this.desk?.zones ?? now.ignore_zones), thresholds };
  }

  faces() {
    return [];
  }
}
