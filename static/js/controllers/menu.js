// Places a popover beside its button and moves through it with the arrow keys. The Popover API opens it, closes it
// and restores the focus, also without this module.
const GAP = 6;

function place(menu, button) {
  menu.dataset.placed = "";
  const from = button.getBoundingClientRect();
  const size = menu.getBoundingClientRect();
  const rtl = document.documentElement.dir === "rtl";
  const below = from.bottom + GAP + size.height <= innerHeight;
  const start = rtl ? innerWidth - from.right : from.left;
  const room = innerWidth - size.width - GAP;
  menu.style.setProperty("--menu-block", `${below ? from.bottom + GAP : Math.max(GAP, from.top - GAP - size.height)}px`);
  menu.style.setProperty("--menu-inline", `${Math.max(GAP, Math.min(start, room))}px`);
}

export default function menu(element) {
  element.addEventListener("toggle", (event) => {
    if (event.newState !== "open") return;
    const button = [...document.querySelectorAll(`[popovertarget="${element.id}"]`)].find((each) => each.offsetParent);
    if (button) place(element, button);
    element.querySelector("a, button")?.focus();
  });
  element.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const items = [...element.querySelectorAll("a, button")];
    items.at((items.indexOf(document.activeElement) + step) % items.length)?.focus();
  });
}
