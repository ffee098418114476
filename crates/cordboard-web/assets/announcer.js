// Lets screen readers hear an answer once, when it is whole or broken off, and that something waits for a decision.

import { without } from "./words.js";

// How long it takes at most until a screen reader has taken up what is said, in milliseconds.
const TAKEN_UP = 3000;

const heard = new Set();

// Takes what the page shows as heard.
export function begin() {
  unheard().forEach(({ key }) => heard.add(key));
}

export function announce() {
  const fresh = unheard();
  fresh.forEach(({ key }) => heard.add(key));
  const words = fresh.map(({ turn, name }) => {
    if (name === "waiting") {
      return document.getElementById("activity").textContent;
    }
    return name === "running" ? "" : answerOf(turn);
  });
  say(words.filter(Boolean).join("\n"));
}

export function say(words) {
  if (!words) {
    return;
  }
  const announcer = document.getElementById("announcer");
  announcer.textContent = words;
  // Whoever reads the page afterwards finds the answer in one place.
  setTimeout(() => announcer.textContent === words && announcer.replaceChildren(), TAKEN_UP);
}

// The newest turns up to one that was heard as it is; those before it are over.
function unheard() {
  const found = [];
  for (let turn = document.getElementById("turns").lastElementChild; turn; turn = turn.previousElementSibling) {
    const state = stateOf(turn);
    if (heard.has(state.key)) {
      break;
    }
    found.unshift(state);
  }
  return found;
}

function stateOf(turn) {
  const name = turn.querySelector(".status")?.dataset.state;
  const cards = name === "waiting" ? [...turn.querySelectorAll(".confirmation")].map(({ id }) => id) : [];
  return { turn, name, key: [turn.id, name, ...cards].join(" ") };
}

// What somebody reads who opens nothing.
function answerOf(turn) {
  const answer = without(turn.querySelector(".answer"), "button, .call details > :not(summary), .cited, .link-card");
  answer.querySelectorAll("img").forEach((image) => image.replaceWith(image.alt));
  const status = [...turn.querySelectorAll(".status > .meta, .status > .flag")].map((part) => part.textContent);
  return [answer.textContent, ...status].join("\n");
}
