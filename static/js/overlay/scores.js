/**
 * Scores and thresholds as the demo screen shows them (DEMO-2, DEMO-4, OCC-25): pure functions.
 *
 * A box is {kind, score, head, role, point, below, …} of the live message, scores 0-99; thresholds are
 * {head, body, vehicle, bicycle}; a person passes by head or by body.
 */

import { intoPicture, isInside } from "./geometry.js";

const PAINT_ORDER = { none: 0, area: 1, alarm: 2 };
export const HIDDEN = "**";

/** The scores of a box with the thresholds that they are held against, in the order of the screen: head above body. */
export function scoresOf(box, thresholds) {
  if (box.kind !== "human") return [{ name: box.kind, score: box.score, threshold: thresholds[box.kind] }];
  const body = { name: "body", score: box.score, threshold: thresholds.body };
  const head = { name: "head", score: box.head, threshold: thresholds.head };
  return box.head === null || box.head === undefined ? [body] : [head, body];
}

/** Whether a box does not count under these thresholds. */
export function isBelow(box, thresholds) {
  return scoresOf(box, thresholds).every(({ score, threshold }) => score < threshold);
}

/** The lines at the upper left of a box; `**` where a score is below its threshold. */
export function scoreLines(box, thresholds) {
  return scoresOf(box, thresholds).map(({ score, threshold }) => (score < threshold ? HIDDEN : String(score)));
}

/** The areas (On, with a polygon, counting this kind) that the reference point of a box lies in, as the worker counts. */
export function areasOf(box, areas, kinds) {
  const point = intoPicture(box.point);
  return areas.filter(
    (area) => area.status && area.polygon && kinds(area.number).includes(box.kind) && isInside(point, area.polygon),
  );
}

/**
 * Boxes as they are to be painted under the thresholds of this browser: {...box, below, role}, in paint order. What the
 * worker counted keeps its role; what it only detected (no track id) shows where these thresholds would let it count.
 */
export function judge(boxes, areas, thresholds, kinds) {
  const judgedBoxes = boxes.map((box) => judged(box, areas, thresholds, kinds));
  return inPaintOrder(judgedBoxes.filter((box) => box.id !== null || !box.below));
}

/** Red over blue over light blue; what is below its threshold at the bottom. */
export function inPaintOrder(boxes) {
  return [...boxes].sort((a, b) => order(a) - order(b));
}

function judged(box, areas, thresholds, kinds) {
  if (isBelow(box, thresholds)) return { ...box, below: true, role: "none" };
  if (!box.below) return { ...box, below: false };
  const inside = areasOf(box, areas, kinds);
  const role = inside.some((area) => area.alarm) ? "alarm" : inside.length > 0 ? "area" : "none";
  return { ...box, below: false, role };
}

function order(box) {
  return box.below ? -1 : PAINT_ORDER[box.role];
}

/** How many of these boxes one area would count under these thresholds: {number: count}. */
export function countsOf(boxes, areas, thresholds, kinds) {
  const counts = Object.fromEntries(areas.map((area) => [area.number, 0]));
  for (const box of boxes) {
    if (isBelow(box, thresholds)) continue;
    for (const area of areasOf(box, areas, kinds)) counts[area.number] += 1;
  }
  return counts;
}

/** The running extremes with the scores of one more frame (Measure score): {body: {low, high}, …}; `**` is not measured. */
export function measure(extremes, boxes, thresholds) {
  const next = { ...extremes };
  for (const { name, score, threshold } of boxes.flatMap((box) => scoresOf(box, thresholds))) {
    if (score < threshold) continue;
    const { low, high } = next[name] ?? { low: score, high: score };
    next[name] = { low: Math.min(low, score), high: Math.max(high, score) };
  }
  return next;
}
