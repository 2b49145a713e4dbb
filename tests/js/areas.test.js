import assert from "node:assert/strict";
import { test } from "node:test";

import { AreaDrawing } from "../../static/js/areas/area-drawing.js";
import {
  addVertex,
  edgeAt,
  insertVertex,
  longestEdge,
  mayDraw,
  movePolygon,
  moveVertex,
  placed,
  refusalOf,
  refusalOfLine,
  removeVertex,
  sizeOf,
  snap,
  vertexAt,
} from "../../static/js/areas/area-model.js";

const VIEW = { width: 1000, height: 500 };
const SQUARE = [[0.2, 0.2], [0.8, 0.2], [0.8, 0.8], [0.2, 0.8]];
const BOW_TIE = [[0.2, 0.2], [0.8, 0.8], [0.8, 0.2], [0.2, 0.8]];
const ROUND = Array.from({ length: 16 }, (_, n) => [0.5 + 0.4 * Math.cos((n * Math.PI) / 8), 0.5 + 0.4 * Math.sin((n * Math.PI) / 8)]);

function drawing(polygon = SQUARE) {
  const made = new AreaDrawing({ 1: polygon, 2: [] });
  made.select("1");
  return made;
}

// OCC-2: vertices can be dragged, added, removed.

test("vertices are added, inserted, moved and removed without touching the polygon that was given", () => {
  assert.deepEqual(addVertex(SQUARE, [0.1, 0.5]).at(-1), [0.1, 0.5]);
  assert.deepEqual(insertVertex(SQUARE, 0, [0.5, 0.1])[1], [0.5, 0.1]);
  assert.deepEqual(insertVertex(SQUARE, 3, [0.1, 0.5]).at(-1), [0.1, 0.5]);
  assert.deepEqual(moveVertex(SQUARE, 2, [0.9, 0.9])[2], [0.9, 0.9]);
  assert.deepEqual(removeVertex(SQUARE, 0).length, 3);
  assert.equal(SQUARE.length, 4);
});

test("a point outside the picture is moved to its edge", () => {
  assert.deepEqual(placed([-0.2, 1.7]), [0, 1]);
});

test("a polygon that is pushed out of the picture stops at its edge", () => {
  assert.deepEqual(movePolygon(SQUARE, [0.5, -0.1]), [[0.4, 0.1], [1, 0.1], [1, 0.7], [0.4, 0.7]]);
});

test("the longest edge is found with its middle", () => {
  assert.deepEqual(longestEdge([[0, 0], [1, 0], [0, 0.5]]), { edge: 1, point: [0.5, 0.25] });
});

test("a vertex and an edge are found by how near they are on the screen", () => {
  assert.equal(vertexAt(SQUARE, [0.805, 0.205], VIEW, 8), 1);
  assert.equal(vertexAt(SQUARE, [0.85, 0.2], VIEW, 8), -1);
  assert.deepEqual(edgeAt(SQUARE, [0.5, 0.21], VIEW, 8), { edge: 0, point: [0.5, 0.2] });
  assert.equal(edgeAt(SQUARE, [0.5, 0.3], VIEW, 8), null);
});

test("a point snaps to a vertex before an edge, and to the edge of the picture", () => {
  assert.deepEqual(snap([0.795, 0.21], [SQUARE], VIEW, 8), [0.8, 0.2]);
  assert.deepEqual(snap([0.5, 0.21], [SQUARE], VIEW, 8), [0.5, 0.2]);
  assert.deepEqual(snap([0.995, 0.5], [SQUARE], VIEW, 8), [1, 0.5]);
  assert.deepEqual(snap([0.5, 0.5], [SQUARE], VIEW, 8), [0.5, 0.5]);
});

// OCC-2: refused with a message.

test("a crossing polygon is refused, and told where it crosses", () => {
  const refusal = refusalOf(BOW_TIE);

  assert.equal(refusal.key, "simple");
  assert.deepEqual(refusal.place.map((one) => one.toFixed(2)), ["0.50", "0.50"]);
  assert.deepEqual(refusal.values, { place: "[0.50, 0.50]" });
});

test("a polygon that touches or folds back on itself is refused", () => {
  assert.equal(refusalOf([[0, 0], [1, 0], [1, 1], [0.5, 0], [0, 1]]).key, "simple");
  assert.equal(refusalOf([[0, 0], [0.5, 0], [0.5, 0.5], [0.5, 0.2], [0.5, 0.9], [0, 0.5]]).key, "simple");
});

test("too few, too many, and all on one line are refused", () => {
  assert.equal(refusalOf([[0, 0], [1, 1]]).key, "vertices");
  assert.deepEqual(refusalOf([...ROUND, [0.5, 0.5]]).values, { value: "17" });
  assert.equal(refusalOf([[0.1, 0.1], [0.5, 0.5], [0.9, 0.9]]).key, "size");
});

