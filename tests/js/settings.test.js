import assert from "node:assert/strict";
import { test } from "node:test";

import { allAreas, formPath, placesToSend, statusProblem } from "../../static/js/settings/area-list.js";
import { brokenRule, problemOf, sentence, show, valueOf } from "../../static/js/settings/checks.js";
import { Draft, same } from "../../static/js/settings/draft.js";
import { holdLevel, isShorterThanFrame, levelsOf } from "../../static/js/settings/levels.js";
import { partsOf, valueAt, withValue } from "../../static/js/settings/paths.js";
import { draftAreas, draftKinds, draftThresholds, withPoints } from "../../static/js/settings/preview.js";

const SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1]];
const COUNT = {
  kind: "number",
  label: "Count threshold",
  low: 1,
  high: 40,
  step: 1,
  messages: {
    range: "Count threshold must be 1 to 40, not %(value)s.",
    whole: "Count threshold must be a whole number, not %(value)s.",
  },
};
const TIME = { ...COUNT, low: 0.1, high: 3600, step: 0.1, messages: { range: "Time, not %(value)s." } };
const NAME = {
  kind: "text",
  least: 1,
  longest: 20,
  pattern: '[^"&\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\ud800-\\udfff]',
  messages: { length: "1 to 20, not %(value)s.", characters: "no quotes, not %(value)s." },
};

test("a path leads to a value, and puts one where there was none", () => {
  const settings = { areas: [{ name: "A" }, { name: "B" }], http: { destinations: [] } };

  assert.deepEqual(partsOf("areas[1].name"), ["areas", 1, "name"]);
  assert.equal(valueAt(settings, "areas[1].name"), "B");
  assert.equal(valueAt(settings, "mqtt.server.host"), undefined);
  assert.equal(withValue(settings, "areas[1].name", "C").areas[1].name, "C");
  assert.equal(withValue(settings, "http.destinations[0].port", 80).http.destinations[0].port, 80);
  assert.equal(settings.areas[1].name, "B");
});

// SPEC 3: "Every field validates in the browser and on the server, with the same message".

test("what is typed into a number becomes one; what is none stays as it was typed", () => {
  assert.equal(valueOf(COUNT, " 12 "), 12);
  assert.equal(valueOf(COUNT, "2,5"), 2.5);
  assert.equal(valueOf(COUNT, "many"), "many");
  assert.equal(valueOf(COUNT, ""), "");
  assert.equal(valueOf({ kind: "choice", options: [{ value: 80 }] }, "80"), 80);
});

test("a number is refused with the server's sentence", () => {
  assert.equal(problemOf(COUNT, 40), "");
  assert.equal(problemOf(COUNT, 41), "Count threshold must be 1 to 40, not 41.");
  assert.equal(problemOf(COUNT, "many"), 'Count threshold must be 1 to 40, not "many".');
  assert.equal(problemOf(COUNT, 2.5), "Count threshold must be a whole number, not 2.5.");
  assert.equal(problemOf(TIME, 0.3), "");
  assert.equal(problemOf(TIME, 0.25), "Time, not 0.25.");
});

test("a text is measured in characters, not in code units", () => {
  assert.equal(problemOf(NAME, "😀".repeat(20)), "");
  assert.equal(problemOf(NAME, "  "), '1 to 20, not "  ".');
  assert.equal(problemOf(NAME, "a".repeat(21)), `1 to 20, not "${"a".repeat(21)}".`);
  assert.equal(problemOf(NAME, "R&D"), 'no quotes, not "R&D".');
  assert.equal(problemOf(NAME, "\ud800"), 'no quotes, not "\\ud800".');
});

test("several need one, unless it is left to the camera", () => {
  const objects = { kind: "several", optional: false, messages: { several: "one" } };

  assert.equal(problemOf(objects, ["human"]), "");
  assert.equal(problemOf(objects, []), "one");
  assert.equal(problemOf({ ...objects, optional: true }, null), "");
});

test("a long value is cut in a message, as the server does", () => {
  assert.equal([...show("x".repeat(50))].length, 40);
  assert.equal(sentence(COUNT, "range", 0), "Count threshold must be 1 to 40, not 0.");
});

// UI.md, a form: the "changed" dot, Discard, nothing that was typed is lost.

test("a draft knows what is changed, and forgets it", () => {
  const draft = new Draft({ a: 1, b: [1] });
  draft.set("a", 2);
  assert.equal(draft.isChanged("a"), true);
  assert.equal(draft.isChanged("b"), false);
  draft.set("a", 1);
  assert.equal(draft.isChanged("a"), false);
  draft.set("a", "no number");
  draft.discard();

  assert.deepEqual(draft.now, { a: 1, b: [1] });
});

test("what is typed while a save is on its way stays typed", () => {
  const draft = new Draft({ a: 1, b: 1, c: 1 });
  draft.set("a", 2);
  draft.set("b", 2);
  const sent = draft.now;
  draft.set("b", 3);
  draft.take({ a: 2, b: 2, c: 9 }, sent, ["a", "b", "c"]);

  assert.deepEqual(draft.now, { a: 2, b: 3, c: 9 });
  assert.deepEqual(draft.saved, { a: 2, b: 2, c: 9 });
  assert.equal(draft.isChanged("a"), false);
  assert.equal(draft.isChanged("b"), true);
});

