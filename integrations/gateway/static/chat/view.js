// Messages as elements. Words are text nodes, always: nothing anyone writes is ever markup.
import { listenButton } from "./reading.js";
import { language, text } from "./texts.js";

const log = document.querySelector("#log");
const LINK = /(https:\/\/[^\s<>"]+[^\s<>".,;:!?)])|(1900[ .]?0368)/g;

const element = (name, className, words) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (words !== undefined) made.textContent = words;
  return made;
};

/** The code of a kiosk session stands alone in its line; the kiosk's camera reads it as a picture. */
const KIOSK_CODE = /\n?^TROLY06:[0-9]{6}$/m;

function kioskCode(body) {
  const found = body.match(KIOSK_CODE)?.[0].trim();
  if (!found) return [];
  const picture = element("img", "kiosk-code");
  return [Object.assign(picture, { src: `/chat/kiosk-code.svg?qr=${found}`, alt: text("kioskCode"), width: 200, height: 200 })];
}

function words(body, linked) {
  if (!linked) return [document.createTextNode(body)];
  const parts = [];
  let end = 0;
  for (const match of body.matchAll(LINK)) {
    parts.push(document.createTextNode(body.slice(end, match.index)));
    const link = element("a", "", match[0]);
    link.href = match[1] ?? "tel:19000368";
    if (match[1]) Object.assign(link, { target: "_blank", rel: "noopener noreferrer" });
    parts.push(link);
    end = match.index + match[0].length;
  }
  parts.push(document.createTextNode(body.slice(end)));
  return parts;
}

export const shown = (key) => log.querySelector(`[data-key="${CSS.escape(key)}"]`);
export const nearEnd = () => window.innerHeight + window.scrollY > document.documentElement.scrollHeight - 160;
export const scrollToEnd = () => window.scrollTo({ top: document.documentElement.scrollHeight });

const clock = (at) => new Intl.DateTimeFormat(language(), { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" }).format(new Date(at));

/** Adds one message. `author` is citizen, assistant, officer or notice; `onChoice(index, title)` is called for a pressed button. */
export function addMessage({ key, author, name, text: body, choices = [], at }, onChoice) {
  const message = element("div", `message ${author}`);
  message.dataset.key = key;
  if (author === "notice") message.append(element("div", "bubble", body));
  else {
    message.append(element("div", "author", name ? `${text(author)} ${name}` : text(author)));
    const bubble = element("div", "bubble");
    const said = author === "assistant" ? body.replace(KIOSK_CODE, "") : body;
    bubble.append(...words(said, author !== "citizen"), ...(author === "assistant" ? kioskCode(body) : []));
    message.append(bubble);
    const foot = element("div", "foot");
    if (at) foot.append(element("span", "time", clock(at)));
    foot.append(element("span", "state"));
    if (author !== "citizen") foot.append(...[listenButton(said)].filter(Boolean));
    message.append(foot);
  }
  retireChoices();
  if (choices.length) message.append(choiceButtons(choices, onChoice));
  log.append(message);
  return message;
}

function choiceButtons(choices, onChoice) {
  const group = element("div", "choices");
  group.setAttribute("role", "group");
  choices.forEach(({ title }, index) => {
    const button = element("button", "", title);
    button.type = "button";
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled")) return;
      for (const other of group.children) other.setAttribute("aria-disabled", "true");
      button.setAttribute("aria-pressed", "true");
      onChoice(index, title);
    });
    group.append(button);
  });
  return group;
}

/** Only the newest choices can be pressed. A group that holds the focus stays in place, so that the focus is never lost. */
function retireChoices() {
  for (const group of log.querySelectorAll(".choices")) {
    if (!group.contains(document.activeElement)) group.remove();
    else for (const button of group.children) button.setAttribute("aria-disabled", "true");
  }
}

export function offerAgain() {
  for (const button of log.querySelectorAll(".choices button")) {
    button.removeAttribute("aria-disabled");
    button.removeAttribute("aria-pressed");
  }
}

export function showState(message, state, onResend) {
  message.classList.toggle("failed", state === "failed" || state === "refused");
  message.querySelector(".state").textContent = text(state === "refused" ? "failed" : state);
  message.querySelector(".resend")?.remove();
  if (state !== "failed") return;
  const button = element("button", "resend", text("resend"));
  button.type = "button";
  button.addEventListener("click", onResend);
  message.querySelector(".foot").append(button);
}
