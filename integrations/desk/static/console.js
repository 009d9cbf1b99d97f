// The console keeps itself current: the stream only says "look again", and what is shown always comes from the tables, after the last position seen.
import { listen } from "/static/desk/stream.js";

const queue = document.querySelector("#queue");
const conversation = document.querySelector("#conversation");
const entries = document.querySelector("#entries");
const reply = document.querySelector("#reply");
const csrf = document.querySelector('meta[name="csrf"]').content;
const script = { "X-Requested-With": "desk", "X-CSRF-Token": csrf };
const LONGEST_PAUSE = 15_000;
const NETWORK_PAUSE = 2_000;

async function fragment(address) {
  const response = await fetch(address, { headers: { ...script, "X-Background": "1" } });
  if (response.status === 401) location.assign("/desk/sign-in");
  if (response.status === 404) location.assign("/desk/conversations"); // it lies with another unit now
  return response.ok ? response.text() : null;
}

/** Runs at most one at a time; a wish that comes meanwhile is served once afterwards, one that fails for want of a network again a little later. */
function oneAtATime(work) {
  let running = false;
  let again = false;
  const run = async () => {
    again = true;
    if (running) return;
    running = true;
    try {
      while (again) {
        again = false;
        await work();
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // what fetch calls a network that is away
      setTimeout(run, NETWORK_PAUSE);
    } finally {
      running = false;
    }
  };
  return run;
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
  const stay = nearEnd();
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  for (const entry of [...fresh.content.children]) {
    const shown = entries.querySelector(`[data-position="${entry.dataset.position}"]`);
    if (!shown) entries.append(entry);
    else if (!shown.contains(document.activeElement) && shown.outerHTML !== entry.outerHTML) shown.replaceWith(entry);
  }
  if (stay) showEnd();
});

/** On a phone the page scrolls, on a desk only the conversation does. */
const ownScroll = () => getComputedStyle(entries).overflowY === "auto";
const nearEnd = () => (ownScroll() ? entries.scrollTop + entries.clientHeight > entries.scrollHeight - 80 : true);
const showEnd = () => (ownScroll() ? (entries.scrollTop = entries.scrollHeight) : (reply ?? entries.lastElementChild)?.scrollIntoView({ block: "nearest" }));

let told = null; // the counts last shown, to ring only when they grow

/** A short tone made by the browser itself; silent until the officer has touched the page once, as browsers demand. */
function ring(times) {
  const audio = new AudioContext();
  for (let turn = 0; turn < times; turn++) {
    const tone = audio.createOscillator();
    tone.frequency.value = times > 1 ? 880 : 587;
    tone.connect(audio.destination);
    tone.start(audio.currentTime + turn * 0.35);
    tone.stop(audio.currentTime + turn * 0.35 + 0.2);
  }
  setTimeout(() => audio.close(), times * 350 + 300);
}

function markOpened() {
  if (conversation) queue.querySelector(`[data-conversation="${conversation.dataset.id}"]`)?.setAttribute("aria-current", "true");
}

function showCounts() {
  const { waiting, urgent, mentions, late } = Object.fromEntries(Object.entries(queue.querySelector("#counts").dataset).map(([name, count]) => [name, Number(count)]));
  document.title = document.title.replace(/^(\(\d+\) )?(‼ )?/, (waiting ? `(${waiting}) ` : "") + (urgent ? "‼ " : ""));
  if (told && urgent > told.urgent) ring(3);
  else if (told && (waiting > told.waiting || mentions > told.mentions || late > told.late)) ring(1);
  told = { waiting, urgent, mentions, late };
}

function heard(event) {
  const { kind } = JSON.parse(event.data);
  if (kind === "owner") refreshStanding();
  else if (kind === "citizen_typing") showTyping();
  else if (kind !== "typing") refreshEntries();
}

let typingEnds;

/** A citizen who stops writing tells nobody: the hint goes by itself. */
function showTyping() {
  const hint = document.querySelector("#typing");
  hint.hidden = false;
  clearTimeout(typingEnds);
  typingEnds = setTimeout(() => (hint.hidden = true), 5000);
}

let leaving = false; // the page is being made anew, by a form of it that is on its way or by itself
document.addEventListener("submit", (event) => (leaving ||= !event.defaultPrevented && event.target !== reply));
let sending = null; // the reply or note on its way

const draft = () => `draft:${conversation.dataset.id}`;

/** What stands in the reply box survives a new page under its own id, so that it is never stored twice; `send`: the officer had sent it already, and means it for as long as a page takes. */
function keepDraft(send) {
  const { text, reply_id: id } = reply.elements;
  if (text.value) sessionStorage.setItem(draft(), JSON.stringify({ text: text.value, id: id.value, sendUntil: send ? Date.now() + LONGEST_PAUSE : 0 }));
}

