import assert from "node:assert/strict";
import { test } from "node:test";

import { drawnPlaces, freePlace, isIgnored, placeOf, placesOf, turnedPolygons, zoneKey } from "../../static/js/areas/zones.js";
import { facesLookedAt, withoutIgnored } from "../../static/js/settings/preview.js";
import { isTouched } from "../../static/js/settings/rows.js";

const SQUARE = [[0, 0], [0.5, 0], [0.5, 0.5], [0, 0.5]];
const DOOR = [[0.1, 0.2], [0.4, 0.2], [0.4, 0.9]];

function box(more = {}) {
  return { id: 1, kind: "human", role: "area", below: false, point: [0.25, 0.25], ...more };
}

test("a zone has its place for good, whatever comes and goes beside it", () => {
  const polygons = { ...placesOf([SQUARE, DOOR]), [zoneKey(0)]: [] };

  assert.deepEqual(drawnPlaces(polygons), [1]);
  assert.equal(freePlace(polygons), 0);
  assert.equal(Object.keys(polygons).length, 8);
  assert.equal(freePlace(placesOf(Array(8).fill(SQUARE))), -1);
  assert.equal(placeOf(zoneKey(7)), 7);
  assert.equal(placeOf("3"), -1);
  assert.equal(placeOf(null), -1);
});

// CAM-4: a new rotation turns polygons with the picture.

test("polygons turn clockwise with the picture, and back", () => {
  assert.deepEqual(turnedPolygons([[[0, 0], [0.1, 0.2]]], 90), [[[1, 0], [0.8, 0.1]]]);
  assert.deepEqual(turnedPolygons([[[0.1, 0.2]]], 180), [[[0.9, 0.8]]]);
  assert.deepEqual(turnedPolygons([[[0.1, 0.2]]], 270), [[[0.2, 0.9]]]);
  assert.deepEqual(turnedPolygons([DOOR], 0), [DOOR]);
  for (const degrees of [90, 180, 270]) assert.deepEqual(turnedPolygons(turnedPolygons([DOOR], degrees), -degrees), [DOOR]);
});

// OCC-35: per object kind.

test("who stands in an ignore zone of its kind is in no area", () => {
  const everything = [{ objects: null, polygon: SQUARE }];
  const vehicles = [{ objects: ["vehicle"], polygon: SQUARE }];

  assert.equal(isIgnored(box(), everything), true);
  assert.equal(isIgnored(box(), vehicles), false);
  assert.equal(isIgnored(box({ kind: "vehicle" }), vehicles), true);
  assert.equal(isIgnored(box({ point: [0.6, 0.6] }), everything), false);
  assert.equal(isIgnored(box({ point: [0.25, -0.1] }), everything), true); // cut by the picture's edge
  assert.deepEqual(withoutIgnored([box(), box({ id: 2, point: [0.9, 0.9], role: "alarm" })], everything).map(({ id, role }) => [id, role]), [[1, "none"], [2, "alarm"]]);
  assert.deepEqual(withoutIgnored([box()], []), [box()]);
});

// UI 1: nothing that is typed is lost, not even before the scripts are there.

test("a row that differs from what the server made has been touched", () => {
  const row = (...controls) => ({ querySelectorAll: () => controls });
  const options = [{ defaultSelected: false }, { defaultSelected: true }];

  assert.equal(isTouched(row({ type: "text", value: "7", defaultValue: "5" })), true);
  assert.equal(isTouched(row({ type: "text", value: "5", defaultValue: "5" })), false);
  assert.equal(isTouched(row({ type: "checkbox", value: "on", defaultValue: "", checked: true, defaultChecked: true })), false);
  assert.equal(isTouched(row({ type: "checkbox", checked: true, defaultChecked: false })), true);
  assert.equal(isTouched(row({ type: "select-one", options, selectedIndex: 0 })), true);
  assert.equal(isTouched(row({ type: "select-one", options, selectedIndex: 1 })), false);
  assert.equal(isTouched(row({ type: "select-one", options: [{ defaultSelected: false }], selectedIndex: 0 })), false); // the browser's choice
});

// SPEC 5: the optional detection area and the ignore zones of masks; the centre of a face decides.

test("a face is looked at where its centre lies in the detection area and in no zone", () => {
  const [near, far] = [{ id: 1, box: [0.2, 0.2, 0.3, 0.3] }, { id: 2, box: [0.45, 0.45, 0.95, 0.95] }];
  const ids = (area, zones) => facesLookedAt([near, far], area, zones).map(({ id }) => id);

  assert.deepEqual(ids([], []), [1, 2]);
  assert.deepEqual(ids(SQUARE, []), [1]);
  assert.deepEqual(ids([], [{ polygon: SQUARE }]), [2]);
  assert.deepEqual(ids(SQUARE, [{ polygon: SQUARE }]), []);
});
