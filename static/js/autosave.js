// Keeps what is typed in a form with data-autosave on the server, so that a crash loses nothing.
// Without this file the form works as it always did.

const WAIT = 1500;
// What a request may carry that outlives its page: 64 KiB, with room for letters of several bytes.
const OUTLIVES = 20000;

const outlives = (data) => [...data.values()].reduce((sum, value) => sum + value.length, 0) < OUTLIVES;

for (const form of document.querySelectorAll("form[data-autosave]")) {
  const note = form.querySelector("[data-autosave-note]");
  let timer = 0;
  let running = null;
  // Typed and not yet answered for by the server.
  let unkept = false;

  const say = (text) => {
    note.textContent = text;
    note.hidden = false;
  };

  const stop = () => {
    clearTimeout(timer);
    timer = 0;
    running?.abort();
  };

  const keep = async () => {
    stop();
    running = new AbortController();
    const data = new FormData(form);
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST",
        body: data,
        signal: running.signal,
        keepalive: outlives(data),
      });
      if (answer.status !== 204) throw new Error(String(answer.status));
      unkept = timer !== 0;
      const time = new Date().toLocaleTimeString("de-DE", { hour: "2-digit", minute: "2-digit" });
      say(`Zwischengespeichert um ${time} Uhr. Gültig wird es erst mit „Speichern“.`);
    } catch (error) {
      if (error.name !== "AbortError") say("Das Zwischenspeichern gelingt gerade nicht. Bitte speichern Sie bald.");
    }
  };

  const later = () => {
    unkept = true;
    clearTimeout(timer);
    timer = setTimeout(keep, WAIT);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  // On the way to another field, a link or another window; the button to save does its own work.
  form.addEventListener("focusout", (event) => {
    if (timer && event.relatedTarget?.type !== "submit") keep();
  });
  form.addEventListener("submit", () => {
    stop();
    unkept = false;
  });
  // Leaving before the server has answered.
  const leave = () => {
    if (unkept && navigator.sendBeacon(form.dataset.autosave, new FormData(form))) unkept = false;
  };
  window.addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") leave();
  });
}
