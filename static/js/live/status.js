/** A camera's status as a level: which colour and shape its dot has. Pure. */

const LEVELS = {
  online: "fine",
  stalled: "warn",
  connecting: "idle",
  waiting: "idle",
  disabled: "idle",
  "no extension": "idle",
  "outside schedule": "idle",
};

/** "fine", "warn", "bad" or "idle". */
export function levelOf(status) {
  return LEVELS[status] ?? "bad";
}
