/** The filters above a table of cameras: what is chosen counts at once, the address stays short, / leads to the search. */

import { keysOf } from "../frame/keys.js";

export function startFilters(form, signal) {
  form.addEventListener("change", ({ target }) => target.type === "search" || form.requestSubmit(), { signal });
  form.addEventListener("formdata", ({ formData }) => tidy(formData), { signal });
  keysOf({ "/": () => form.elements.q.focus() }, signal);
}

/** The address holds only what is asked for. */
function tidy(formData) {
  for (const [name, value] of [...formData]) if (!value) formData.delete(name);
}
