// The message field: grows with its text, Enter sends, Shift+Enter breaks the line.

const MAX_LINES = 8;

export function compose(form) {
  const field = form.querySelector("textarea");

  function fit() {
    field.rows = Math.min(MAX_LINES, field.value.split("\n").length + Math.floor(field.value.length / 90));
  }

  field.addEventListener("input", () => {
    fit();
    // Whoever clears the field does not edit an earlier question any more.
    if (!field.value) {
      form.elements.instead_of.value = "";
    }
  });
  form.addEventListener("reset", () => setTimeout(fit));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) {
      return;
    }
    event.preventDefault();
    const stops = form.querySelector(".stop");
    if (!stops && field.value.trim()) {
      form.requestSubmit();
    }
  });
  for (const button of document.querySelectorAll("[data-suggestion]")) {
    button.addEventListener("click", () => {
      field.value = button.textContent;
      fit();
      field.focus();
    });
  }
}
