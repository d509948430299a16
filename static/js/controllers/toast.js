// A toast leaves by itself after a while, unless someone is reading it; an error stays until it is sent away.
const LIFE = 6000;

export default function toast(element) {
  const leave = () => element.remove();
  element.querySelector("button")?.addEventListener("click", leave);
  if (element.dataset.tone === "bad") return;
  let timer = setTimeout(leave, LIFE);
  for (const stay of ["pointerenter", "focusin"]) element.addEventListener(stay, () => clearTimeout(timer));
  for (const go of ["pointerleave", "focusout"]) {
    element.addEventListener(go, () => {
      clearTimeout(timer);
      timer = setTimeout(leave, LIFE);
    });
  }
}
