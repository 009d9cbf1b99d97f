// The chat page: what the citizen does goes to Outgoing, what the server tells comes from Stream, both meet in the log by the message's id.
import { Outgoing } from "./outgoing.js";
import { changeSize, restoreSize } from "./reading.js";
import { Stream } from "./stream.js";
import { switchLanguage, language, text, translatePage } from "./texts.js";
import { addMessage, nearEnd, offerAgain, scrollToEnd, showState, shown } from "./view.js";

const LONGEST_MESSAGE = 2000;
const find = (id) => document.querySelector(`#${id}`);
const entry = find("entry");
const notice = find("notice");
const refused = find("refused");

function follow(change, always = false) {
  const stay = always || nearEnd();
  change();
  if (stay) scrollToEnd();
}

function showOwn(message, state, reason) {
  follow(() => {
    const element = shown(message.id) ?? addMessage({ key: message.id, author: "citizen", text: message.title });
    showState(element, state, () => outgoing.resend(message.id));
    if (state !== "refused") return;
    refused.textContent = text(reason);
    if (message.body.choice) offerAgain();
  }, state === "sending");
}

function showDelay(reason) {
  notice.hidden = !reason;
  notice.textContent = reason ? text(reason) : "";
}

const outgoing = new Outgoing({
  onState: showOwn,
  onDelay: showDelay,
  onSent() {
    if (!known) stream.open();
  },
});
let officer = false; // whether a person answers: only then is it worth telling what this page shows
const signal = (path, body) => officer && fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }).catch(() => null);
const tellShown = () => stream.last && signal("/chat/shown", { position: stream.last, seen: document.visibilityState === "visible" });
let typingEnds; // an officer who stops writing tells nobody
let known = true; // whether the server has a conversation for this visitor yet

const stream = new Stream("/chat/events", {
  onMessage(message) {
    outgoing.confirm(message.key);
    const known = shown(message.key);
    if (known) return showState(known, "sent");
    follow(() => {
      const added = addMessage(message, (index, title) => choose(message.key, index, title));
      if (message.author === "citizen") showState(added, "sent");
    });
    if (message.author !== "citizen") tellShown();
  },
  onStatus({ known: exists, owner, thinking, typing, notice: announced }) {
    known = exists;
    const joined = owner === "agent" && !officer;
    officer = owner === "agent";
    if (joined) tellShown();
    find("announcement").hidden = !announced;
    find("announcement").textContent = announced ?? "";
    clearTimeout(typingEnds);
    follow(() => (find("thinking").hidden = !(thinking || typing)));
    if (typing && !thinking) typingEnds = setTimeout(() => (find("thinking").hidden = true), 5000);
  },
  onConnection(connected) {
    if (connected) outgoing.run();
    showDelay(connected ? null : "offline");
  },
});

function say(title, body) {
  const id = crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  refused.textContent = "";
  outgoing.add({ id, title, body: { client_id: id, ...body } });
}

const choose = (key, index, title) => say(title, { choice: { message: key, index } });

function submit() {
  const words = entry.value.trim();
  if (!words) return (refused.textContent = text("empty"));
  if (words.length > LONGEST_MESSAGE) return (refused.textContent = text("tooLong", LONGEST_MESSAGE, words.length));
  say(words, { text: words });
  entry.value = "";
  grow();
}

function grow() {
  entry.style.height = "auto";
  entry.style.height = `${entry.scrollHeight + 4}px`;
}

function greet() {
  addMessage({ key: "greeting", author: "assistant", text: text("greeting") });
}

async function finish() {
  if (!confirm(text("finishAsk"))) return;
  await fetch("/chat/finish", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" });
  outgoing.clear();
  location.reload();
}

find("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
entry.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit();
});
let toldTyping = 0;
entry.addEventListener("input", () => {
  grow();
  if (Date.now() - toldTyping > 3000) {
    toldTyping = Date.now();
    signal("/chat/typing", {});
  }
  const length = entry.value.trim().length;
  refused.textContent = length > LONGEST_MESSAGE ? text("tooLong", LONGEST_MESSAGE, length) : "";
});
find("smaller").addEventListener("click", () => changeSize(-1));
find("larger").addEventListener("click", () => changeSize(1));
find("person").addEventListener("click", () => say(text("personRequest"), { text: text("personRequest") }));
find("finish").addEventListener("click", finish);
find("language").addEventListener("click", () => {
  switchLanguage();
  showLanguage();
});
document.addEventListener("visibilitychange", tellShown);
window.addEventListener("offline", () => showDelay("offline"));

function showLanguage() {
  const button = find("language");
  button.textContent = language() === "vi" ? "English" : "Tiếng Việt";
  button.lang = language() === "vi" ? "en" : "vi";
}

restoreSize();
translatePage();
showLanguage();
greet();
for (const message of outgoing.waiting) showOwn(message, "sending");
stream.open();
