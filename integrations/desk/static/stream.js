// The desk's stream of events. It is opened again by itself, after growing pauses; while it is away the page says that it may be out of date.
const LONGEST_PAUSE = 15_000;

/** Calls `handlers[kind](event)` for each event, and `handlers.open()` whenever the stream stands (again). */
export function listen(address, handlers) {
  const lost = document.querySelector("#lost");
  let source = null;
  let failures = 0;
  let retry;
  function connect() {
    clearTimeout(retry);
    source?.close();
    source = new EventSource(address);
    source.addEventListener("open", () => {
      failures = 0;
      lost.hidden = true;
    });
    for (const [kind, handler] of Object.entries(handlers)) source.addEventListener(kind, handler);
    source.addEventListener("error", lose);
  }
  function lose() {
    clearTimeout(retry);
    source.close();
    lost.hidden = false;
    retry = setTimeout(connect, Math.min(LONGEST_PAUSE, 500 * 2 ** failures++));
  }
  // Without a network the old stream is let go at once: one just being opened must not say afterwards that all is well.
  window.addEventListener("offline", lose);
  window.addEventListener("online", connect);
  connect();
}
