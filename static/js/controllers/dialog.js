// Opens the native dialog that data-dialog names; it traps the focus, closes on Escape and hands the focus back.
export default function dialog(button) {
  const target = document.getElementById(button.dataset.dialog);
  button.addEventListener("click", () => target?.showModal());
  target?.addEventListener("click", (event) => {
    if (event.target === target) target.close();
  });
}
