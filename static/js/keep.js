// Keeps a form's input when its session has expired: in this tab only, never a secret, and of the hidden
// fields only those with data-keep. It is restored only if the sign-in page answered the form.
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

// On the sign-in page: the form sent just before was redirected here, so its values are needed again.
export function keepMark() {
  for (let index = 0; index < sessionStorage.length; index += 1) {
    const name = sessionStorage.key(index);
    if (!name.startsWith("keep:")) continue;
    const kept = JSON.parse(sessionStorage.getItem(name));
    sessionStorage.setItem(name, JSON.stringify({ ...kept, interrupted: true }));
  }
}
