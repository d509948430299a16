// Copies data-copy; announces it to screen readers and shows a check mark.
export default function copy(button) {
  const say = button.querySelector("[role=status]");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.classList.add("is-copied");
    say.textContent = button.dataset.copied;
    setTimeout(() => {
      button.classList.remove("is-copied");
      say.textContent = "";
    }, 2000);
  });
}
