// Opens the browser's print dialog.
export default function print(button) {
  button.addEventListener("click", () => window.print());
}
