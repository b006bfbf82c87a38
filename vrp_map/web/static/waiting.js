// The page of an event that takes no pins now: what waits on this phone is still shown, and sent when it can be.

import { Outbox, waiting } from "./outbox.js";
import { laterKept, notice, sayWaiting } from "./notices.js";

function told(came) {
  if (came.is === "kept") laterKept(came.code);
  if (came.is === "refused") notice(`A pin that waited was not taken. ${came.message}`);
}

sayWaiting(waiting().length);
new Outbox(told, sayWaiting).flush();
