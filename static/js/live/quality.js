/**
 * How much a number may be trusted (CNT-6): never a last value that looks live. Pure; the same rule as
 * `area_quality` of analytics/live.py.
 */

export const STALE_S = 5;
export const UNKNOWN_S = 30;

/** "live", "stale", "limited" or "unknown" for a camera state at `now` (POSIX seconds); no state is unknown. */
export function qualityOf(state, now) {
  const age = frameAge(state, now);
  if (age === null || age >= UNKNOWN_S || state.count === null) return "unknown";
  if (age >= STALE_S) return "stale";
  return state.saturated || state.fps < 0.8 * state.fps_wanted ? "limited" : "live";
}

/** The areas of a camera that are On, as they may be shown at `now`: without count and alarm once nobody knows them. */
export function areasNow(state, now) {
  const areas = (state?.areas ?? []).filter(({ status }) => status);
  if (qualityOf(state, now) !== "unknown") return areas;
  return areas.map((area) => ({ ...area, count: null, alarm: false, minimum: null }));
}

/** The same for the counts of the non-mask extension: mask is MaskState, of `state` or of a frame that is newer. */
export function maskQualityOf(mask, state, now) {
  if (!state) return "unknown";
  return qualityOf({ ...state, count: mask.mask, saturated: mask.saturated, fps: mask.fps }, now);
}

/** A combined area at `now` as lines show it: without a count and a timer once its owner has been silent; none: none. */
export function combinedNow(state, now) {
  if (!state) return null;
  if (now - state.at < STALE_S) return state;
  return { ...state, count: null, quality: "unknown", alarm: false };
}

/** Seconds since the last analysed frame; null when there was none. */
export function frameAge(state, now) {
  if (!state?.last_frame_at) return null;
  return Math.max(0, now - state.last_frame_at);
}
