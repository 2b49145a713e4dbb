/** Which cameras a wall shows (OPR-6). Pure. */

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

/** Ids of the cameras in front: in alarm now, or until lately. seen: id -> when it was last in alarm, ms; kept up. */
export function inFront(states, seen, nowMs) {
  for (const state of states) {
    if (state.areas.some(({ alarm, minimum }) => alarm || minimum?.alarm) || state.mask?.alarms.length) {
      seen.set(state.camera, nowMs);
    }
  }
  return new Set([...seen].filter(([, at]) => nowMs - at < STAYS_MS).map(([id]) => id));
}
