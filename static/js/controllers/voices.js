// Offers the voices that speak the chosen language; without this the server says so.
export default function voices(form) {
  const language = form.elements.namedItem("language");
  const voice = form.elements.namedItem("voice");
  const groups = [...voice.querySelectorAll("optgroup")];
  const show = () => {
    const spoken = language.selectedOptions[0].label;
    for (const group of groups) group.hidden = group.disabled = group.label !== spoken;
    if (voice.selectedOptions[0]?.parentElement.disabled) voice.value = groups.find((group) => !group.disabled).children[0].value;
  };
  language.addEventListener("change", show);
  show();
}
