// Proposes the browser's time zone for a new organisation, unless another was chosen; the server knows its former names.
const AREA = /^(Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific)\//;

export default function timeZone(form) {
  const list = form.elements.namedItem("timezone");
  const shown = form.querySelector("[data-zone]");
  const show = () => (shown.textContent = list.selectedOptions[0].label);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (AREA.test(zone) && list.selectedOptions[0].defaultSelected) {
    const isListed = [...list.options].some((option) => option.value === zone);
    if (!isListed) list.prepend(new Option(zone.split("/").pop().replaceAll("_", " "), zone));
    list.value = zone;
  }
  list.addEventListener("change", show);
  show();
}
