// Deleting a pin that was sent some time ago, by the code that its person kept.

import { deletePin } from "./send.js";

const at = (id) => document.getElementById(id);

at("take-back-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  // As it is written down: with spaces, in small letters.
  const code = at("old-code").value.replace(/[\s-]/g, "").toUpperCase();
  at("take-back-said").textContent = code ? "Checking…" : "Type the code first.";
  if (code) at("take-back-said").textContent = await deletePin(code);
});
