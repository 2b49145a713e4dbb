/**
 * The areas of the form and of the settings. The form always has four, place = number - 1; the settings have those that are
 * drawn, or were stored before. Pure.
 */

import { same } from "./draft.js";

/** All four areas: those of the settings, the others as the factory made them. */
export function allAreas(areas, defaults) {
  return defaults.map((one) => areas.find(({ number }) => number === one.number) ?? one);
}

/** The places of the areas that go into the settings: stored before, drawn, or changed. */
export function placesToSend(areas, defaults, stored) {
  const places = areas.map((_, place) => place);
  return places.filter(
    (place) => stored.includes(areas[place].number) || areas[place].polygon.length > 0 || !same(areas[place], defaults[place]),
  );
}

/** The path in the form of a path in what was sent: "areas[1].name" of places [0, 2] is "areas[2].name". */
export function formPath(path, places) {
  return path.replace(/^areas\[(\d+)\]/, (whole, sent) => (Number(sent) in places ? `areas[${places[sent]}]` : whole));
}

/** Whether an area is On without a polygon (OCC-4): the values of the message, or null. */
export function statusProblem(path, areas) {
  const place = /^areas\[(\d)\]\.status$/.exec(path)?.[1];
  const area = place === undefined ? null : areas[place];
  return area?.status && area.polygon.length === 0 ? { number: area.number } : null;
}
