import assert from "node:assert/strict";
import { test } from "node:test";

import { boxToPixels, fit, freePlace, isInside, keepIn, keepWithin, labelPoint, toPixels } from "../../static/js/overlay/geometry.js";

const VIEW = { width: 640, height: 360 };
const SQUARE = [[0.2, 0.2], [0.8, 0.2], [0.8, 0.8], [0.2, 0.8]];
const ARROW = [[0, 0], [1, 0.5], [0, 1], [0.5, 0.5]]; // concave: its notch points inwards from the left

test("a point is scaled to the view", () => {
  assert.deepEqual(toPixels([0.5, 0.25], VIEW), [320, 90]);
});

test("a box that reaches out of the picture is cut at its edges", () => {
  assert.deepEqual(boxToPixels([-0.1, 0.5, 0.5, 1.2], VIEW), { x: 0, y: 180, width: 320, height: 180 });
});

test("inside and outside of a square", () => {
  assert.equal(isInside([0.5, 0.5], SQUARE), true);
  assert.equal(isInside([0.1, 0.5], SQUARE), false);
  assert.equal(isInside([0.5, 0.9], SQUARE), false);
});

test("the notch of a concave area is outside", () => {
  assert.equal(isInside([0.3, 0.5], ARROW), false);
  assert.equal(isInside([0.7, 0.5], ARROW), true);
  assert.equal(isInside([0.2, 0.2], ARROW), true);
});

test("an area's label stands at the vertex nearest to the upper left corner", () => {
  assert.deepEqual(labelPoint([[0.8, 0.1], [0.2, 0.3], [0.5, 0.9]]), [0.2, 0.3]);
});

test("a picture is never stretched: it fits with its own proportions", () => {
  assert.deepEqual(fit({ width: 640, height: 480 }, { width: 1000, height: 480 }), { width: 640, height: 480 });
  assert.deepEqual(fit({ width: 640, height: 360 }, { width: 320, height: 900 }), { width: 320, height: 180 });
});

test("a label is moved until it lies in the picture", () => {
  assert.deepEqual(keepIn([630, -4], { width: 40, height: 20 }, VIEW), [600, 0]);
  assert.deepEqual(keepIn([10, 10], { width: 4000, height: 20 }, VIEW), [0, 10]);
});

test("an outline along the edge is drawn inside of it", () => {
  assert.deepEqual(keepWithin([0, 360], VIEW, 2), [2, 358]);
});

test("a label that would cover others goes below them", () => {
  const size = { width: 50, height: 20 };
  const taken = [{ x: 0, y: 0, ...size }, { x: 0, y: 24, ...size }, { x: 300, y: 48, ...size }];

  assert.deepEqual(freePlace([10, 5], size, taken), { x: 10, y: 48, ...size });
  assert.deepEqual(freePlace([60, 0], size, taken), { x: 60, y: 0, ...size });
});
