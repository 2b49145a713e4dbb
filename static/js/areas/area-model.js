/**
 * Polygons of the area editor: pure functions over [[x, y], …], fractions 0..1 of the picture, not closed.
 *
 * The rules are those of cameras/extensions/polygon.py (OCC-2): 3 to 16 vertices, a size, no edge that crosses or touches
 * another. A refusal is null or {key, place, values}: key names the rule's message, place is where on the picture it belongs.
 */

import { clamp } from "../overlay/geometry.js";

export const LEAST_VERTICES = 3;
export const MOST_VERTICES = 16;
const SMALLEST_SIZE = 1e-6;
const DIGITS = 1e4; // a tenth of a pixel of a 1920-wide picture is fine enough, and reads well in the table

/** A point inside the picture, with as many digits as are kept. */
export function placed([x, y]) {
  return [round(clamp(x)), round(clamp(y))];
}

export function addVertex(polygon, point) {
  return [...polygon, placed(point)];
}

/** A new vertex on edge `edge`, which runs from that vertex to the next. */
export function insertVertex(polygon, edge, point) {
  return [...polygon.slice(0, edge + 1), placed(point), ...polygon.slice(edge + 1)];
}

export function moveVertex(polygon, vertex, point) {
  return polygon.map((one, place) => (place === vertex ? placed(point) : one));
}

export function removeVertex(polygon, vertex) {
  return polygon.filter((_, place) => place !== vertex);
}

/** The whole polygon moved by [dx, dy], no further than the picture's edge. */
export function movePolygon(polygon, [dx, dy]) {
  const [xs, ys] = [polygon.map(([x]) => x), polygon.map(([, y]) => y)];
  const right = clamp(dx, -Math.min(...xs), 1 - Math.max(...xs));
  const down = clamp(dy, -Math.min(...ys), 1 - Math.max(...ys));
  return polygon.map(([x, y]) => placed([x + right, y + down]));
}

/** The middle of the longest edge: where a vertex is added by keyboard. {edge, point} */
export function longestEdge(polygon) {
  const lengths = edgesOf(polygon).map(([a, b]) => Math.hypot(b[0] - a[0], b[1] - a[1]));
  const edge = lengths.indexOf(Math.max(...lengths));
  const [a, b] = edgesOf(polygon)[edge];
  return { edge, point: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] };
}

/** The index of the vertex within `reach` pixels of a point, the nearest; -1 for none. */
export function vertexAt(polygon, point, view, reach) {
  const distances = polygon.map((one) => pixelsBetween(one, point, view));
  const nearest = distances.indexOf(Math.min(...distances));
  return distances[nearest] <= reach ? nearest : -1;
}

/** The edge within `reach` pixels of a point: {edge, point on it}, or null. */
export function edgeAt(polygon, point, view, reach) {
  const found = edgesOf(polygon).map((edge, place) => ({ edge: place, point: nearestOn(edge, point, view) }));
  const near = found.map((one) => ({ ...one, distance: pixelsBetween(one.point, point, view) }));
  const best = near.reduce((a, b) => (b.distance < a.distance ? b : a), { distance: Infinity });
  return best.distance <= reach ? { edge: best.edge, point: best.point } : null;
}

/** A point moved onto a vertex of `others`, an edge of the picture or an edge of `others` within `reach` pixels. */
export function snap(point, others, view, reach) {
  for (const polygon of others) {
    const vertex = vertexAt(polygon, point, view, reach);
    if (vertex >= 0) return polygon[vertex];
  }
  const edged = toPictureEdge(point, view, reach);
  if (edged !== point) return edged;
  for (const polygon of others.filter((one) => one.length > 1)) {
    const edge = edgeAt(polygon, point, view, reach);
    if (edge) return placed(edge.point);
  }
  return point;
}

/** Whether area `number` may be drawn: area n needs a polygon in area n - 1, or one of its own when the page opened. */
export function mayDraw(polygons, number, before = []) {
  return number === 1 || (polygons[number - 1]?.length ?? 0) > 0 || before.includes(number);
}

/** What is wrong with a closed polygon. An empty one is none, and fine. */
export function refusalOf(polygon) {
  if (polygon.length === 0) return null;
  if (polygon.length < LEAST_VERTICES || polygon.length > MOST_VERTICES) {
    return { key: "vertices", place: polygon.at(-1), values: { value: String(polygon.length) } };
  }
  if (sizeOf(polygon) < SMALLEST_SIZE && isFlat(polygon)) return { key: "size", place: polygon[0], values: {} };
  return crossingRefusal(crossingOf(edgesOf(distinct(polygon)), true));
}

