// The message field: grows with its text, Enter sends, Shift+Enter breaks the line. What is written in it outlives the page.

const MAX_LINES = 8;

export function compose(form) {
  const field = form.querySelector("textarea");
  const editing = document.getElementById("editing");
  const draft = `draft ${location.pathname}`;

  function fit() {
    field.rows = 1;
    while (field.rows < MAX_LINES && field.scrollHeight > field.clientHeight) {
      field.rows += 1;
    }
  }

  function write(text) {
    field.value = text;
    fit();
    field.focus();
  }

  // An earlier question is taken up again; what was written before comes back when that is given up.
  function edit(turn, question) {
    form.elements.instead_of.value = turn;
    editing.hidden = false;
    write(question);
  }

  function giveUp() {
    form.elements.instead_of.value = "";
    editing.hidden = true;
    write(sessionStorage.getItem(draft) ?? "");
  }

  function forget() {
    sessionStorage.removeItem(draft);
    setTimeout(fit);
  }

  field.addEventListener("input", () => {
    fit();
    if (editing.hidden) {
      sessionStorage.setItem(draft, field.value);
    }
  });
  form.addEventListener("reset", forget);
  form.addEventListener("submit", () => {
    // A page is loaded for what goes to another path; a draft waits until an earlier question is sent.
    if (form.elements.follows && editing.hidden) {
      forget();
    }
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !editing.hidden) {
      giveUp();
    }
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) {
      return;
    }
    event.preventDefault();
    const stops = form.querySelector(".stop");
    if (!stops && field.value.trim()) {
      form.requestSubmit();
    }
  });
  editing.querySelector("button").addEventListener("click", giveUp);
  for (const button of document.querySelectorAll("[data-suggestion]")) {
    button.addEventListener("click", () => write(button.textContent));
  }
  field.value ||= sessionStorage.getItem(draft) ?? "";
  fit();
  return { edit };
}
