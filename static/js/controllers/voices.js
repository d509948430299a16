// Offers the voices that speak the chosen language; without this module the server checks it.
export default function voices(form) {
  const language = form.elements.namedItem("language");
  const voice = form.elements.namedItem("voice");
  const groups = [...voice.querySelectorAll("optgroup")];
  const unchosen = voice.querySelectorAll(":scope > option");
  const show = () => {
    const chosen = voice.value;
    // All others are taken out: Safari shows a hidden group.
    const spoken = language.selectedOptions[0].label;
    voice.replaceChildren(...unchosen, ...groups.filter((group) => group.label === spoken));
    voice.value = chosen;
    if (!voice.value) voice.selectedIndex = 0;
  };
  language.addEventListener("change", show);
  show();
}
