// Pauses the polling parts of a page (data-poll, with htmx) while the tab is hidden.
export default function poll(place) {
  place.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && event.detail.elt.matches("[data-poll]")) event.preventDefault();
  });
}
