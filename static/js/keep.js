// Keeps a form's input while its user signs in again: never a secret, and of the hidden fields only those with
// data-keep. What was sent waits in this tab until the next page; only a page that says that it was not taken moves it
// to the browser's storage, since the mailed link may open in another tab. There it stays for an hour at most.
const HOUR = 3600 * 1000;
const SECRET = /pass|secret|token|code|key/i;

// The path without its language: signing in may change it.
const page = (address) => new URL(address, location.href).pathname.replace(/^\/[a-z]{2}(?=\/)/, "");
const noteOf = (form) => form.parentElement.querySelector("[data-kept]") ?? document.querySelector("[data-kept]");
const key = (form) => `keep:${noteOf(form)?.dataset.kept ?? ""} ${page(location.href)} ${page(form.action)}`;

const fields = (form) =>
  [...form.elements].filter(
    (field) =>
      "keep" in field.dataset ||
      (field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type) && !SECRET.test(field.name)),
  );

const entries = (store) => Object.keys(store).filter((name) => name.startsWith("keep:"));

function save(form) {
  const values = fields(form).map((field) => [field.name, field.value, field.checked === true]);
  sessionStorage.setItem(key(form), JSON.stringify(values));
}

function restore(form, values) {
  for (const field of fields(form)) {
    const kept = values.find(([name, value]) => name === field.name && (field.type !== "radio" || value === field.value));
    if (!kept) continue;
    if (["checkbox", "radio"].includes(field.type)) field.checked = kept[2];
    else field.value = kept[1];
  }
  const note = noteOf(form);
  if (note) note.hidden = false;
}

export function keep(form) {
  const kept = JSON.parse(localStorage.getItem(key(form)) ?? "null");
  localStorage.removeItem(key(form));
  if (kept && kept.until > Date.now()) restore(form, kept.values);
  form.addEventListener("submit", () => save(form));
}

// On the sign-in page, and where a form was refused: what was sent just before is needed again.
export function keepMark(element) {
  const sent = entries(sessionStorage);
  for (const name of sent) {
    localStorage.setItem(name, JSON.stringify({ values: JSON.parse(sessionStorage[name]), until: Date.now() + HOUR }));
  }
  const promise = element.querySelector("[data-is-kept]");
  if (promise) promise.hidden = sent.length === 0;
}

// On each page, after the above: an answer has come, so nothing waits any more; and the hour may be over.
export function forget() {
  for (const name of entries(sessionStorage)) sessionStorage.removeItem(name);
  for (const name of entries(localStorage)) {
    if (!(JSON.parse(localStorage[name]).until > Date.now())) localStorage.removeItem(name);
  }
}
