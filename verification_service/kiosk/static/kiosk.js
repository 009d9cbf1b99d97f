// Shows what the kiosk program says; keeps nothing but the digits being typed, which every change of screen erases.
const page = { "X-Kiosk-Page": "1" };
const FRAME_EVERY = 280;
const PICTURES = {
  code_unknown: "code", no_card: "card", card_removed: "lifted", card_unreadable: "card", wrong_card: "wrong", reader_missing: "reader", camera_refused: "camera",
  network: "network", session_over: "time", too_many_codes: "time",
};
let texts = {}, language = "vi", state = { screen: "", version: -1 }, typed = "", stream = null, scanning = false, speaking = false;

const all = (selector) => [...document.querySelectorAll(selector)];
const one = (selector) => document.querySelector(selector);
const section = (name) => one(`section[data-screen="${name}"]`);

async function send(path, body) {
  const answer = await fetch(path, { method: "POST", headers: { ...page, "Content-Type": "application/json" }, body: body && JSON.stringify(body) });
  if (answer.ok) show(await answer.json());
}

function show(next) {
  if (next.version < state.version) return;
  const changed = next.screen !== state.screen;
  state = next;
  if (changed) { typed = ""; scanning = false; say(headline()); }
  if (changed && state.screen === "welcome") forget();
  render();
  if (state.screen === "camera") film();
  else if (!scanning) release();
}

function render() {
  const shown = scanning ? "scanning" : state.screen;
  all("section").forEach((part) => part.classList.toggle("shown", part.dataset.screen === shown));
  all("[data-text]").forEach((part) => { part.textContent = texts[part.dataset.text] ?? ""; });
  all(".digits").forEach((part) => { part.textContent = typed.padEnd(wanted(), "–").replace(/(.{3})(?=.)/g, "$1 "); });
  all(".keypad .go").forEach((key) => { key.textContent = texts.next; key.disabled = typed.length !== wanted(); });
  all(".keypad .erase").forEach((key) => key.setAttribute("aria-label", texts.erase));
  one("#purpose").textContent = texts[`purpose_${state.purpose}`] ?? "";
  one("#consent-data").hidden = !state.keeps_data;
  one("#problem").textContent = texts[`problem_${state.problem}`] ?? "";
  one("#prompt").textContent = texts[`prompt_${state.prompt}`] ?? "";
  one("#advice").textContent = texts[`advice_${state.advice}`] ?? "";
  one("#card-advice").textContent = state.again ? [texts.card_again, texts[`advice_${state.advice}`]].filter(Boolean).join(". ") : "";
  one("#card-hint").textContent = state.again ? `${texts.attempts_left} ${state.attempts_left}` : texts.card_hint;
  one(".sign").setAttribute("class", `sign ${state.prompt}`);
  one(".oval").setAttribute("class", `oval ${state.prompt} ${state.advice ? "" : "good"}`);
  one("#retry").textContent = texts[state.back === "welcome" ? "start_over" : "retry"];
  one("#trouble").setAttribute("href", `#t-${PICTURES[state.problem] ?? "officer"}`);
  one("progress").value = state.progress ?? 0;
  ask(state.idle);
  one("#stop").hidden = ["welcome", "verified", "rejected", "review"].includes(state.screen) || (state.screen === "problem" && state.back === "welcome");
  document.documentElement.lang = language;
}

const wanted = () => (state.screen === "number" ? 12 : 6);
const headline = () => texts[state.screen === "problem" ? `problem_${state.problem}` : state.screen === "camera" ? `prompt_${state.prompt}` : state.screen];

function press(key) {
  if (key === "go") send(state.screen === "number" ? "/api/number" : "/api/code", { [state.screen === "number" ? "number" : "code"]: typed });
  else if (key === "erase") typed = typed.slice(0, -1);
  else if (typed.length < wanted()) typed += key;
  render();
}

