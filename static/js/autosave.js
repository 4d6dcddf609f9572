// Keeps what is typed in a form with data-autosave on the server, so that a crash loses nothing.
// Without this file the form works as it always did.

const WAIT = 1500;

for (const form of document.querySelectorAll("form[data-autosave]")) {
  const note = form.querySelector("[data-autosave-note]");
  let timer = 0;
  let running = null;

  const say = (text) => {
    note.textContent = text;
    note.hidden = false;
  };

  const keep = async () => {
    timer = 0;
    running?.abort();
    running = new AbortController();
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST",
        body: new FormData(form),
        signal: running.signal,
      });
      if (answer.status !== 204) throw new Error(String(answer.status));
      const time = new Date().toLocaleTimeString("de-DE", { hour: "2-digit", minute: "2-digit" });
      say(`Zwischengespeichert um ${time} Uhr. Gültig wird es erst mit „Speichern“.`);
    } catch (error) {
      if (error.name !== "AbortError") say("Das Zwischenspeichern gelingt gerade nicht. Bitte speichern Sie bald.");
    }
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(keep, WAIT);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    timer = 0;
    running?.abort();
  });
  // Leaving within the second and a half after the last key.
  window.addEventListener("pagehide", () => {
    if (timer) navigator.sendBeacon(form.dataset.autosave, new FormData(form));
  });
}
