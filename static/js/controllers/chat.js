// Shows a message as soon as it is sent, that an answer is awaited, and after a failure what to do. Nothing typed is lost.
const SLOW = 2000; // milliseconds

export default function chat(section) {
  const log = section.querySelector("#chat-log");
  const template = section.querySelector("[data-sending]");
  const again = section.querySelector("[data-again]");
  const field = () => section.querySelector("input[name=text]");
  let typed = "";
  let draft = ""; // typed while an answer was awaited, which brings a new field
  let timer;

  function tell(when) {
    clearTimeout(timer);
    for (const words of section.querySelectorAll("[data-when]")) words.hidden = words.dataset.when !== when;
    again.hidden = !["offline", "failed"].includes(when);
  }

  function begin(event) {
    if (!event.target.matches(".chat__form")) return;
    typed = field().value.trim();
    tell("");
    if (!typed) return;
    const pending = template.content.cloneNode(true);
    pending.querySelector(".bubble").textContent = typed;
    log.append(pending);
    log.lastElementChild.scrollIntoView({ block: "nearest" });
    field().value = "";
    timer = setTimeout(tell, SLOW, "slow");
  }

  // Before the answer is put in its place.
  function arrive() {
    draft = field()?.value ?? "";
    tell("");
    for (const turn of log.querySelectorAll("[data-pending]")) turn.remove();
  }

  function keep() {
    if (field() && !field().value) field().value = draft;
  }

  function fail(event) {
    if (!event.target.matches(".chat__form")) return;
    arrive();
    if (!field().value) field().value = typed;
    tell(navigator.onLine ? "failed" : "offline");
    field().focus();
  }

  function settle() {
    field()?.focus({ preventScroll: true });
    section.querySelector("#chat-foot").scrollIntoView({ block: "nearest" });
  }

  section.addEventListener("htmx:beforeRequest", begin);
  section.addEventListener("htmx:beforeSwap", arrive);
  section.addEventListener("htmx:afterSwap", keep);
  section.addEventListener("htmx:afterSettle", settle);
  for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) section.addEventListener(name, fail);
  again.addEventListener("click", () => section.querySelector(".chat__form").requestSubmit());
  addEventListener("online", () => section.isConnected && !again.hidden && tell("failed"));
}
