// Help with reading: larger text, and the message spoken by the device's own voice.
import { language, text } from "./texts.js";

const SIZES = [100, 125, 150, 175, 200];

export function changeSize(step) {
  const root = document.documentElement;
  const place = SIZES.indexOf(Number(root.dataset.size ?? 100)) + step;
  root.dataset.size = SIZES[Math.min(SIZES.length - 1, Math.max(0, place))];
  localStorage.setItem("size", root.dataset.size);
}

export function restoreSize() {
  const size = Number(localStorage.getItem("size"));
  if (SIZES.includes(size)) document.documentElement.dataset.size = size;
}

const voice = () => globalThis.speechSynthesis?.getVoices().find((candidate) => candidate.lang.toLowerCase().startsWith(language()));

/** A button that reads the words aloud, or nothing where the device has no voice for the language. */
export function listenButton(words) {
  if (!voice()) return null;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text("listen");
  button.addEventListener("click", () => {
    if (speechSynthesis.speaking) return speechSynthesis.cancel();
    const speech = new SpeechSynthesisUtterance(words);
    Object.assign(speech, { voice: voice(), lang: voice().lang, rate: 0.9 });
    speech.addEventListener("start", () => (button.textContent = text("stop")));
    for (const end of ["end", "error"]) speech.addEventListener(end, () => (button.textContent = text("listen")));
    speechSynthesis.speak(speech);
  });
  return button;
}
