/** The address that a preset gives, as it will be built on the server; for showing it while somebody types. */

/** "rtsp://{host}/stream_{stream}" with what is known; what is not stays visible as a gap. */
export function addressOf(template, { host, stream, channel }) {
  const values = { host: host.trim() || "…", stream, channel };
  return template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Which parts of the form belong to a choice: its own address, or the places that the template of a preset has. */
export function partsOf(template, sensor) {
  if (!template) return ["address"];
  return ["preset", ...(template.includes("{stream}") ? ["stream"] : []), ...(sensor ? ["channels"] : [])];
}
