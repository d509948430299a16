// Binds behaviours to elements: data-controller="copy unsaved" loads those two modules, once, and no others.
// Every page works without this file. Imports end in semicolons, so that the static storage can rewrite them.
import "./busy.js";

const controllers = {
  "auto-submit": () => import("./controllers/auto-submit.js"),
  copy: () => import("./controllers/copy.js"),
  countdown: () => import("./controllers/countdown.js"),
  dialog: () => import("./controllers/dialog.js"),
  digits: () => import("./controllers/digits.js"),
  "hide-query": () => import("./controllers/hide-query.js"),
  keep: () => import("./controllers/keep.js"),
  "keep-mark": () => import("./controllers/keep-mark.js"),
  menu: () => import("./controllers/menu.js"),
  poll: () => import("./controllers/poll.js"),
  redirect: () => import("./controllers/redirect.js"),
  reveal: () => import("./controllers/reveal.js"),
  theme: () => import("./controllers/theme.js"),
  toast: () => import("./controllers/toast.js"),
  unsaved: () => import("./controllers/unsaved.js"),
  voices: () => import("./controllers/voices.js"),
};

function bind() {
  for (const element of document.querySelectorAll("[data-controller]")) {
    for (const name of element.dataset.controller.split(/\s+/)) {
      controllers[name]?.().then((module) => module.default(element));
    }
  }
}

// Words first: the page is painted before its comforts are fetched.
requestAnimationFrame(() => setTimeout(bind));
