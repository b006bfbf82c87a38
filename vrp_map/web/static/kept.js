// The last screen: sending, waiting, or kept with the code to delete it, which is shown once and stored nowhere.

import { sayCrowd } from "./crowd.js";
import { deletePin } from "./send.js";

const at = (id) => document.getElementById(id);

function say(heading, sentence) {
  at("kept-heading").textContent = heading;
  at("kept-said").textContent = sentence;
  at("code-said").textContent = at("crowd").textContent = "";
}

export function showSending() {
  at("code-box").hidden = true;
  say("Sending…", "");
}

export function showWaiting(message) {
  say("Not sent yet", message ?? "No connection. Your pin is saved on this phone and will be sent automatically. "
    + "You can add another, or come back to this page later.");
}

export function showKept(code) {
  at("code").textContent = code;
  at("code-box").hidden = false;
  at("delete").hidden = false;
  say("Sent. Thank you.", "Your pin is saved.");
  sayCrowd(document.body.dataset.event);
  if (document.body.dataset.step === "kept") at("kept-heading").focus();
}

// Without https there is no clipboard: then the code is marked, and copied in the old way.
async function copy() {
  try {
    await navigator.clipboard.writeText(at("code").textContent);
  } catch {
    getSelection().selectAllChildren(at("code"));
    if (!document.execCommand("copy")) return "The code is selected. Copy it, or write it down.";
  }
  return "Copied.";
}

at("copy").addEventListener("click", async () => (at("code-said").textContent = await copy()));
at("delete").addEventListener("click", async () => {
  const said = await deletePin(at("code").textContent);
  at("code-said").textContent = said;
  if (said.startsWith("Deleted")) at("delete").hidden = true;
});
