/** Translated text: the page carries the strings of the scripts in its JSON block, as gettext gave them. */

let strings = null;
let plurals = null;

/** The text of a key with its {placeholders} filled. A key that is missing shows itself: it cannot be overlooked. */
export function text(key, values = {}) {
  strings ??= JSON.parse(document.getElementById("strings")?.textContent ?? "{}");
  plurals ??= new Intl.PluralRules(document.documentElement.lang || "en");
  return fill(form(strings[key] ?? key, plurals.select(values.count ?? 1)), values);
}

/** "{count} open" with {count: 3} is "3 open". */
export function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** A text as it is, or the form for this number of one that has several. */
export function form(entry, category) {
  return typeof entry === "string" ? entry : entry[category] ?? entry.other;
}
