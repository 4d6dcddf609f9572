// Small conveniences. Every page works without this file.

// The error summary and htmx answers: put the focus where the news is.
document.addEventListener("DOMContentLoaded", () => {
  document.getElementById("fehler")?.focus();
});

// An open menu closes on Escape and on a click elsewhere.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.ol-menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.ol-menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// A second click on a submit button must not send the form twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  // A form that answers with a download leaves the page standing: let it go again after a moment.
  setTimeout(() => delete form.dataset.sent, 3000);
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// An answer opens the fold with what it asks for; without this file the fold opens by hand or after saving.
document.addEventListener("change", ({ target }) => {
  if (target.checked === false) return;
  for (const fold of document.querySelectorAll("details[data-asked]")) {
    if (fold.dataset.asked.split(" ").includes(`${target.name}=${target.value}`)) fold.open = true;
  }
});
