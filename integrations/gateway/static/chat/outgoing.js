// What the citizen has written and the server has not yet confirmed: kept over a reload, sent one at a time in order, never twice (the id is the client's).
const KEY = "outgoing";
const LONGEST_PAUSE = 15_000;
const FAILURES_BEFORE_SHOWING = 3;

export class Outgoing {
  constructor({ onState, onDelay, onSent }) {
    Object.assign(this, { onState, onDelay, onSent });
    this.waiting = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
    this.failures = 0;
    this.running = false;
    window.addEventListener("online", () => this.run());
  }

  add(message) {
    this.waiting.push(message);
    this.save();
    this.onState(message, "sending");
    this.run();
  }

  /** The server showed this message in the conversation: whatever became of the answer to our request, it has arrived. */
  confirm(id) {
    const found = this.waiting.find((message) => message.id === id);
    if (found) this.settle(found, "sent");
  }

  resend(id) {
    const found = this.waiting.find((message) => message.id === id);
    if (!found) return;
    this.failures = 0;
    this.onState(found, "sending");
    this.run();
  }

  clear() {
    this.waiting = [];
    this.save();
  }

  async run() {
    if (this.running) return;
    this.running = true;
    clearTimeout(this.timer);
    try {
      while (this.waiting.length && (await this.attempt(this.waiting[0])));
    } finally {
      this.running = false;
    }
  }

  async attempt(message) {
    let response;
    try {
      response = await fetch("/chat/messages", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(message.body) });
    } catch {
      return this.postpone(message, "offline");
    }
    if (response.ok) {
      this.failures = 0;
      this.onDelay(null);
      this.settle(message, "sent");
      this.onSent();
      return true;
    }
    if (response.status === 401) await fetch("/", { cache: "no-store" }).catch(() => null); // the cookie had expired: the page gives a new one
    if (response.status === 401 || response.status === 429 || response.status >= 500) return this.postpone(message, "slow", Number(response.headers.get("Retry-After")) * 1000);
    this.settle(message, "refused", response.status === 409 ? "stale" : "refused");
    return true;
  }

  settle(message, state, reason) {
    this.waiting = this.waiting.filter((other) => other !== message);
    this.save();
    this.onState(message, state, reason);
  }

  postpone(message, reason, pause = 0) {
    this.failures += 1;
    this.onDelay(reason);
    if (this.failures >= FAILURES_BEFORE_SHOWING) this.onState(message, "failed");
    this.timer = setTimeout(() => this.run(), pause || Math.min(LONGEST_PAUSE, 700 * 2 ** this.failures));
    return false;
  }

  save() {
    sessionStorage.setItem(KEY, JSON.stringify(this.waiting));
  }
}
