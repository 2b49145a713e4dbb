/** Which cameras a wall shows (OPR-6). Pure. */

import { areasNow, maskQualityOf } from "../live/quality.js";

/** How long a camera stays in front after its last alarm, in ms: it must not jump back and forth. */
export const STAYS_MS = 10_000;

/**
 * {ids, page, pages}: those in alarm first, then the others in their order, `cells` at a time.
 *
 * ids: of all cameras, in the order of the list. page: wanted, from 0; beyond the last it is the last one.
 */
export function chosen(ids, alarmed, cells, page) {
  const ordered = [...ids.filter((id) => alarmed.has(id)), ...ids.filter((id) => !alarmed.has(id))];
  const pages = Math.max(1, Math.ceil(ordered.length / cells));
  const shown = Math.min(Math.max(0, page), pages - 1);
  return { ids: ordered.slice(shown * cells, (shown + 1) * cells), page: shown, pages };
}

/** Whether a camera is in alarm at `now` (POSIX seconds), as far as anybody knows (CNT-6). */
export function inAlarm(state, now) {
  const faces = state?.mask && maskQualityOf(state.mask, state, now) !== "unknown" ? state.mask.alarms : [];
  return faces.length > 0 || areasNow(state, now).some(({ alarm, minimum }) => alarm || minimum?.alarm);
}

/** Ids of the cameras in front: in alarm, or until lately. alarmed: ids; seen: id -> when it last was, ms; kept up. */
export function inFront(alarmed, seen, nowMs) {
  for (const id of alarmed) seen.set(id, nowMs);
  return new Set([...seen].filter(([, at]) => nowMs - at < STAYS_MS).map(([id]) => id));
}
