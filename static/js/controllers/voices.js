// Offers the voices that speak the chosen language; without this module the server checks it.
export default function voices(form) {
  const language = form.elements.namedItem("language");
  const voice = form.elements.namedItem("voice");
  const groups = [...voice.querySelectorAll("optgroup")];
  const show = () => {
    const chosen = voice.value;
    // All others are taken out: Safari shows a hidden group.
    voice.replaceChildren(...groups.filter((group) => group.label === language.selectedOptions[0].label));
    voice.value = chosen;
    if (!voice.value) voice.selectedIndex = 0;
  };
  language.addEventListener("change", show);
  show();
}
