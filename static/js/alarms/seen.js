/** What is drawn of a moment for one alarm: what its own extension saw. Pure functions, shared by picture and clip. */

import { judgeFaces } from "../overlay/faces.js";
import { inPaintOrder } from "../overlay/scores.js";

/**
 * A scene for `drawScene` of {areas, boxes, faces} as they were stored. extension: the alarm's; what another one saw is
 * left out. face: the number of the face that a non-mask alarm is about.
 */
export function seenOf({ areas = [], boxes = [], faces = [] }, { extension, face }) {
  if (extension !== "nonmask") return { areas, boxes: inPaintOrder(boxes.filter(({ below }) => !below)), faces: [] };
  const own = Number(face);
  const marked = faces.map((one) => ({ ...one, alarm: one.id === own }));
  return { areas: [], boxes: [], faces: judgeFaces(marked, {}, () => "") };
}
