/**
 * Zones of a picture as the editor holds them: always eight places, each under a key of its own, empty until it is drawn. So
 * undo and redo bring a removed zone back where it was. Pure.
 */

import { intoPicture, isInside } from "../overlay/geometry.js";

export const MOST_ZONES = 8;
const KEY = /^zone-(\d)$/;

export function zoneKey(place) {
  return `zone-${place}`;
}

/** The place of a key; -1 for one of something else. */
export function placeOf(key) {
  const found = KEY.exec(key ?? "");
  return found ? Number(found[1]) : -1;
}

/** {key: polygon} of all eight places. */
export function placesOf(polygons) {
  return Object.fromEntries(Array.from({ length: MOST_ZONES }, (_, place) => [zoneKey(place), polygons[place] ?? []]));
}

/** The places that are drawn, in order: those that are kept when they are saved. */
export function drawnPlaces(polygons) {
  return Array.from({ length: MOST_ZONES }, (_, place) => place).filter((place) => polygons[zoneKey(place)]?.length);
}

/** The first place that is free; -1 when all eight are drawn. */
export function freePlace(polygons) {
  const drawn = drawnPlaces(polygons);
  return Array.from({ length: MOST_ZONES }, (_, place) => place).find((place) => !drawn.includes(place)) ?? -1;
}

/** Where a point is after turning the picture clockwise, as cameras/rotation.py has it. */
export function turnedPoint([x, y], degrees) {
  const turns = { 0: [x, y], 90: [whole(1 - y), x], 180: [whole(1 - x), whole(1 - y)], 270: [y, whole(1 - x)] };
  return turns[((degrees % 360) + 360) % 360];
}

export function turnedPolygons(polygons, degrees) {
  return polygons.map((polygon) => polygon.map((point) => turnedPoint(point, degrees)));
}

/** Whether an object is never counted where it stands: its reference point is in an ignore zone of its kind (OCC-35). */
export function isIgnored(box, zones) {
  const point = intoPicture(box.point);
  return zones.some(({ objects, polygon }) => (objects ?? [box.kind]).includes(box.kind) && isInside(point, polygon));
}

function whole(fraction) {
  return Math.round(fraction * 1e9) / 1e9;
}
