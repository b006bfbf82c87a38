// The page of an event that takes no pins now: what waits on this phone is still shown, and sent when it can be; what was
// not taken can be thrown away, so that it does not stay on a phone that others use.

import { Outbox, forget, refused, waiting } from "./outbox.js";
import "./take_back.js";
import { laterKept, notice, sayWaiting } from "./notices.js";

function told(came) {
  if (came.is === "kept") laterKept(came.code);
  if (came.is === "refused") sayRefused(came);
}

function sayRefused({ pin, message }) {
  const words = `A waiting pin was not accepted. ${message} It is only on this phone.`;
  notice(words, ["Delete it", () => forget(pin.key)], ["Keep it", () => {}]);
}

sayWaiting(waiting().length);
for (const one of refused()) sayRefused(one);
new Outbox(told, sayWaiting).flush();
