// The console keeps itself current: the stream only says "look again", and what is shown always comes from the tables, after the last position seen.
const queue = document.querySelector("#queue");
const conversation = document.querySelector("#conversation");
const entries = document.querySelector("#entries");
const reply = document.querySelector("#reply");
const csrf = document.querySelector('meta[name="csrf"]').content;
const script = { "X-Requested-With": "desk", "X-CSRF-Token": csrf };
const LONGEST_PAUSE = 15_000;

async function fragment(address) {
  const response = await fetch(address, { headers: script });
  if (response.status === 401) location.assign("/desk/sign-in");
  return response.ok ? response.text() : null;
}

/** Runs at most one at a time; a wish that comes meanwhile is served once afterwards. */
function oneAtATime(work) {
  let running = false;
  let again = false;
  return async () => {
    again = true;
    if (running) return;
    running = true;
    try {
      while (again) {
        again = false;
        await work();
      }
    } finally {
      running = false;
    }
  };
}

const refreshQueue = oneAtATime(async () => {
  const html = await fragment(`/desk/fragments/queue?view=${queue.dataset.view}`);
  if (html === null) return;
  const focused = queue.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  queue.innerHTML = html;
  markOpened();
  if (focused) queue.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
  showCounts();
});

const refreshEntries = oneAtATime(async () => {
  const last = entries.lastElementChild?.dataset.position ?? 0;
  const html = await fragment(`/desk/conversations/${conversation.dataset.id}/entries?after=${last}`);
  if (!html?.trim()) return;
  const stay = entries.scrollTop + entries.clientHeight > entries.scrollHeight - 80;
  entries.insertAdjacentHTML("beforeend", html);
  if (stay) entries.scrollTop = entries.scrollHeight;
});

function markOpened() {
  if (conversation) queue.querySelector(`[data-conversation="${conversation.dataset.id}"]`)?.setAttribute("aria-current", "true");
}

function showCounts() {
  const waiting = Number(queue.querySelector("#counts").dataset.waiting);
  document.title = document.title.replace(/^(\(\d+\) )?/, waiting ? `(${waiting}) ` : "");
}

function listen(failures = 0) {
  const source = new EventSource(conversation ? `/desk/events?conversation=${conversation.dataset.id}` : "/desk/events");
  source.addEventListener("open", () => {
    failures = 0;
    if (conversation) refreshEntries();
  });
  source.addEventListener("queue", refreshQueue);
  source.addEventListener("conversation", (event) => {
    const { kind } = JSON.parse(event.data);
    if (kind === "owner") return reload();
    refreshEntries();
  });
  source.addEventListener("error", () => {
    source.close();
    setTimeout(() => listen(failures + 1), Math.min(LONGEST_PAUSE, 500 * 2 ** failures));
  });
}

let leaving = false; // a form of the page is on its way: its answer brings the new page
document.addEventListener("submit", (event) => (leaving = !event.defaultPrevented && event.target !== reply));

/** The buttons below depend on who holds the conversation. A reply being written is kept. */
function reload() {
  if (leaving) return;
  const draft = reply?.elements.text.value;
  if (draft) sessionStorage.setItem(`draft:${conversation.dataset.id}`, draft);
  location.reload();
}

async function send() {
  const trouble = document.querySelector("#trouble");
  const button = reply.querySelector("button");
  button.disabled = true;
  trouble.hidden = true;
  try {
    const response = await fetch(reply.action, { method: "POST", headers: script, body: new FormData(reply) });
    if (!response.ok) throw new Error((await response.json()).message);
    reply.elements.reply_id.value = crypto.randomUUID();
    reply.elements.text.value = "";
    refreshEntries();
  } catch (error) {
    trouble.hidden = false;
    trouble.textContent = error.message;
  } finally {
    button.disabled = false;
    reply.elements.text.focus();
  }
}

if (reply) {
  const kept = `draft:${conversation.dataset.id}`;
  reply.elements.text.value = sessionStorage.getItem(kept) ?? "";
  sessionStorage.removeItem(kept);
  reply.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  reply.elements.text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
  });
}
if (entries) entries.scrollTop = entries.scrollHeight;
markOpened();
showCounts();
listen();