test("sixteen vertices, a notch and no polygon at all are fine", () => {
  assert.equal(refusalOf(ROUND), null);
  assert.equal(refusalOf([[0, 0], [1, 0.5], [0, 1], [0.5, 0.5]]), null);
  assert.equal(refusalOf([]), null);
  assert.equal(refusalOf([[0, 0], [0, 0], [1, 0], [1, 1]]), null);
  assert.equal(sizeOf(SQUARE).toFixed(2), "0.36");
});

test("a line may end anywhere as long as it does not cross itself", () => {
  assert.equal(refusalOfLine([[0, 0], [1, 0], [1, 1]]), null);
  assert.equal(refusalOfLine([[0, 0], [1, 0], [1, 1], [0.5, -0.5]]).key, "simple");
  assert.equal(refusalOfLine(Array.from({ length: 17 }, (_, n) => [n / 20, 0])).key, "vertices");
});

test("area n needs a polygon in area n - 1, unless it had its own before", () => {
  assert.equal(mayDraw({ 1: [], 2: [] }, 1), true);
  assert.equal(mayDraw({ 1: [], 2: [] }, 2), false);
  assert.equal(mayDraw({ 1: SQUARE, 2: [] }, 2), true);
  assert.equal(mayDraw({ 1: [], 2: [] }, 2, [2]), true);
});

// UI.md, area editor: what the hand does.

test("an area is drawn vertex by vertex and closed", () => {
  const made = drawing([]);
  made.begin();
  for (const point of SQUARE) made.add(point);
  assert.deepEqual(made.polygons[1], []);
  made.close();

  assert.deepEqual(made.polygons[1], SQUARE);
  assert.equal(made.line, null);
});

test("a vertex that would cross is not added; a line of two cannot be closed", () => {
  const made = drawing([]);
  made.begin();
  made.close();
  assert.equal(made.refusal.key, "vertices");
  for (const point of [[0, 0], [0.8, 0], [0.8, 0.8]]) made.add(point);
  made.add([0.4, -0.4]);
  made.add([0.2, 0]);

  assert.equal(made.refusal.key, "simple");
  assert.equal(made.line.length, 3);
});

test("a drag that crosses shows why, and goes back when it is let go", () => {
  const made = drawing();
  made.drag(0, [0.9, 0.5]);
  assert.deepEqual(made.polygon[0], [0.9, 0.5]);
  assert.equal(made.refusal.key, "simple");
  made.drop();

  assert.deepEqual(made.polygons[1], SQUARE);
  assert.equal(made.refusal.key, "simple");
  assert.equal(made.canUndo, false);
});

test("one drag is one step to undo, however many moves it had", () => {
  const made = drawing();
  for (const x of [0.21, 0.15, 0.1]) made.drag(0, [x, 0.1]);
  made.drop();
  assert.deepEqual(made.polygons[1][0], [0.1, 0.1]);
  made.undo();
  assert.deepEqual(made.polygons[1], SQUARE);
  made.redo();

  assert.deepEqual(made.polygons[1][0], [0.1, 0.1]);
  assert.equal(made.canRedo, false);
});

test("undo while drawing takes back the last vertex only", () => {
  const made = drawing([]);
  made.begin();
  made.add([0.1, 0.1]);
  made.add([0.5, 0.1]);
  made.undo();

  assert.deepEqual(made.line, [[0.1, 0.1]]);
});

test("a new step forgets what could have been done again", () => {
  const made = drawing();
  made.move(0, [0.1, 0.1]);
  made.undo();
  made.move(0, [0.15, 0.15]);

  assert.equal(made.canRedo, false);
});

test("the seventeenth vertex is refused at its place", () => {
  const made = drawing(ROUND.map(placed));
  made.insertAnywhere();

  assert.equal(made.refusal.key, "vertices");
  assert.equal(made.polygons[1].length, 16);
});

test("a triangle keeps its vertices: the whole area is removed instead", () => {
  const made = drawing(SQUARE.slice(0, 3));
  made.remove(0);
  assert.equal(made.refusal.key, "vertices");
  assert.equal(made.polygons[1].length, 3);
  made.clear();

  assert.deepEqual(made.polygons[1], []);
  made.undo();
  assert.equal(made.polygons[1].length, 3);
});

test("Esc leaves the drawing first, and the vertex last", () => {
  const made = drawing();
  made.vertex = 2;
  made.begin();
  made.add([0.5, 0.5]);
  made.cancel();
  assert.equal(made.line, null);
  assert.deepEqual(made.polygons[1], SQUARE);
  made.vertex = 2;
  made.cancel();

  assert.equal(made.vertex, -1);
});
