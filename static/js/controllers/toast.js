// Closes a toast after a while, unless it has focus or the pointer; an error stays until it is closed.
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
