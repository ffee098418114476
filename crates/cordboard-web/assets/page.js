// Brings the conversation page to life. Without it every form still works, with a page load.

import { fillCards } from "./cards.js";
import { compose } from "./composer.js";
import { check, withChanges } from "./confirmations.js";
import { guardDecisions } from "./decisions.js";
import { apply } from "./fragments.js";
import { expectTurn, offerLatest, openAtEnd } from "./scrolling.js";
import { slideOver } from "./slide_over.js";
import { follow } from "./stream.js";
import { attend } from "./turns.js";

const problem = document.getElementById("problem");

document.addEventListener("submit", async (event) => {
  const form = event.target;
  // A question that is asked anew is another path, which is a page of its own.
  if (!form.matches("[data-enhance]") || form.elements.instead_of?.value || form.elements.follows) {
    return;
  }
  event.preventDefault();
  if (form.hasAttribute("aria-busy")) {
    return;
  }
  const button = event.submitter;
  const stops = button?.hasAttribute("formaction");
  const body = withChanges(form, new URLSearchParams(new FormData(form, button)));
  const action = stops ? button.getAttribute("formaction") : form.action;
  problem.hidden = true;
  form.setAttribute("aria-busy", "true");
  if (form.hasAttribute("data-reset") && !stops) {
    expectTurn();
  }
  try {
    const answer = await fetch(action, { method: "POST", body, headers: { "x-cordboard-fragment": "1" } });
    const text = await answer.text();
    if (answer.redirected) {
      throw new Error("You are signed out. Sign in in another tab, then send this again.");
    }
    if (!answer.ok) {
      throw new Error(messageOf(text));
    }
    form.removeAttribute("aria-busy");
    apply(text);
    // What was written meanwhile stays.
    if (form.hasAttribute("data-reset") && !stops && form.elements.message.value === body.get("message")) {
      form.reset();
    }
  } catch (error) {
    problem.textContent = error.message === "Failed to fetch" ? "Cordboard does not answer. Is it running?" : error.message;
    problem.hidden = false;
  } finally {
    form.removeAttribute("aria-busy");
  }
});

function messageOf(page) {
  const parsed = new DOMParser().parseFromString(page, "text/html");
  return parsed.getElementById("error-message")?.textContent ?? "Cordboard did not understand the request.";
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit-on-change]")) {
    event.target.form.requestSubmit();
  }
});

// A and D decide the card that has the focus, unless somebody is writing in it.
document.addEventListener("keydown", (event) => {
  const card = event.target.closest(".confirmation");
  const isWriting = event.target.matches("textarea, input, select");
  if (card && event.isTrusted && !isWriting && !event.repeat && !event.ctrlKey && !event.metaKey && !event.altKey) {
    card.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`)?.click();
  }
});

// Enter behind a word for declining declines; by itself, a form would send its first button, which allows.
document.addEventListener("keydown", (event) => {
  const card = event.target.closest(".confirmation");
  if (card && event.isTrusted && event.key === "Enter" && event.target.name === "word") {
    event.preventDefault();
    card.querySelector("[value=decline]").click();
  }
});

// A menu closes on Escape and when something else is clicked.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) {
      menu.open = false;
    }
  }
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

const drawer = document.getElementById("drawer");
if (drawer && window.matchMedia("(min-width: 52rem)").matches) {
  drawer.open = true;
}

const main = document.querySelector("main[data-events]");
const composer = compose(document.getElementById("composer"));
check(document.getElementById("turns"));
guardDecisions(document.getElementById("turns"));
attend(document.getElementById("turns"), composer);
slideOver(document.getElementById("turns"), document.getElementById("over"));
fillCards(document.getElementById("turns"));
offerLatest();
follow(main);
if (!location.hash) {
  openAtEnd();
}
