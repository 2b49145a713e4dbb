import assert from "node:assert/strict";
import { test } from "node:test";

import { sinceStart, placeAt, sceneAt, stepped } from "../../static/js/alarms/clip-times.js";
import { seenOf } from "../../static/js/alarms/seen.js";

const FRAMES = [{ at: 0 }, { at: 0.2 }, { at: 0.4 }, { at: 1.2 }];

test("a picture is shown until the next one comes", () => {
  const places = [-1, 0, 0.19, 0.2, 0.3999, 0.4, 1.1, 1.2, 9].map((time) => placeAt(FRAMES, time));

  assert.deepEqual(places, [0, 0, 0, 1, 2, 2, 2, 3, 3]);
});

test("a step goes to the picture beside it, and never out of the clip", () => {
  const walk = (time, by, times) => Array.from({ length: times }, () => (time = stepped(FRAMES, time, by))).map((at) => placeAt(FRAMES, at));

  assert.deepEqual(walk(0, 1, 5), [1, 2, 3, 3, 3]);
  assert.deepEqual(walk(1.3, -1, 5), [2, 1, 0, 0, 0]);
});

test("areas come with the outlines that the clip tells once", () => {
  const area = { number: 2, name: "Hall", count: 3 };
  const clip = { outlines: { 2: [[0, 0], [1, 0], [1, 1]] }, frames: [{ at: 0, areas: [], boxes: [], faces: [] }, { at: 1, areas: [area], boxes: [], faces: [] }] };

  assert.deepEqual(sceneAt(clip, 0.5).areas, []);
  assert.deepEqual(sceneAt(clip, 1).areas, [{ ...area, polygon: clip.outlines[2] }]);
});

test("times are told from the start of the alarm", () => {
  assert.deepEqual([-5, -0.04, 0, 0.36, 12].map(sinceStart), ["−5.0 s", "+0.0 s", "+0.0 s", "+0.4 s", "+12.0 s"]);
});

test("an alarm shows what its own extension saw", () => {
  const scene = {
    areas: [{ number: 1 }],
    boxes: [{ id: 1, role: "alarm", below: false }, { id: 2, role: "none", below: false }, { id: 3, role: "none", below: true }],
    faces: [{ id: 7, verdict: "no_mask", score: 60 }, { id: 8, verdict: "no_mask", score: 60, alarm: true }],
  };
  const areas = seenOf(scene, { extension: "occupancy" });
  const faces = seenOf(scene, { extension: "nonmask", face: "7" });

  assert.deepEqual([areas.areas.length, areas.boxes.map(({ id }) => id), areas.faces], [1, [2, 1], []]);
  assert.deepEqual([faces.areas, faces.boxes], [[], []]);
  assert.deepEqual(faces.faces.map(({ id, alarm }) => [id, alarm]), [[8, false], [7, true]]);
});
