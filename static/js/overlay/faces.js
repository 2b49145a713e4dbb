/**
 * Faces on the picture (MASK-4): red without a mask, blue with one, grey where nobody can say. Pure functions.
 *
 * A face is LiveFace of analytics/frame_live.py: {id, box, score, verdict, reason, decided, judged, without, needed, alarm};
 * thresholds are {mask, no_mask} and may lack both: then nothing is below them.
 */

import { HIDDEN } from "./scores.js";

const PAINT_ORDER = { not_judged: 0, mask: 1, no_mask: 2 };

/** Faces as they are to be painted, red over blue over grey, an alarm over all: {...face, below, lines}. */
export function judgeFaces(faces, thresholds, reasonOf) {
  const judged = faces.map((face) => {
    const below = face.score < (thresholds[face.verdict] ?? 0);
    return { ...face, below, lines: faceLines(face, below, reasonOf) };
  });
  return judged.sort((a, b) => order(a) - order(b));
}

/** What stands at the upper left of a face: its score, and why it is not judged or how its vote stands. */
function faceLines(face, below, reasonOf) {
  const score = below ? HIDDEN : String(face.score);
  if (face.verdict === "not_judged") return [score, reasonOf(face.reason)];
  return [score, `${face.without}/${face.judged}`];
}

function order({ verdict, alarm, below }) {
  if (below) return -1;
  return alarm ? 3 : (PAINT_ORDER[verdict] ?? 0);
}

/** The vote of one face in words of the scripts: the key of a string and its values (MASK-2). */
export function voteOf({ judged, without, needed }) {
  if (judged === 0) return { key: "vote_none", values: {} };
  if (judged < needed) return { key: "vote_open", values: { judged, needed, without } };
  return { key: "vote_full", values: { judged, without, share: Math.round((100 * without) / judged) } };
}

/** Faces as boxes with one score, of the kind that they were judged: what Measure score takes (DEMO-4). */
export function faceBoxes(faces) {
  return faces.filter(({ verdict }) => verdict !== "not_judged").map(({ verdict, score }) => ({ kind: verdict, score }));
}
