// What is said at the top of the page: how many pins wait, and what became of them.

const at = (id) => document.getElementById(id);

export function sayWaiting(count) {
  const said = count ? `${count} ${count === 1 ? "pin is" : "pins are"} waiting to be sent.` : "";
  if (at("waiting").textContent !== said) at("waiting").textContent = said;
}

// A message with buttons: ["Word", action], …, or with one that closes it. It stays until one is pressed.
export function notice(sentence, ...actions) {
  const box = document.createElement("div");
  box.setAttribute("role", "status");
  const text = document.createElement("p");
  text.textContent = sentence;
  box.append(text);
  for (const [word, action] of actions.length ? actions : [["Close", () => {}]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = word;
    button.addEventListener("click", () => (box.remove(), action()));
    box.append(button, " ");
  }
  at("notices").append(box);
}

export function laterKept(code) {
  notice(`A waiting pin was sent. Use this code to delete it: ${code}`);
}
