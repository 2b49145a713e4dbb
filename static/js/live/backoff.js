/** When to try a lost connection again: soon at first, then rarer, never all browsers at once. Pure. */

const FIRST_S = 0.5;
const LAST_S = 15;

/** Seconds before try number `attempt` (from 0); between half and all of a doubling step. `random` gives 0..1. */
export function delay(attempt, random = Math.random) {
  const step = Math.min(LAST_S, FIRST_S * 2 ** attempt);
  return step * (0.5 + 0.5 * random());
}
