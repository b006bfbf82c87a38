// Pins that wait. Each stays in the phone's storage, under its own key, until the server has said "kept" or has
// refused it; the same key is sent every time, so an answer that got lost never makes a second pin.

import { store, stored } from "./storage.js";
import { sendPin } from "./send.js";

const NAME = "vrp-pins.waiting";
const FIRST_S = 2;
const LONGEST_S = 60;

const REFUSED = "vrp-pins.refused";

export const waiting = () => stored(NAME) ?? [];

// Pins that were refused, with the sentence: kept until their person has changed them or thrown them away.
export const refused = () => stored(REFUSED) ?? [];
export const forget = (key) => store(REFUSED, refused().filter((one) => one.pin.key !== key));

export class Outbox {
  // `told` hears {is, pin, ...} of every attempt; `changed` hears how many wait.
  constructor(told, changed) {
    this.told = told;
    this.changed = changed;
    this.tries = 0;
    this.busy = false;
    addEventListener("online", () => this.flush());
    addEventListener("pageshow", () => this.flush());
    document.addEventListener("visibilitychange", () => document.hidden || this.flush());
  }

  add(pin) {
    forget(pin.key);
    store(NAME, [...waiting(), pin]);
    this.changed(waiting().length);
    this.tries = 0;
    return this.flush();
  }

  // An event that was over takes pins again: those that came too late wait again.
  reopened(event) {
    for (const { pin, error } of refused()) if (error === "closed" && pin.event === event) this.add(pin);
  }

  // Reads the list anew each time: another tab may have sent some of it.
  remove(pin) {
    store(NAME, waiting().filter((other) => other.key !== pin.key));
  }

  // One round at a time. What is added while it is on its way is sent in the same round: the list is read anew for each.
  async flush() {
    if (this.busy) return;
    this.busy = true;
    clearTimeout(this.timer);
    let pause = LONGEST_S; // where the round breaks off
    try {
      pause = await this.round();
    } finally {
      this.busy = false;
      // Not all phones of a hall in the same second.
      if (pause) this.timer = setTimeout(() => this.flush(), pause * 1000 * (1 + Math.random() / 4));
    }
    this.changed(waiting().length);
  }

  // Tries each pin once; gives the seconds until the next round, 0 where nothing waits.
  async round() {
    const tried = new Set();
    const untried = () => waiting().filter(({ key }) => !tried.has(key));
    let pause = 0;
    for (let [pin] = untried(); pin; [pin] = untried()) {
      tried.add(pin.key);
      const came = await sendPin(pin);
      if (came.is === "refused") store(REFUSED, [...refused(), { pin, message: came.message, error: came.error }]);
      if (came.is !== "wait") this.remove(pin);
      else pause = Math.max(pause, came.seconds ?? Math.min(LONGEST_S, FIRST_S * 2 ** this.tries));
      this.told({ ...came, pin });
      // Nobody answered: the others would not be answered either, and wait too.
      if (came.is === "wait" && !came.seconds) {
        for (const other of untried()) this.told({ is: "wait", pin: other });
        break;
      }
    }
    this.tries = pause ? this.tries + 1 : 0;
    return pause;
  }
}
