// Binds behaviours to elements: data-controller="copy unsaved" runs those two modules, once, and no others.
// Every page works without this file. Pages load it joined with its modules (core/web/scripts.py).
import "./busy.js";
import { forget, keep, keepMark } from "./keep.js";

// Bound at once: a form sent on a slow line must not lose its input because a module has still to run.
const urgent = { keep, "keep-mark": keepMark };

const controllers = {
  "auto-submit": () => import("./controllers/auto-submit.js"),
  chat: () => import("./controllers/chat.js"),
  copy: () => import("./controllers/copy.js"),
  countdown: () => import("./controllers/countdown.js"),
  dialog: () => import("./controllers/dialog.js"),
  digits: () => import("./controllers/digits.js"),
  disclosure: () => import("./controllers/disclosure.js"),
  "hide-query": () => import("./controllers/hide-query.js"),
  menu: () => import("./controllers/menu.js"),
  picture: () => import("./controllers/picture.js"),
  player: () => import("./controllers/player.js"),
  poll: () => import("./controllers/poll.js"),
  print: () => import("./controllers/print.js"),
  redirect: () => import("./controllers/redirect.js"),
  reveal: () => import("./controllers/reveal.js"),
  steady: () => import("./controllers/steady.js"),
  theme: () => import("./controllers/theme.js"),
  toast: () => import("./controllers/toast.js"),
  "time-zone": () => import("./controllers/time-zone.js"),
  unsaved: () => import("./controllers/unsaved.js"),
  voices: () => import("./controllers/voices.js"),
};

const begun = new WeakSet();

// Each behaviour that the page names, with its element; an element once.
function* named() {
  for (const element of document.querySelectorAll("[data-controller]")) {
    if (begun.has(element)) continue;
    for (const name of element.dataset.controller.split(/\s+/)) yield [name, element];
  }
}

async function bind() {
  const loading = [...named()].map(([name, element]) => {
    begun.add(element);
    return controllers[name]?.().then((module) => module.default(element));
  });
  await Promise.all(loading);
  document.documentElement.dataset.bound = ""; // what drives a browser waits for this
}

for (const [name, element] of named()) urgent[name]?.(element);
forget();
// The page is painted before the optional modules run.
requestAnimationFrame(() => setTimeout(bind));
// What htmx puts into the page has behaviours too.
document.addEventListener("htmx:afterSwap", bind);
