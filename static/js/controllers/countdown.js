// Counts down data-seconds inside the element, then enables its button.
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

export default function countdown(element) {
  const until = Date.now() + Number(element.dataset.seconds) * 1000;
  const waiting = element.querySelector("[data-waiting]");
  const ready = element.querySelector("[data-ready]");
  const figure = element.querySelector("[data-figure]");

  function tick() {
    const left = Math.ceil((until - Date.now()) / 1000);
    const done = left <= 0;
    if (element instanceof HTMLButtonElement) element.disabled = !done;
    waiting.hidden = done;
    ready.hidden = !done;
    if (done) return;
    figure.textContent = clock(left);
    setTimeout(tick, 250);
  }
  tick();
}
