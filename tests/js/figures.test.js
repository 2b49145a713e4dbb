import assert from "node:assert/strict";
import { test } from "node:test";

import { figureText, figures, fullest, levelOf } from "../../static/js/overview/figures.js";

const NOW = 1000;
const CAMERAS = [
  { id: 1, people: true, enabled: true },
  { id: 2, people: false, enabled: true },
  { id: 3, people: true, enabled: true },
  { id: 4, people: true, enabled: false },
];

function area(number, count, threshold, more = {}) {
  return { number, count, threshold, status: true, alarm: false, ...more };
}

function state(camera, count, areas, more = {}) {
  return { camera, status: "online", last_frame_at: NOW, fps: 5, fps_wanted: 5, saturated: false, count, areas, ...more };
}

const STATES = new Map([
  [1, state(1, 7, [area(1, 6, 10), area(2, 4, 4, { alarm: true }), area(3, 9, 1, { status: false })])],
  [2, state(2, 3, [area(1, 3, 3)])],
  [3, state(3, null, [area(1, null, 2)], { status: "offline", last_frame_at: NOW - 60 })],
  [4, state(4, 9, [area(1, 9, 1)])],
]);

test("sums leave out what nobody knows now", () => {
  assert.deepEqual(figures(CAMERAS, STATES, NOW), { all: 3, online: 2, over: 2, people: 7, fps: 10 });
});

test("CNT-6: nobody knows how many where nobody looks; somebody who sees none knows it", () => {
  const dark = figures([CAMERAS[2]], STATES, NOW);
  assert.deepEqual([dark.over, dark.people], [null, null]);
  assert.deepEqual([null, 0].map(figureText), ["–", "0"]);
  assert.equal(figures([CAMERAS[1]], STATES, NOW).people, null, "its camera counts vehicles");
  assert.equal(figures([CAMERAS[0]], new Map([[1, state(1, 0, [])]]), NOW).people, 0);
  assert.equal(figures([CAMERAS[3]], STATES, NOW).people, null, "it is switched off");
});

test("alarms come first, then the fullest; unknown and Off areas are left out", () => {
  const shown = fullest(CAMERAS, STATES, NOW, 6).map(({ camera, number }) => [camera, number]);

  assert.deepEqual(shown, [[1, 2], [2, 1], [1, 1]]);
  assert.equal(fullest(CAMERAS, STATES, NOW, 2).length, 2);
});

test("the colour of a bar: alarm, reached, below, unknown", () => {
  assert.equal(levelOf(area(1, 1, 2, { alarm: true })), "alarm");
  assert.equal(levelOf(area(1, 2, 2)), "reached");
  assert.equal(levelOf(area(1, 1, 2)), "below");
  assert.equal(levelOf(area(1, null, 2)), "unknown");
});
