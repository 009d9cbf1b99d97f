// The board redraws itself when the queue changes, and every half minute because waits grow by themselves.
import { listen } from "/static/desk/stream.js";

const numbers = document.querySelector("#numbers");

async function refresh() {
  const response = await fetch("/desk/board/numbers", { headers: { "X-Requested-With": "desk", "X-Background": "1" } }).catch(() => null); // no network: the next half minute
  if (response === null) return;
  if (response.status === 401) location.assign("/desk/sign-in");
  if (response.ok) numbers.innerHTML = await response.text();
}

setInterval(refresh, 30_000);
listen("/desk/events", { open: refresh, queue: refresh });
