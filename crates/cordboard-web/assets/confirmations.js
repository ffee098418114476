// Checks the arguments of a call while its person changes them: the card shows the exact request, or what does not fit.

import { apply } from "./fragments.js";

const PAUSE = 250;

export function check(turns) {
  const pending = new WeakMap();

  turns.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-check]");
    if (!form || !event.target.name.startsWith("argument.")) {
      return;
    }
    pending.get(form)?.abort();
    const controller = new AbortController();
    pending.set(form, controller);
    const timer = setTimeout(() => ask(form, controller.signal), PAUSE);
    controller.signal.addEventListener("abort", () => clearTimeout(timer));
  });
}

async function ask(form, signal) {
  const body = new URLSearchParams([...new FormData(form)].filter(([name]) => name.startsWith("argument.")));
  try {
    const answer = await fetch(`${form.action}/check`, { method: "POST", body, signal });
    if (!answer.ok) {
      return;
    }
    apply(await answer.text());
    const fits = form.querySelector(".check").dataset.valid === "true";
    form.querySelectorAll("[data-allows]").forEach((button) => (button.disabled = !fits));
  } catch {
    // Overtaken by the next change, or offline; the server checks again when the form is sent.
  }
}

// What is allowed together is sent as the cards show it: each field that was changed, under the question of its card.
export function withChanges(form, body) {
  if (!form.matches(".together")) {
    return body;
  }
  for (const card of form.closest(".turn").querySelectorAll("form[data-check]")) {
    const question = card.getAttribute("action").split("/").at(-1);
    for (const field of card.querySelectorAll("[name^='argument.']")) {
      body.append(`${question}.${field.name}`, field.value);
    }
  }
  return body;
}
