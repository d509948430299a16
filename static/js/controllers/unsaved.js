// Asks before a page with changed fields is left other than by its own form.
const state = (form) => new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string")).toString();

export default function unsaved(form) {
  const before = state(form);
  window.addEventListener("beforeunload", (event) => {
    if (!form.dataset.sent && state(form) !== before) event.preventDefault();
  });
}
