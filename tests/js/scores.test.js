import assert from "node:assert/strict";
import { test } from "node:test";

import { countsOf, inPaintOrder, isBelow, judge, measure, scoreLines } from "../../static/js/overlay/scores.js";

const SAVED = { head: 30, body: 25, vehicle: 25, bicycle: 25 };
const LOBBY = { number: 1, status: true, alarm: false, polygon: [[0, 0], [0.5, 0], [0.5, 1], [0, 1]] };
const kinds = () => ["human"];

function person(score, { head = null, x = 0.25, role = "area", below = score < 25 } = {}) {
  return { kind: "human", score, head, role: below ? "none" : role, below, point: [x, 0.5] };
}

test("a person counts by head or by body", () => {
  assert.equal(isBelow(person(10, { head: 30 }), SAVED), false);
  assert.equal(isBelow(person(25, { head: 2 }), SAVED), false);
  assert.equal(isBelow(person(24, { head: 29 }), SAVED), true);
});

test("a network without head scores is held against the body alone", () => {
  assert.equal(isBelow(person(25), SAVED), false);
  assert.deepEqual(scoreLines(person(71), SAVED), ["71"]);
});

test("head stands above body, two stars where one is below its threshold", () => {
  assert.deepEqual(scoreLines(person(71, { head: 12 }), SAVED), ["**", "71"]);
  assert.deepEqual(scoreLines({ kind: "vehicle", score: 24 }, SAVED), ["**"]);
});

test("a raised slider makes a box hollow, whatever the worker counted", () => {
  const [box] = judge([person(40)], [LOBBY], { ...SAVED, body: 50 }, kinds);

  assert.equal(box.below, true);
  assert.equal(box.role, "none");
});

test("a lowered slider shows what it would count, in its colour", () => {
  const faint = person(20);
  const outside = person(20, { x: 0.75 });
  const low = { ...SAVED, body: 15 };

  assert.equal(judge([faint], [LOBBY], low, kinds)[0].role, "area");
  assert.equal(judge([faint], [{ ...LOBBY, alarm: true }], low, kinds)[0].role, "alarm");
  assert.equal(judge([outside], [LOBBY], low, kinds)[0].role, "none");
});

test("what was only detected shows where the sliders would let it count, and nowhere else (DEMO-4)", () => {
  const detected = { ...person(20), id: null, below: true };

  assert.deepEqual(judge([detected], [LOBBY], SAVED, kinds), []);
  assert.equal(judge([detected], [LOBBY], { ...SAVED, body: 15 }, kinds)[0].role, "area");
});

test("somebody cut by the lower edge is in the area there (OCC-9)", () => {
  const cut = { ...person(80), point: [0.25, 1.04] };

  assert.deepEqual(countsOf([cut], [LOBBY], SAVED, kinds), { 1: 1 });
});

test("with the saved thresholds everything is as the worker judged it", () => {
  const boxes = [person(20), person(90, { role: "alarm" }), person(60)];

  assert.deepEqual(judge(boxes, [LOBBY], SAVED, kinds).map(({ role, below }) => [role, below]), [
    ["none", true],
    ["area", false],
    ["alarm", false],
  ]);
});

test("red is painted over blue over light blue, hollow ones first", () => {
  const boxes = [{ role: "alarm" }, { role: "none" }, { role: "area" }, { role: "alarm", below: true }];

  assert.deepEqual(inPaintOrder(boxes), [boxes[3], boxes[1], boxes[2], boxes[0]]);
});

test("the preview counts kinds, areas that are On and reference points", () => {
  const boxes = [person(40), person(20), person(40, { x: 0.75 }), { ...person(60), kind: "vehicle" }];
  const off = { ...LOBBY, number: 2, status: false };

  assert.deepEqual(countsOf(boxes, [LOBBY, off], SAVED, kinds), { 1: 1, 2: 0 });
  assert.deepEqual(countsOf(boxes, [LOBBY, off], { ...SAVED, body: 10 }, kinds), { 1: 2, 2: 0 });
});

test("measuring keeps the extremes of what is displayed, by kind", () => {
  const first = measure({}, [person(71, { head: 35 }), { kind: "vehicle", score: 50 }], SAVED);
  const second = measure(first, [person(90), person(24), { kind: "vehicle", score: 44 }], SAVED);

  assert.deepEqual(second, {
    head: { low: 35, high: 35 },
    body: { low: 71, high: 90 },
    vehicle: { low: 44, high: 50 },
  });
});
