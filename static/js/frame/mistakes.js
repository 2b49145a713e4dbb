/** Mistakes of a form that htmx sent: the answer holds only their sentences, so that all that was typed stays. */

/** While `signal` lives: fields know that they are wrong, and the first one gets the focus. */
export function startMistakes(form, signal) {
  document.addEventListener("htmx:oobAfterSwap", () => mark(form), { signal });
  document.addEventListener("htmx:afterRequest", ({ detail }) => detail.xhr?.status === 422 && lead(form), { signal });
}

/** A mistake that came or went is known to screen readers at its field as well. */
function mark(form) {
  for (const error of form.querySelectorAll(".field__error")) {
    const field = document.getElementById(error.id.replace(/-error$/, ""));
    if (field?.matches("input, select, textarea")) field.setAttribute("aria-invalid", String(!!error.textContent.trim()));
  }
}

/** To the first mistake, once all of them are there. */
function lead(form) {
  form.querySelector("[aria-invalid=true]")?.focus();
}