/** What is wrong with a line that is still being drawn; its last edge back to the start does not exist yet. */
export function refusalOfLine(line) {
  if (line.length > MOST_VERTICES) return { key: "vertices", place: line.at(-1), values: { value: String(line.length) } };
  return crossingRefusal(crossingOf(edgesOf(distinct(line)).slice(0, -1), false));
}

/** The area of a polygon (of the picture's), without sign. */
export function sizeOf(polygon) {
  const sum = edgesOf(polygon).reduce((total, [a, b]) => total + a[0] * b[1] - b[0] * a[1], 0);
  return Math.abs(sum) / 2;
}

/** Whether all vertices lie on one line. A bow tie has no area of its own either, but is not flat. */
function isFlat(polygon) {
  const far = polygon.reduce((best, one) => (apart(one, polygon[0]) > apart(best, polygon[0]) ? one : best));
  return polygon.every((one) => Math.abs(turn(polygon[0], far, one)) / 2 < SMALLEST_SIZE);
}

function crossingRefusal(place) {
  return place && { key: "simple", place, values: { place: `[${place[0].toFixed(2)}, ${place[1].toFixed(2)}]` } };
}

/** Where two edges cross or touch that must not; null. Neighbours share a vertex, but must not run back over each other. */
function crossingOf(edges, closed) {
  for (let i = 0; i < edges.length; i++) {
    for (let j = i + 1; j < edges.length; j++) {
      const follows = j === i + 1;
      const precedes = closed && i === 0 && j === edges.length - 1;
      const place = follows ? foldOf(edges[i], edges[j]) : precedes ? foldOf(edges[j], edges[i]) : meetingOf(edges[i], edges[j]);
      if (place) return place;
    }
  }
  return null;
}

/** Where the second of two edges in a row runs back over the first. */
function foldOf([a, b], [, c]) {
  const back = (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]) < 0;
  return turn(a, b, c) === 0 && back ? b : null;
}

/** A point that two edges have in common; null. */
function meetingOf([a, b], [c, d]) {
  const [ca, cb, ac, ad] = [turn(c, d, a), turn(c, d, b), turn(a, b, c), turn(a, b, d)];
  if (ca * cb < 0 && ac * ad < 0) {
    const share = ca / (ca - cb);
    return [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])];
  }
  if (ac === 0 && isBetween(c, a, b)) return c;
  if (ad === 0 && isBetween(d, a, b)) return d;
  if (ca === 0 && isBetween(a, c, d)) return a;
  return cb === 0 && isBetween(b, c, d) ? b : null;
}

function isBetween([x, y], a, b) {
  const across = x >= Math.min(a[0], b[0]) && x <= Math.max(a[0], b[0]);
  return across && y >= Math.min(a[1], b[1]) && y <= Math.max(a[1], b[1]);
}

/** Above 0 when c lies to one side of the line a-b, below on the other; exact in the digits that are kept. */
function turn(a, b, c) {
  const [ax, ay, bx, by, cx, cy] = [...a, ...b, ...c].map((one) => Math.round(one * DIGITS));
  return ((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)) / (DIGITS * DIGITS);
}

function edgesOf(polygon) {
  return polygon.map((point, place) => [point, polygon[(place + 1) % polygon.length]]);
}

/** Without vertices that lie on the one before: an edge without length crosses nothing. */
function distinct(polygon) {
  return polygon.filter((point, place) => place === 0 || apart(point, polygon[place - 1]) > 0);
}

function apart(a, b) {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

function pixelsBetween(a, b, view) {
  return Math.hypot((a[0] - b[0]) * view.width, (a[1] - b[1]) * view.height);
}

/** The point of an edge that is nearest on the screen. */
function nearestOn([a, b], point, view) {
  const [dx, dy] = [(b[0] - a[0]) * view.width, (b[1] - a[1]) * view.height];
  const [px, py] = [(point[0] - a[0]) * view.width, (point[1] - a[1]) * view.height];
  const share = clamp((px * dx + py * dy) / (dx * dx + dy * dy || 1));
  return [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])];
}

function toPictureEdge(point, view, reach) {
  const [x, y] = [toEnd(point[0], view.width, reach), toEnd(point[1], view.height, reach)];
  return x === point[0] && y === point[1] ? point : [x, y];
}

function toEnd(value, length, reach) {
  if (value * length <= reach) return 0;
  return (1 - value) * length <= reach ? 1 : value;
}

function round(value) {
  return Math.round(value * DIGITS) / DIGITS;
}
