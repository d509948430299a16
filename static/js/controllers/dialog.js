// Opens the native dialog that data-dialog names; the browser traps the focus, closes on Escape and restores the focus.
export default function dialog(button) {
  const target = document.getElementById(button.dataset.dialog);
  button.addEventListener("click", () => target?.showModal());
  target?.addEventListener("click", (event) => {
    if (event.target === target) target.close();
  });
}
