/** A request of the page that failed says so, with what to do; the page stays as it is. */

import { text } from "./strings.js";

const SHOWN_MS = 8000;

export function startErrors() {
  document.addEventListener("htmx:sendError", () => notify(text("send_error")));
  document.addEventListener("htmx:responseError", ({ detail }) => {
    notify(text(detail.xhr.status === 403 ? "not_allowed" : "response_error", { status: detail.xhr.status }));
  });
}

/** A note at the edge of the page. */
export function notify(message) {
  const note = document.createElement("p");
  note.className = "toast";
  note.role = "alert";
  note.textContent = message;
  document.querySelector("[data-part=notes]")?.append(note);
  setTimeout(() => note.remove(), SHOWN_MS);
}
