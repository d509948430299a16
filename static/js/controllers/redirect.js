// Goes on after a success was shown; the link in the element does the same without a script.
export default function redirect(element) {
  const link = element.querySelector("a[href]");
  if (link) setTimeout(() => location.replace(link.href), 700);
}
