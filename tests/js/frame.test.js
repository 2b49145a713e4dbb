import assert from "node:assert/strict";
import { test } from "node:test";

import { placeOf } from "../../static/js/alarms/places.js";
import { agoParts, clockLength, tenths } from "../../static/js/frame/duration.js";
import { fill, form } from "../../static/js/frame/strings.js";

test("how long ago, in the largest whole unit", () => {
  assert.deepEqual(agoParts(-3), { key: "just_now", n: 0 });
  assert.deepEqual(agoParts(59.9), { key: "seconds_ago", n: 59 });
  assert.deepEqual(agoParts(119), { key: "minutes_ago", n: 1 });
  assert.deepEqual(agoParts(7200), { key: "hours_ago", n: 2 });
  assert.deepEqual(agoParts(86400 * 3.5), { key: "days_ago", n: 3 });
});

test("how long it has lasted", () => {
  assert.equal(clockLength(7.9), "0:07");
  assert.equal(clockLength(725), "12:05");
  assert.equal(clockLength(3729), "1:02:09");
  assert.equal(clockLength(86400 * 2 + 3600 * 3), "2 d 3 h");
});

test("the timer shows ten seconds only when they are over", () => {
  assert.equal(tenths(9999), "9.9");
  assert.equal(tenths(10000), "10.0");
});

test("texts are filled, in the form for the number", () => {
  assert.equal(fill("{count} of {all}", { count: 3, all: 5 }), "3 of 5");
  assert.equal(fill("{other} stays", {}), "{other} stays");
  assert.equal(form({ one: "an alarm", other: "{count} alarms" }, "one"), "an alarm");
  assert.equal(form({ one: "an alarm", other: "{count} alarms" }, "few"), "{count} alarms");
});

test("a row goes where its start belongs, newest first", () => {
  const starts = ["2026-11-21T10:00:03Z", "2026-11-21T10:00:01Z"];

  assert.equal(placeOf("2026-11-21T10:00:04Z", starts), 0);
  assert.equal(placeOf("2026-11-21T10:00:02Z", starts), 1);
  assert.equal(placeOf("2026-11-21T10:00:00Z", starts), 2);
});
