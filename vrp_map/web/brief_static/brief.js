// The buttons above a brief. Without this script the page can still be read, and printed from the
// browser's menu.
"use strict";

const print = document.getElementById("print");
const copy = document.getElementById("copy");
const said = document.getElementById("said");

print.hidden = copy.hidden = false;
print.addEventListener("click", () => window.print());
copy.addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(location.href);
    said.textContent = "The link is copied. Who opens it sees what their role may see.";
  } catch {
    said.textContent = "The browser does not allow it. Copy the address above the page.";
  }
});
