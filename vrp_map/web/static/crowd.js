// "You are one of 130": the number that the wall shows to everyone, and no other. Without an answer nothing is said.

import { wanted } from "./ask.js";

export async function sayCrowd(event) {
  const box = document.getElementById("crowd");
  try {
    const { contributors } = await wanted(`/api/wall/${encodeURIComponent(event)}`);
    if (contributors) box.textContent = `You are one of ${contributors.toLocaleString("en-GB")} people.`;
  } catch {
    // The pin is kept all the same.
  }
}
