/**
 * Which alarms are to be heard (OPR-1). Pure. An entry is what the store knows of an open alarm.
 *
 * An alarm is heard when its first notification falls due: so one whose notification is disabled (OCC-22), or that is
 * withheld (SPEC 4.6), is silent here as well.
 */

/** Whether an alarm may be heard at `now` (ms): told, and its area not shelved. */
export function isAudible({ told, shelvedUntil }, now) {
  return told && !(shelvedUntil && Date.parse(shelvedUntil) > now);
}

/** Whether something has to sound again: an alarm that may be heard and that nobody has acknowledged. */
export function isCalling(entries, now) {
  return [...entries].some((entry) => !entry.acknowledged && isAudible(entry, now));
}

/** Ids of those that may be heard now and that were not before: what came, or came back from shelving. */
export function freshOf(before, after, now) {
  return [...after].filter(([id, entry]) => isAudible(entry, now) && !entry.acknowledged && !before.has(id)).map(([id]) => id);
}
