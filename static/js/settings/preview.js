/** What the settings in the form would do with the boxes and the faces of the live picture. Pure. */

import { isIgnored } from "../areas/zones.js";
import { isInside } from "../overlay/geometry.js";
import { inPaintOrder } from "../overlay/scores.js";

const POINTS = { bottom: ([, , , y2]) => y2, centre: ([, y1, , y2]) => (y1 + y2) / 2, top: ([, y1]) => y1 };

/** The areas of the form for the overlay; whether one is in alarm only the worker knows. */
export function draftAreas(areas, live) {
  return areas.map((area) => ({
    ...area,
    alarm: live.find(({ number }) => number === area.number)?.alarm ?? false,
  }));
}

/** (number) => kinds that an area counts: its own, or those of the camera. */
export function draftKinds({ areas, objects }) {
  return (number) => areas[number - 1]?.objects ?? objects;
}

/** The thresholds of the form for a picture with or without colour (OCC-25, OCC-26). */
export function draftThresholds(settings, monochrome) {
  const before = monochrome && settings.bw_thresholds ? "bw_" : "";
  return {
    head: settings[`${before}threshold_human_head`],
    body: settings[`${before}threshold_human_body`],
    vehicle: settings.threshold_vehicle,
    bicycle: settings.threshold_bicycle,
  };
}

/** Boxes with the reference point of the form (OCC-9). */
export function withPoints(boxes, reference) {
  const height = POINTS[reference];
  return height ? boxes.map((box) => ({ ...box, point: [(box.box[0] + box.box[2]) / 2, height(box.box)] })) : boxes;
}

/** Judged boxes; one in an ignore zone of its kind is in no area (OCC-35). */
export function withoutIgnored(boxes, zones) {
  if (zones.length === 0) return boxes;
  return inPaintOrder(boxes.map((box) => (isIgnored(box, zones) ? { ...box, role: "none" } : box)));
}

/** Faces whose centre lies in the detection area, which is everywhere while it is not drawn, and in no ignore zone. */
export function facesLookedAt(faces, area, zones) {
  return faces.filter(({ box: [x1, y1, x2, y2] }) => {
    const centre = [(x1 + x2) / 2, (y1 + y2) / 2];
    return (area.length === 0 || isInside(centre, area)) && !zones.some(({ polygon }) => isInside(centre, polygon));
  });
}
