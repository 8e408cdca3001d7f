// The vote box: keys that act only while the focus is inside it, and reading aloud with the device's own voices.
const FIELDS = "input, textarea, select, [contenteditable]";

function press(event) {
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.target.closest?.(FIELDS)) {
    return;
  }
  const box = event.target.closest?.(".box.vote");
  const button = box?.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (button) {
    event.preventDefault();
    button.click();
  }
}

// Voices that send the text to a server are never used: it would tell them who reads what.
function ownVoice(language) {
  const short = language.slice(0, 2).toLowerCase();
  return speechSynthesis.getVoices().find((voice) => voice.localService && voice.lang.toLowerCase().startsWith(short));
}

function readAloud(button, quote, language) {
  const listen = button.textContent;
  const speech = new SpeechSynthesisUtterance(quote.textContent);
  speech.voice = ownVoice(language);
  speech.lang = language;
  speech.onend = speech.onerror = () => (button.textContent = listen);
  button.textContent = button.dataset.stop;
  speechSynthesis.speak(speech);
}

function offerListening(control) {
  const quote = control.closest("[data-statement]").querySelector(".quote");
  const language = quote.lang || document.documentElement.lang;
  const button = control.querySelector("button");
  const reveal = () => (control.hidden = !ownVoice(language));
  reveal();
  speechSynthesis.addEventListener?.("voiceschanged", reveal);
  button.addEventListener("click", () => {
    const speaking = speechSynthesis.speaking;
    speechSynthesis.cancel();
    if (!speaking) readAloud(button, quote, language);
  });
}

export function startVoting(scope) {
  for (const hint of scope.querySelectorAll("[data-keys]")) hint.hidden = false;
  if (!("speechSynthesis" in window)) return;
  for (const control of scope.querySelectorAll("[data-listen]:not([data-offered])")) {
    control.dataset.offered = "";
    offerListening(control);
  }
}

document.addEventListener("keydown", press);
addEventListener("pagehide", () => window.speechSynthesis?.cancel());
