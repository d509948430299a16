// On the sign-in page: a form that was sent just before came back here, so its values are wanted again (see keep.js).
export default function keepMark() {
  for (let index = 0; index < sessionStorage.length; index += 1) {
    const name = sessionStorage.key(index);
    if (!name.startsWith("keep:")) continue;
    const kept = JSON.parse(sessionStorage.getItem(name));
    sessionStorage.setItem(name, JSON.stringify({ ...kept, interrupted: true }));
  }
}
