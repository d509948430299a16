// Sends a picture as soon as it is chosen; without this module, by the button that appears beside it.
export default function picture(form) {
  form.addEventListener("change", (event) => {
    if (event.target.value) form.requestSubmit();
  });
}
