// The conversation as the server tells it. EventSource gives up for good on an HTTP error, so a fresh one is opened from the last event seen.
const LONGEST_PAUSE = 15_000;

export class Stream {
  constructor(address, { onMessage, onStatus, onConnection }) {
    Object.assign(this, { address, onMessage, onStatus, onConnection, last: 0, failures: 0, timer: null, source: null });
  }

  open() {
    this.close();
    const source = new EventSource(this.last ? `${this.address}?after=${this.last}` : this.address);
    this.source = source;
    source.addEventListener("open", () => {
      this.failures = 0;
      this.onConnection(true);
    });
    source.addEventListener("message", (event) => {
      const position = Number(event.lastEventId);
      if (position <= this.last) return;
      this.last = position;
      this.onMessage(JSON.parse(event.data));
    });
    source.addEventListener("status", (event) => this.onStatus(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      if (source !== this.source) return;
      this.onConnection(false);
      this.retry();
    });
  }

  retry() {
    this.close();
    const pause = Math.min(LONGEST_PAUSE, 500 * 2 ** this.failures++) * (0.75 + Math.random() / 2);
    this.timer = setTimeout(() => this.open(), pause);
  }

  close() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }
}
