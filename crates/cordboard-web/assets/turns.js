// What can be done with a turn that is over: copy its answer, or take its question up again.

export function attend(turns, field) {
  document.documentElement.classList.add("scripts");
  turns.addEventListener("click", async (event) => {
    const turn = event.target.closest(".turn");
    if (event.target.matches("[data-copy]")) {
      await copy(event.target, turn);
    } else if (event.target.matches("[data-copy-code]")) {
      await put(event.target, event.target.closest(".code").querySelector("pre").textContent);
    } else if (event.target.matches("[data-edit]")) {
      field.form.elements.instead_of.value = event.target.dataset.turn;
      field.value = turn.querySelector(".said p").textContent;
      field.dispatchEvent(new Event("input"));
      field.focus();
    }
  });
}

async function copy(button, turn) {
  const blocks = [...turn.querySelectorAll(".answer .prose")].map((block) => block.innerText.trim());
  await put(button, blocks.join("\n\n"));
}

async function put(button, text) {
  const label = button.textContent;
  let said = "Copied";
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    said = "Your browser does not allow it";
  }
  button.textContent = said;
  document.getElementById("announcer").textContent = said;
  setTimeout(() => (button.textContent = label), 2000);
}
