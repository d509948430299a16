// Plays a recording. The turns of the conversation follow it: the one that is spoken is marked, and the time of each
// (a link to #t…) plays from there. An address that ends in #t… begins there.
const clock = (seconds) => {
  const whole = Math.max(0, Math.floor(seconds || 0));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
};

export default function player(place) {
  const [audio, button, bar, range, time, speed] = [
    "audio", ".player__play", ".player__track", "input", "time", "select",
  ].map((name) => place.querySelector(name));
  const turns = [...document.querySelectorAll(".turn[data-at]")];
  const words = { true: button.getAttribute("aria-label"), false: button.dataset.pause };
  const at = (turn) => Number(turn.dataset.at);

  audio.controls = false;
  for (const part of [button, bar, time, speed]) part.hidden = false;

  function show() {
    const length = Number.isFinite(audio.duration) ? audio.duration : Number(range.max);
    range.max = length;
    range.value = audio.currentTime;
    bar.style.setProperty("--played", `${length ? (audio.currentTime / length) * 100 : 0}%`);
    time.querySelector("b").textContent = clock(audio.currentTime);
    time.querySelector("span").textContent = clock(length);
    range.setAttribute("aria-valuetext", time.textContent.trim());
    button.setAttribute("aria-label", words[audio.paused]);
    place.classList.toggle("is-playing", !audio.paused);
    const now = audio.paused && !audio.currentTime ? null : turns.findLast((turn) => at(turn) <= audio.currentTime + 0.05);
    for (const turn of turns) turn.classList.toggle("is-spoken", turn === now);
  }

  function seek(seconds) {
    audio.currentTime = seconds;
    show();
  }

  // The turn that the address names, if any.
  const named = (hash) => turns.find((turn) => `#${turn.id}` === hash);

  for (const event of ["timeupdate", "play", "pause", "ended", "loadedmetadata", "seeked"]) {
    audio.addEventListener(event, show);
  }
  button.addEventListener("click", () => (audio.paused ? audio.play() : audio.pause()));
  range.addEventListener("input", () => seek(Number(range.value)));
  range.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5 }[event.key];
    if (!step) return;
    event.preventDefault();
    seek(Math.max(0, Math.min(Number(range.max), audio.currentTime + step)));
  });
  speed.addEventListener("change", () => (audio.playbackRate = Number(speed.value)));
  document.addEventListener("click", (event) => {
    const turn = place.isConnected && named(event.target.closest?.(".turn__at")?.hash);
    if (!turn) return;
    seek(at(turn));
    audio.play();
  });
  const first = named(window.location.hash);
  if (first) seek(at(first));
  show();
}
