// Keeps digits only, so that a code pasted as "482 071" fits its six cells.
export default function digits(input) {
  input.addEventListener("input", () => {
    const kept = input.value.replace(/\D/g, "").slice(0, 6);
    if (kept !== input.value) input.value = kept;
  });
}
