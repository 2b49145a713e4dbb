/** Values in the settings by their path, as the server names them: "areas[0].time_s", "http.destinations[1].port". Pure. */

/** "areas[0].time_s" -> ["areas", 0, "time_s"] */
export function partsOf(path) {
  return [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, key, place]) => key ?? Number(place));
}

/** The value at a path; undefined where there is none. */
export function valueAt(settings, path) {
  return partsOf(path).reduce((value, part) => value?.[part], settings);
}

/** A copy of the settings with another value at a path. */
export function withValue(settings, path, value) {
  return replaced(settings, partsOf(path), value);
}

function replaced(node, [part, ...rest], value) {
  const copy = Array.isArray(node) ? [...node] : { ...node };
  copy[part] = rest.length ? replaced(node?.[part] ?? (typeof rest[0] === "number" ? [] : {}), rest, value) : value;
  return copy;
}
