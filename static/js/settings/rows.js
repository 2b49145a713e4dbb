/** The controls of one field, [data-setting]: their value in the type of the setting, and the other way round. */

import { valueOf } from "./checks.js";

/** What the controls of a row say. */
export function readRow(row, about) {
  if (about.kind === "switch") return control(row).checked;
  if (about.kind === "several") return readSeveral(row);
  if (forgets(row)) return null;
  return valueOf(about, control(row).value);
}

/** Whether somebody has changed a control of a row since the server made the page. */
export function isTouched(row) {
  return [...row.querySelectorAll("input, select, textarea")].some(isControlTouched);
}

/** Show a value; one that was typed and is refused is shown as it was typed. */
export function showRow(row, about, value) {
  if (about.kind === "switch") control(row).checked = value === true;
  else if (about.kind === "several") showSeveral(row, value);
  else if (row.querySelector("[data-forget]")) showSecret(row, value);
  else control(row).value = value === undefined || value === null ? "" : String(value);
}

function isControlTouched(control) {
  if (control.type === "checkbox") return control.checked !== control.defaultChecked;
  if (control.options) return control.selectedIndex !== Math.max(0, [...control.options].findIndex((option) => option.defaultSelected));
  return control.value !== control.defaultValue;
}

function control(row) {
  return row.querySelector("input, select, textarea");
}

/** Whether a saved secret is to be taken away: null, while "" leaves it as it is. */
function forgets(row) {
  const box = row.querySelector("[data-forget]");
  control(row).disabled = box?.checked ?? false;
  return box?.checked ?? false;
}

function showSecret(row, value) {
  control(row).value = value ?? "";
  row.querySelector("[data-forget]").checked = value === null;
  control(row).disabled = value === null;
}

/** The chosen values; null when the row leaves the choice to somebody else ("as the camera"). */
function readSeveral(row) {
  const inherited = row.querySelector("[data-inherit]");
  const own = row.querySelector("[data-own]");
  if (own) own.hidden = inherited.checked;
  if (inherited?.checked) return null;
  return [...row.querySelectorAll("[data-option]:checked")].map(({ value }) => value);
}

function showSeveral(row, value) {
  const inherited = row.querySelector("[data-inherit]");
  if (inherited) inherited.checked = value === null;
  const own = row.querySelector("[data-own]");
  if (own) own.hidden = value === null;
  for (const box of row.querySelectorAll("[data-option]")) box.checked = value?.includes(box.value) ?? false;
}
