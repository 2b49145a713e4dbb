import assert from "node:assert/strict";
import { test } from "node:test";

import { NewNames } from "../../static/js/live/names.js";

const NEWS = { camera: 3, version: 8, extensions: [{ kind: "occupancy", areas: [{ number: 1, name: "Foyer" }] }] };

function state(version, name) {
  return { camera: 3, version, areas: [{ number: 1, name, count: 4 }, { number: 2, name: "Stairs", count: 0 }] };
}

test("a new name is put into the states of before it, and nothing else is", () => {
  const names = new NewNames();

  names.tell(NEWS);

  assert.deepEqual(names.on(state(7, "Lobby")), state(7, "Foyer"));
  assert.equal(names.on({ ...state(7, "Lobby"), camera: 4 }).areas[0].name, "Lobby");
});

test("what the worker says with the new settings, or with newer ones, holds", () => {
  const names = new NewNames();
  names.tell(NEWS);

  assert.equal(names.on(state(8, "Foyer")).areas[0].name, "Foyer");
  assert.equal(names.on(state(9, "Atrium")).areas[0].name, "Atrium");
});

test("a camera without areas has none to name", () => {
  const names = new NewNames();

  names.tell({ camera: 3, version: 8, extensions: [{ kind: "nonmask", areas: [] }] });

  assert.deepEqual(names.on(state(7, "Lobby")), state(7, "Lobby"));
});