all(".keypad").forEach((pad) => {
  for (const key of [..."123456789", "erase", "0", "go"]) {
    const button = document.createElement("button");
    button.className = key.length > 1 ? key : "";
    button.textContent = key === "erase" ? "⌫" : key;
    button.onclick = () => press(key);
    pad.append(button);
  }
});
addEventListener("keydown", (event) => {
  if (one("dialog").open) return;
  if (event.key === "Escape" && !one("#stop").hidden) return one("#stop").click();
  if (!["code", "number"].includes(state.screen)) return;
  if (/^\d$/.test(event.key)) press(event.key);
  else if (event.key === "Backspace") press("erase");
  else if (event.key === "Enter" && typed.length === wanted()) { event.preventDefault(); press("go"); }
});
all("[data-do]").forEach((button) => { button.onclick = () => (scanning ? (scanning = false, release(), render()) : send(`/api/do/${button.dataset.do}`)); });
all("[data-scan]").forEach((button) => { button.onclick = () => scan(state.screen); });
one("#language").onclick = () => choose(language === "vi" ? "en" : "vi");
one("#speak").onclick = () => { speak(!speaking); say(headline()); };

function speak(whether) {
  speaking = whether;
  one("#speak").setAttribute("aria-pressed", speaking);
}

// The next person begins in Vietnamese and in silence.
function forget() {
  speak(false);
  if (language !== "vi") choose("vi");
}

// Whoever types a long number slowly is there too, though the kiosk program hears of it only at the end.
let heard = 0;
function stay() {
  if (state.screen === "welcome" || (!state.idle && performance.now() - heard < 5000)) return;
  heard = performance.now();
  send("/api/do/stay");
}
["click", "keydown"].forEach((touch) => addEventListener(touch, stay));
one("dialog").addEventListener("cancel", (event) => event.preventDefault());

function ask(whether) {
  const dialog = one("dialog");
  if (whether && !dialog.open) { dialog.showModal(); say(texts.still_there); }
  else if (!whether) dialog.close();
}

function say(text) {
  if (!speaking || !text || !("speechSynthesis" in window)) return;
  speechSynthesis.cancel();
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.lang = language === "vi" ? "vi-VN" : "en";
  speechSynthesis.speak(utterance);
}

async function open(video) {
  stream ??= await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } });
  video.srcObject = stream;
  await video.play();
}

function release() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
  all("video").forEach((video) => { video.srcObject = null; });
}

function picture(video) {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth; canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(video, 0, 0);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
}

let filming = false;
async function film() {
  if (filming) return;
  filming = true;
  const video = section("camera").querySelector("video");
  try {
    await open(video);
    const began = performance.now();
    let said = "";
    while (state.screen === "camera") {
      const started = performance.now();
      const answer = await fetch(`/api/frame?at=${((started - began) / 1000).toFixed(3)}`, { method: "POST", headers: page, body: await picture(video) });
      if (answer.ok) { filming = true; show(await answer.json()); }
      const now = texts[`advice_${state.advice}`] ?? texts[`prompt_${state.prompt}`];
      if (now !== said) say(said = now);
      await new Promise((next) => setTimeout(next, Math.max(0, FRAME_EVERY - (performance.now() - started))));
    }
  } catch (error) {
    if (["NotAllowedError", "NotFoundError", "NotReadableError", "OverconstrainedError"].includes(error.name)) await send("/api/do/camera-refused");
  } finally {
    filming = false;
    if (state.screen !== "camera") release();
  }
}

async function scan(screen) {
  scanning = true;
  render();
  say(texts.scanning);
  const video = section("scanning").querySelector("video");
  try {
    await open(video);
    while (scanning && state.screen === screen) {
      const found = await (await fetch("/api/scan", { method: "POST", headers: page, body: await picture(video) })).json();
      const field = screen === "number" ? "number" : "code";
      if (found[field]) { scanning = false; release(); await send(`/api/${field}`, { [field]: found[field] }); return; }
      await new Promise((next) => setTimeout(next, 200));
    }
  } catch { scanning = false; await send("/api/do/camera-refused"); }
  finally { if (!scanning && state.screen !== "camera") release(); }
}

async function choose(wantedLanguage) {
  language = wantedLanguage;
  texts = await (await fetch(`/api/texts/${language}`)).json();
  render();
}

async function follow() {
  for (;;) {
    try { show(await (await fetch(`/api/state?after=${state.version}`)).json()); }
    catch { await new Promise((next) => setTimeout(next, 500)); }
  }
}

await choose("vi");
follow();
