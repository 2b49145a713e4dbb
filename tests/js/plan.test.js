/** DASH-3: the marks of a floor plan. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { PlanModel } from "../../static/js/plan/plan-model.js";

test("a mark stays within the picture", () => {
  const model = new PlanModel({});
  model.put("1.1", [1.4, -0.2]);
  assert.deepEqual(model.marks, { "1.1": [1, 0] });
  model.nudge("1.1", -0.005, 0.005);
  assert.deepEqual(model.marks, { "1.1": [0.995, 0.005] });
});

test("every step can be undone and done again", () => {
  const model = new PlanModel({ "1.1": [0.5, 0.5] });
  const states = [model.marks];
  for (const step of [() => model.put("1.2", [0.1, 0.1]), () => model.nudge("1.1", 0.1, 0), () => model.remove("1.2")]) {
    step();
    states.push(model.marks);
  }
  for (const state of states.slice(0, -1).reverse()) {
    model.undo();
    assert.deepEqual(model.marks, state);
  }
  assert.equal(model.canUndo, false);
  for (const state of states.slice(1)) {
    model.redo();
    assert.deepEqual(model.marks, state);
  }
});

test("a new step forgets what was undone", () => {
  const model = new PlanModel({ "1.1": [0.5, 0.5] });
  model.remove("1.1");
  model.undo();
  model.put("1.2", [0, 0]);
  assert.equal(model.canRedo, false);
  assert.deepEqual(Object.keys(model.marks), ["1.1", "1.2"]);
});
