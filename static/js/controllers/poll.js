// Parts of a page that ask for themselves again (data-poll, with htmx) rest while nobody looks at the page.
export default function poll(place) {
  place.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && event.detail.elt.matches("[data-poll]")) event.preventDefault();
  });
}
