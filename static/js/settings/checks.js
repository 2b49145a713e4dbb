/**
 * The rules of the settings in the browser. A field is the server's description of it (cameras/extensions/describe.py): its
 * kind, its limits and the sentences of its refusals, so that browser and server say the same about the same mistake. Pure.
 */

const SHOWN = 40;

/** What was typed into a field, in the type of its setting; what is of no such type stays text, for the message. */
export function valueOf(field, typed) {
  if (field.optional && typed.trim() === "") return undefined;
  if (field.kind === "number") return numberOf(typed);
  if (field.kind === "time") return typed.trim().replace(/^\d:/, "0$&");
  if (field.kind !== "choice") return typed;
  return field.options.find(({ value }) => String(value) === typed)?.value ?? typed;
}

/** Why a value does not fit its field, in the words of the server; "" when it does. */
export function problemOf(field, value) {
  if (value === null && field.kind === "text") return ""; // a secret that is to be taken away
  if (value === undefined && field.optional) return ""; // left to the area
  const reason = REASONS[field.kind]?.(field, value);
  return reason ? sentence(field, reason, value) : "";
}

/** The rule between settings that is broken at a path, "" for none: its name among the rules of the page. */
export function brokenRule(path, { vote_frames, vote_window }) {
  return path === "vote_window" && vote_window < vote_frames ? path : "";
}

/** One of the sentences of a field, as in "Count threshold must be 1 to 40, not %(value)s.", with its values. */
export function sentence(field, reason, value, more = {}) {
  const values = { value: show(value), ...more };
  return field.messages[reason].replace(/%\((\w+)\)s/g, (whole, name) => (name in values ? values[name] : whole));
}

/** A refused value as it was sent (JSON), cut to 40 characters. */
export function show(value) {
  const characters = [...JSON.stringify(value)];
  return characters.length <= SHOWN ? characters.join("") : `${characters.slice(0, SHOWN - 1).join("")}…`;
}

const REASONS = {
  number(field, value) {
    if (typeof value !== "number" || value < field.low || value > field.high) return "range";
    if (field.not_allowed?.some(([first, last]) => value >= first && value <= last)) return "forbidden";
    if (isMultiple(value, field.step)) return null;
    return field.step === 1 ? "whole" : "range";
  },
  text(field, value) {
    if (typeof value !== "string") return "length";
    const length = [...value].length;
    if (length < field.least || length > field.longest || (field.least && !value.trim())) return "length";
    return new RegExp(`^(?:${field.pattern})*$`, "u").test(value) ? null : "characters";
  },
  time(field, value) {
    return /^([01][0-9]|2[0-3]):[0-5][0-9]$/.test(value) || (field.end && value === "24:00") ? null : "time";
  },
  choice: (field, value) => (field.options.some((option) => option.value === value) ? null : "choice"),
  several: (field, value) => ((value === null && field.optional) || value?.length ? null : "several"),
  switch: () => null,
};

function numberOf(typed) {
  const plain = typed.trim().replace(",", ".");
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : typed;
}

/** 0.3 is a multiple of 0.1, although its binary neighbour is not. */
function isMultiple(value, step) {
  const steps = value / step;
  return Math.abs(steps - Math.round(steps)) < 1e-6;
}
