// The link leaves the address bar, the history and whatever is copied from there; the form still holds it.
export default function hideQuery() {
  history.replaceState(history.state, "", location.pathname);
}
