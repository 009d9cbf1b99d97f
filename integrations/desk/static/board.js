// The board redraws itself when the queue changes, and every half minute because waits grow by themselves.
const numbers = document.querySelector("#numbers");

async function refresh() {
  const response = await fetch("/desk/board/numbers", { headers: { "X-Requested-With": "desk", "X-Background": "1" } }).catch(() => null); // no network: the next half minute
  if (response === null) return;
  if (response.status === 401) location.assign("/desk/sign-in");
  if (response.ok) numbers.innerHTML = await response.text();
}

function listen(failures = 0) {
  const source = new EventSource("/desk/events");
  source.addEventListener("open", () => (failures = 0));
  source.addEventListener("queue", refresh);
  source.addEventListener("error", () => {
    source.close();
    setTimeout(() => listen(failures + 1), Math.min(15_000, 500 * 2 ** failures));
  });
}

setInterval(refresh, 30_000);
listen();
