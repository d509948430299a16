// Shows the time zone that is chosen in a folded part of the form, and for a new organisation proposes the browser's,
// unless another was chosen. The server knows former names.
const AREA = /^(Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific)\//;

function propose(list) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!AREA.test(zone) || !list.selectedOptions[0].defaultSelected) return;
  const isListed = [...list.options].some((option) => option.value === zone);
  if (!isListed) list.prepend(new Option(zone.split("/").pop().replaceAll("_", " "), zone));
  list.value = zone;
}

export default function timeZone(form) {
  const list = form.elements.namedItem("timezone");
  const shown = form.querySelector("[data-zone]");
  const show = () => (shown.textContent = list.selectedOptions[0].label);
  if ("proposesZone" in form.dataset) propose(list);
  list.addEventListener("change", show);
  show();
}
