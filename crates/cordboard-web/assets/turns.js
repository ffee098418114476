// What can be done with a turn that is over: copy its answer, or take its question up again.

import { say } from "./announcer.js";
import { without } from "./words.js";

export function attend(turns, composer) {
  turns.addEventListener("click", async (event) => {
    const button = event.target.closest("button");
    const turn = event.target.closest(".turn");
    if (button?.matches("[data-copy]")) {
      await copy(button, turn);
    } else if (button?.matches("[data-copy-code]")) {
      await put(button, button.closest(".code").querySelector("pre").textContent);
    } else if (button?.matches("[data-edit]")) {
      composer.edit(button.dataset.turn, turn.querySelector(".after [name=message]").value);
    }
  });
}

async function copy(button, turn) {
  const blocks = [...turn.querySelectorAll(".answer .prose")].map((block) => without(block, ".code-head, .cited"));
  await put(button, blocks.map((block) => block.textContent.trim()).join("\n\n"));
}

async function put(button, text) {
  const words = button.querySelector("span") ?? button;
  if (words.dataset.label) {
    return;
  }
  const label = (words.dataset.label = words.textContent);
  let said = "Copied";
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    said = "Your browser does not allow it";
  }
  words.textContent = said;
  say(said);
  setTimeout(() => {
    words.textContent = label;
    delete words.dataset.label;
  }, 2000);
}
