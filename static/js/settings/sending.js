/** Saving: one request, and what came of it. */

import { text } from "../frame/strings.js";

/**
 * POST `body` as JSON with the page's token.
 *
 * Returns {outcome, ...}: "saved" with the server's answer, "refused" with {problems: [{path, message}]}, "stale" with
 * {message, ...} when somebody else was quicker, "failed" with {message}.
 */
export async function send(url, body, token) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json" };
  let answer;
  try {
    answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  } catch {
    return { outcome: "failed", message: text("send_error") };
  }
  const said = answer.headers.get("content-type")?.includes("json") ? await answer.json() : {};
  if (answer.ok) return { outcome: "saved", ...said };
  if (answer.status === 422) return { outcome: "refused", problems: said.problems ?? [] };
  if (answer.status === 409) return { outcome: "stale", ...said };
  return { outcome: "failed", message: answer.status === 403 ? text("not_allowed") : text("response_error", { status: answer.status }) };
}
