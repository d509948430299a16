// Sends a form once: its button shows the loading state within a frame, keeps its width and ignores a second click.
const wave = () => document.getElementById("busy-wave")?.content.firstElementChild?.cloneNode(true);

function start(button) {
  button.style.setProperty("min-inline-size", `${button.getBoundingClientRect().width}px`);
  button.setAttribute("aria-busy", "true");
  button.dataset.label = button.innerHTML;
  const words = button.dataset.busy ?? button.textContent.trim();
  button.replaceChildren(...[wave(), words].filter(Boolean));
}

function stop(button) {
  button.removeAttribute("aria-busy");
  button.innerHTML = button.dataset.label;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (event.defaultPrevented || form.method === "dialog") return;
  const button = event.submitter ?? form.querySelector("button[type=submit]");
  form.dataset.sent = "true";
  // After the browser has read the form: a button changed earlier could lose its own value.
  setTimeout(() => button && start(button));
});

// The back button restores the page as it was left: enable its buttons again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("button[aria-busy]")) stop(button);
});
