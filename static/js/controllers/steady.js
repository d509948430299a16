// Keeps what is being read where it is, while a part above it is replaced by htmx and may have grown.
// The first row ([data-row]) in view is the mark; a reader at the top of the list sees new rows come in.
export default function steady(place) {
  let mark = null;

  place.addEventListener("htmx:beforeSwap", () => {
    const rows = [...place.querySelectorAll("[data-row]")];
    const hidden = rows.length > 0 && rows[0].getBoundingClientRect().top < 0;
    const seen = hidden ? rows.find((row) => row.getBoundingClientRect().top >= 0) : null;
    mark = seen ? { id: seen.id, top: seen.getBoundingClientRect().top } : null;
  });

  place.addEventListener("htmx:afterSwap", () => {
    const row = mark && document.getElementById(mark.id);
    if (row) window.scrollBy({ top: row.getBoundingClientRect().top - mark.top, behavior: "instant" });
  });
}
