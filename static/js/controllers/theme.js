// Light, dark, or as the system says. The server reads the cookie and writes the theme into the next page.
const YEAR = 60 * 60 * 24 * 365;

function show(group, theme) {
  for (const button of group.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
}

function apply(theme) {
  const root = document.documentElement;
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${theme}; path=/; max-age=${theme ? YEAR : 0}; samesite=lax${secure}`;
}

export default function theme(group) {
  show(group, document.documentElement.dataset.theme ?? "");
  group.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    apply(button.value);
    for (const each of document.querySelectorAll("[data-controller~=theme]")) show(each, button.value);
  });
}
