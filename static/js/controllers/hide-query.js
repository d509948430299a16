// Removes the link's secret from the address bar and the history; the form keeps it.
export default function hideQuery() {
  history.replaceState(history.state, "", location.pathname);
}
