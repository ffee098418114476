// Counts the lines of a text field as they are written.

for (const field of document.querySelectorAll("[data-lines]")) {
  const count = document.getElementById(field.dataset.lines);
  const advice = count.textContent;
  const least = Number(field.dataset.least);

  function tell() {
    const lines = field.value.split("\n").filter((line) => line.trim()).length;
    count.textContent = lines === 0 ? advice : `${lines} of at least ${least}. ${advice.split(". ").slice(1).join(". ")}`;
  }

  field.addEventListener("input", tell);
  tell();
}
