/** Where a row belongs in a list that is sorted by its start, newest first. Pure. */

/** The index before which `started` (ISO 8601, UTC) goes among `others`; their number when it is the oldest. */
export function placeOf(started, others) {
  const place = others.findIndex((other) => other <= started);
  return place < 0 ? others.length : place;
}
