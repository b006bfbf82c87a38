// One attempt to send a pin, and what came of it: "kept", "refused" (the server's sentence), or "wait" and try again.

import { ask } from "./ask.js";

const PATIENCE_MS = 12000;
const AGAIN_S = 60;
const LATER = "We cannot take pins just now. Your pin is saved on this phone and will be sent automatically. "
  + "You can add another, or come back to this page later.";
// Refusals that pass by themselves: nothing is wrong with the pin.
const PASSING = new Set(["paused", "too-often"]);

export async function sendPin(pin) {
  let answer, said;
  try {
    const headers = { "Content-Type": "application/json" };
    ({ answer, said } = await ask("/api/pins", { method: "POST", headers, body: JSON.stringify(pin) }, PATIENCE_MS));
  } catch {
    // No answer, or a hotel's sign-in page instead of ours: only our own "kept" counts.
    return { is: "wait" };
  }
  if (answer.ok && said.kept === true) return { is: "kept", code: said.delete_code };
  if (answer.status === 503) return { is: "wait", seconds: said.retry_after, message: LATER };
  if (typeof said.message !== "string") return { is: "wait" };
  if (PASSING.has(said.error)) return { is: "wait", seconds: AGAIN_S, message: said.message };
  return answer.status < 500 ? { is: "refused", error: said.error, message: said.message } : { is: "wait" };
}

export async function deletePin(code) {
  try {
    const { answer, said } = await ask(`/api/pins/${encodeURIComponent(code)}`, { method: "DELETE" }, PATIENCE_MS);
    if (answer.ok && said.deleted) return "Deleted. It is gone.";
    return said.message ?? "It could not be deleted just now. Please try again.";
  } catch {
    return "It could not be deleted just now. Please try again.";
  }
}