test("somebody else's settings come in below what was changed here", () => {
  const draft = new Draft({ a: 1, b: 1, c: 1 });
  draft.set("a", 2);
  draft.rebase({ a: 5, b: 6, c: 1 }, ["a", "b", "c"]);

  assert.deepEqual(draft.now, { a: 2, b: 6, c: 1 });
  assert.equal(draft.isChanged("a"), true);
  assert.equal(draft.isChanged("b"), false);
});

test("equal is equal as JSON, whatever the order of the keys", () => {
  assert.equal(same({ a: 1, b: [{ c: 2, d: 3 }] }, { b: [{ d: 3, c: 2 }], a: 1 }), true);
  assert.equal(same([1, 2], [2, 1]), false);
});

// OCC-2: deleting renumbers nothing; OCC-4: On needs a polygon.

test("the form has four areas; what is neither stored nor drawn nor changed is not sent", () => {
  const defaults = [1, 2, 3, 4].map((number) => ({ number, name: `Area ${number}`, polygon: number === 1 ? SQUARE : [], status: false }));
  const areas = allAreas([{ ...defaults[2], name: "Gate" }], defaults);
  assert.deepEqual(areas.map(({ name }) => name), ["Area 1", "Area 2", "Gate", "Area 4"]);

  assert.deepEqual(placesToSend(areas, defaults, [3]), [0, 2]);
  assert.deepEqual(placesToSend(areas, defaults, [3, 4]), [0, 2, 3]);
  assert.equal(formPath("areas[1].name", [0, 2]), "areas[2].name");
  assert.equal(formPath("http.destinations[1].port", [0, 2]), "http.destinations[1].port");
});

test("an area that is On without a polygon is told at its switch", () => {
  const areas = [{ number: 1, status: true, polygon: SQUARE }, { number: 2, status: true, polygon: [] }];

  assert.equal(statusProblem("areas[0].status", areas), null);
  assert.deepEqual(statusProblem("areas[1].status", areas), { number: 2 });
  assert.equal(statusProblem("areas[1].name", areas), null);
});

// SPEC 4: L = N x P // 100; "holds at 8-9, resets below 8".

test("the levels of the worked example are explained", () => {
  assert.equal(holdLevel(12, 80), 9);
  assert.deepEqual(levelsOf(10, 80), { key: "levels", values: { threshold: 10, hold: 8, last: 9 } });
  assert.equal(levelsOf(10, 90).key, "levels_one");
  assert.equal(levelsOf(10, 100).key, "levels_no_hold");
  assert.equal(levelsOf(1, 80).key, "levels_never_low");
  assert.equal(levelsOf("ten", 80), null);
});

test("a time shorter than the time between two frames is told", () => {
  assert.equal(isShorterThanFrame(0.1, 5), true);
  assert.equal(isShorterThanFrame(0.2, 5), false);
  assert.equal(isShorterThanFrame("soon", 5), false);
});

// OCC-9, OCC-25, OCC-26: the picture shows what the form would do.

test("the picture is judged by the settings of the form", () => {
  const settings = {
    objects: ["human"],
    areas: [{ number: 1, objects: null }, { number: 2, objects: ["vehicle"] }],
    bw_thresholds: true,
    threshold_human_head: 30,
    threshold_human_body: 25,
    threshold_vehicle: 20,
    threshold_bicycle: 20,
    bw_threshold_human_head: 40,
    bw_threshold_human_body: 35,
  };
  const box = { box: [0.2, 0.1, 0.4, 0.9], point: [0, 0] };

  assert.deepEqual(draftThresholds(settings, false), { head: 30, body: 25, vehicle: 20, bicycle: 20 });
  assert.deepEqual(draftThresholds(settings, true), { head: 40, body: 35, vehicle: 20, bicycle: 20 });
  assert.deepEqual([1, 2].map(draftKinds(settings)), [["human"], ["vehicle"]]);
  assert.deepEqual(draftAreas(settings.areas, [{ number: 2, alarm: true }]).map(({ alarm }) => alarm), [false, true]);
  assert.equal(withPoints([box], "top")[0].point[1], 0.1);
  assert.equal(withPoints([box], "bottom")[0].point[1], 0.9);
  assert.equal(withPoints([box], "centre")[0].point[1], 0.5);
});

// MASK-2: the vote cannot need more frames than it remembers; at equal it can.

test("a rule between two settings is told at one of them", () => {
  assert.equal(brokenRule("vote_window", { vote_frames: 6, vote_window: 5 }), "vote_window");
  assert.equal(brokenRule("vote_window", { vote_frames: 5, vote_window: 5 }), "");
  assert.equal(brokenRule("vote_frames", { vote_frames: 6, vote_window: 5 }), "");
  assert.equal(brokenRule("pause_reset_s", { pause_reset_s: 5 }), "");
});
