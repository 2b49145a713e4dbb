import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { drawScene } from "../../static/js/overlay/draw.js";

const COLOURS = {
  area: ["white", "blue", "green", "red"],
  onArea: ["black", "black", "black", "black"],
  box: { alarm: "alarm", area: "area", none: "none" },
  zone: "shade",
  face: { no_mask: "red", mask: "blue", not_judged: "grey" },
  font: "sans-serif",
};
const VIEW = { width: 640, height: 360, ratio: 1 };
const SQUARE = [[0.1, 0.1], [0.4, 0.1], [0.4, 0.4], [0.1, 0.4]];
const SHOW = { overlay: true, scores: false };

/** A canvas context that notes each stroke with its line, and each text. */
function paper() {
  const notes = { strokes: [], texts: [] };
  let dash = [];
  const context = {
    notes,
    setLineDash: (pattern) => (dash = pattern),
    restore: () => (dash = []),
    stroke: () => notes.strokes.push({ colour: context.strokeStyle, dashed: dash.length > 0 }),
    fillText: (text) => notes.texts.push(text),
    measureText: (text) => ({ width: 7 * text.length }),
  };
  for (const name of ["clearRect", "drawImage", "fillRect", "save", "beginPath", "lineTo", "closePath", "fill", "roundRect", "arc"]) {
    context[name] = () => {};
  }
  return context;
}

function drawn(areas) {
  const context = paper();
  drawScene(context, VIEW, { picture: {}, areas, boxes: [], thresholds: {} }, SHOW, COLOURS);
  return context.notes;
}

test("each area has its colour, and the tokens are white, blue, green and red (OCC-3)", () => {
  const areas = [1, 2, 3, 4].map((number) => ({ number, name: `Area ${number}`, status: true, polygon: SQUARE }));
  const lines = drawn(areas).strokes.filter(({ colour }) => COLOURS.area.includes(colour));
  const tokens = readFileSync(new URL("../../static/css/tokens.css", import.meta.url), "utf8");
  const rgb = [1, 2, 3, 4].map((number) => hex(tokens.match(new RegExp(`--area-${number}: #([0-9a-f]{6})`))[1]));

  assert.deepEqual(lines.map(({ colour }) => colour), COLOURS.area);
  assert.deepEqual(rgb.map(hue), ["white", "blue", "green", "red"]);
});

test("an area that is On is solid, one that is Off is dashed (OCC-3)", () => {
  const [on, off] = [true, false].map((status) => drawn([{ number: 1, name: "Lobby", status, polygon: SQUARE }]));

  assert.deepEqual(on.strokes.map(({ dashed }) => dashed), [false, false]);
  assert.deepEqual(off.strokes.map(({ dashed }) => dashed), [true, true]);
});

test("areas are told apart without colour, by number and name (OCC-3)", () => {
  const { texts } = drawn([{ number: 3, name: "Lobby", status: true, polygon: SQUARE }]);

  assert.deepEqual(texts, ["3", "Lobby"]);
});

test("a face has the colour of its verdict and its number; score and vote only where they are asked for (MASK-4)", () => {
  const faces = [
    { id: 31, box: [0.1, 0.1, 0.2, 0.3], verdict: "no_mask", lines: ["80", "2/3"], below: false },
    { id: 32, box: [0.5, 0.1, 0.6, 0.3], verdict: "not_judged", lines: ["41", "too small"], below: false },
    { id: 33, box: [0.7, 0.1, 0.8, 0.3], verdict: "mask", lines: ["**", "0/3"], below: true },
  ];
  const scene = { picture: {}, areas: [], boxes: [], faces, thresholds: {} };
  const [quiet, asked] = [paper(), paper()];
  drawScene(quiet, VIEW, scene, SHOW, COLOURS);
  drawScene(asked, VIEW, scene, { overlay: true, scores: true }, COLOURS);
  const coloured = quiet.notes.strokes.filter(({ colour }) => ["red", "blue", "grey"].includes(colour));

  assert.deepEqual(coloured, [{ colour: "red", dashed: false }, { colour: "grey", dashed: false }]);
  assert.deepEqual(quiet.notes.texts, ["31", "32", "33"]);
  assert.deepEqual(asked.notes.texts.slice(3), ["80", "2/3", "41", "too small", "**", "0/3"]);
});

test("where faces are looked for is outlined, where they are left out is shaded (MASK-1)", () => {
  const context = paper();
  const fills = [];
  context.fill = () => fills.push(context.fillStyle);
  const scene = { picture: {}, areas: [], boxes: [], faces: [], reach: { area: SQUARE, zones: [[...SQUARE]] }, thresholds: {} };
  drawScene(context, VIEW, scene, SHOW, COLOURS);

  assert.deepEqual(context.notes.strokes.map(({ dashed }) => dashed), [true, true, true, true]);
  assert.deepEqual(fills, ["shade"]);
});

test("frames of faces are red, blue and grey (MASK-4)", () => {
  const tokens = readFileSync(new URL("../../static/css/tokens.css", import.meta.url), "utf8");
  const [red, blue, grey] = ["box-alarm", "box-area", "box-unjudged"].map((name) =>
    hex(tokens.match(new RegExp(`--${name}: #([0-9a-f]{6})`))[1]),
  );

  assert.deepEqual([hue(red), hue(blue)], ["red", "blue"]);
  assert.ok(Math.max(...grey) - Math.min(...grey) < 24);
});

function hex(text) {
  return [0, 2, 4].map((at) => Number.parseInt(text.slice(at, at + 2), 16));
}

function hue([red, green, blue]) {
  if (Math.min(red, green, blue) > 230) return "white";
  return { [red]: "red", [green]: "green", [blue]: "blue" }[Math.max(red, green, blue)];
}
