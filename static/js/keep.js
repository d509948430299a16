// What was typed survives a session that expired under it: kept in this tab only, never a secret, and of the hidden
// fields only those that ask for it (data-keep). Filled in again only when the form was answered by the sign-in page.
const key = () => `keep:${location.pathname}`;
const SECRET = /pass|secret|token|code|key/i;

const fields = (form) =>
  [...form.elements].filter(
    (field) =>
      "keep" in field.dataset ||
      (field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type) && !SECRET.test(field.name)),
  );

function save(form) {
  const values = fields(form).map((field) => [field.name, field.value, field.checked === true]);
  sessionStorage.setItem(key(), JSON.stringify({ values, interrupted: false }));
}

function restore(form, values) {
  for (const field of fields(form)) {
    const kept = values.find(([name, value]) => name === field.name && (field.type !== "radio" || value === field.value));
    if (!kept) continue;
    if (["checkbox", "radio"].includes(field.type)) field.checked = kept[2];
    else field.value = kept[1];
  }
  const note = document.querySelector("[data-kept]");
  if (note) note.hidden = false;
}

export function keep(form) {
  const kept = JSON.parse(sessionStorage.getItem(key()) ?? "null");
  sessionStorage.removeItem(key());
  if (kept?.interrupted) restore(form, kept.values);
  form.addEventListener("submit", () => save(form));
}

// On the sign-in page: a form that was sent just before came back here, so its values are wanted again.
export function keepMark() {
  for (let index = 0; index < sessionStorage.length; index += 1) {
    const name = sessionStorage.key(index);
    if (!name.startsWith("keep:")) continue;
    const kept = JSON.parse(sessionStorage.getItem(name));
    sessionStorage.setItem(name, JSON.stringify({ ...kept, interrupted: true }));
  }
}