/** The buttons below depend on who holds the conversation: when that has changed, the page is made anew, once a reply on its way has arrived. */
const refreshStanding = oneAtATime(async () => {
  const html = await fragment(location.href);
  if (html === null || leaving) return;
  const standing = new DOMParser().parseFromString(html, "text/html").querySelector("#conversation")?.dataset.standing;
  if (standing === conversation.dataset.standing) return refreshEntries();
  await sending;
  if (leaving) return;
  leaving = true;
  if (reply) keepDraft(false);
  location.reload();
});

function submit(form, idField, textField) {
  if (leaving && form === reply) return keepDraft(true);
  if (!form.querySelector("button").disabled) sending = send(form, idField, textField);
}

async function send(form, idField, textField) {
  const trouble = document.querySelector("#trouble");
  const button = form.querySelector("button");
  button.disabled = true;
  if (trouble) trouble.hidden = true;
  try {
    const response = await fetch(form.action, { method: "POST", headers: script, body: new FormData(form) });
    if (!response.ok) throw new Error((await response.json()).message);
    form.elements[idField].value = crypto.randomUUID();
    form.elements[textField].value = "";
    refreshEntries();
  } catch (error) {
    if (!trouble) throw error;
    trouble.hidden = false;
    trouble.textContent = error instanceof TypeError ? trouble.dataset.offline : error.message;
  } finally {
    button.disabled = false;
    form.elements[textField].focus();
  }
}

function prepareReply() {
  const text = reply.elements.text;
  const kept = JSON.parse(sessionStorage.getItem(draft()) ?? "null");
  sessionStorage.removeItem(draft());
  if (kept) {
    text.value = kept.text;
    reply.elements.reply_id.value = kept.id;
  }
  reply.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(reply, "reply_id", "text");
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit(reply, "reply_id", "text");
  });
  prepareCanned(text);
  if (kept?.sendUntil > Date.now()) submit(reply, "reply_id", "text");
  let told = 0;
  let measuring;
  text.addEventListener("input", () => {
    if (text.value && Date.now() - told > 3000) {
      told = Date.now();
      fetch(`/desk/conversations/${conversation.dataset.id}/typing`, { method: "POST", headers: script }).catch(() => null);
    }
    if (!["sms", "ussd"].includes(conversation.dataset.channel)) return;
    clearTimeout(measuring);
    measuring = setTimeout(() => measure(text.value), 300);
  });
}

async function measure(words) {
  const response = await fetch("/desk/measure", { method: "POST", headers: script, body: new URLSearchParams({ text: words }) });
  const { segments } = await response.json();
  const size = document.querySelector("#size");
  size.textContent = segments ? `${segments} ${size.dataset.words}` : "";
}

/** A slash at the start offers the prepared replies; more letters narrow them, Enter or a click takes one. */
function prepareCanned(text) {
  const list = document.querySelector("#canned");
  const options = [...list.querySelectorAll("button")];
  const take = (option) => {
    text.value = option.dataset.text;
    list.hidden = true;
    text.focus();
  };
  text.addEventListener("input", () => {
    const typed = text.value.match(/^\/(\S*)$/);
    for (const option of options) option.hidden = !typed || !option.dataset.code.startsWith(typed[1].toLowerCase());
    list.hidden = !typed || options.every((option) => option.hidden);
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Escape") list.hidden = true;
    if (event.key !== "Enter" || list.hidden || event.ctrlKey) return;
    event.preventDefault();
    take(options.find((option) => !option.hidden));
  });
  for (const option of options) option.addEventListener("click", () => take(option));
}

function openNeighbour(step) {
  const links = [...queue.querySelectorAll("a[data-conversation]")];
  const at = links.findIndex((link) => link.getAttribute("aria-current"));
  links[at === -1 ? 0 : at + step]?.click();
}

const SHORTCUTS = {
  j: () => openNeighbour(1),
  k: () => openNeighbour(-1),
  c: () => document.querySelector('[data-key="c"]')?.click(),
  b: () => document.querySelector('[data-key="b"]')?.click(),
  r: () => document.querySelector("#text")?.focus(),
  n: () => document.querySelector("#note-text")?.focus(),
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, textarea, select")) return;
  if (!SHORTCUTS[event.key]) return;
  event.preventDefault();
  SHORTCUTS[event.key]();
});

const note = document.querySelector("#note");
note?.addEventListener("submit", (event) => {
  event.preventDefault();
  submit(note, "note_id", "text");
});
for (const button of document.querySelectorAll("[data-insert]")) {
  button.addEventListener("click", () => {
    const text = document.querySelector("#text");
    text.value = [text.value.trim(), button.dataset.insert].filter(Boolean).join("\n");
    text.focus();
  });
}
if (reply) prepareReply();
if (entries) showEnd();
markOpened();
showCounts();
setInterval(refreshQueue, 30_000); // waits and broken promises grow by themselves
listen(conversation ? `/desk/events?conversation=${conversation.dataset.id}` : "/desk/events", {
  open: () => {
    refreshQueue();
    if (conversation) refreshEntries();
  },
  queue: refreshQueue,
  conversation: heard,
});
