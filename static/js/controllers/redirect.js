// Goes to the next page after a success was shown; without scripts, the link in the element does.
export default function redirect(element) {
  const link = element.querySelector("a[href]");
  if (link) setTimeout(() => location.replace(link.href), 700);
}
