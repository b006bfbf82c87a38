// Asks an address again and again, and less often while there is no answer. What has been heard stays.

import { ask } from "./ask.js";

const PATIENCE = 10_000;
const FIRST_WAIT = 5_000;
const LONGEST_WAIT = 60_000;

export class Poll {
  // `heard` gets each new answer; `lost` and `back` are called when the server goes away and comes back.
  constructor(address, every, { heard, lost, back }) {
    Object.assign(this, { address, every, heard, lost, back, tag: "", wait: 0 });
    const now = () => document.hidden || this.#again(0);
    document.addEventListener("visibilitychange", now);
    addEventListener("online", now);
    this.#again(0);
  }

  #again(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#ask(), delay);
  }

  async #ask() {
    if (this.asking) return;
    this.asking = true;
    try {
      const headers = this.tag ? { "If-None-Match": this.tag } : {};
      const { answer, said } = await ask(this.address, { headers, cache: "no-store" }, PATIENCE);
      if (answer.status !== 304) {
        if (!answer.ok) throw new Error(String(answer.status));
        this.heard(said);
        this.tag = answer.headers.get("ETag") ?? "";
      }
      this.wait = 0;
      this.back();
    } catch {
      // Screens that lost the server together must not come back together.
      this.wait = Math.min(this.wait ? this.wait * 2 : FIRST_WAIT, LONGEST_WAIT);
      this.lost();
    }
    this.asking = false;
    this.#again(this.wait ? this.wait * (0.8 + 0.4 * Math.random()) : this.every);
  }
}
