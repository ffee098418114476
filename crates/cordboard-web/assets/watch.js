// Asks for pieces of the page that may change while somebody looks at it: an element with data-watch names the address.

import { apply } from "./fragments.js";

const PAUSE = 3000;
const LONGEST_PAUSE = 30000;
const PLACE = "cordboard-place";

const seen = new Map();
let pause = PAUSE;
let isTyping = false;

async function look() {
  for (const piece of document.querySelectorAll("[data-watch]")) {
    const address = piece.dataset.watch;
    const answer = await fetch(address);
    if (!answer.ok || answer.redirected) {
      throw new Error("refused");
    }
    const text = await answer.text();
    if (seen.get(address) !== text) {
      seen.set(address, text);
      apply(text);
    }
  }
  refresh();
}

// A form that need not wait for a click is sent, unless something was typed that would be lost.
function refresh() {
  const form = document.querySelector("form[data-auto]");
  if (form && !isTyping) {
    sessionStorage.setItem(PLACE, window.scrollY);
    form.requestSubmit();
  }
}

async function keepLooking() {
  if (!document.hidden) {
    try {
      await look();
      pause = PAUSE;
    } catch {
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  }
  if (document.querySelector("[data-watch]")) {
    setTimeout(keepLooking, pause);
  }
}

document.addEventListener("input", () => (isTyping = true));
window.scrollTo(0, sessionStorage.getItem(PLACE) ?? window.scrollY);
sessionStorage.removeItem(PLACE);
setTimeout(keepLooking, PAUSE);
