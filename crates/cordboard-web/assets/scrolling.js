// Keeps the reader's place while the conversation grows, and leads back to its end.

import { unsettle } from "./decisions.js";

// How near to the end of the page counts as there, in pixels.
const NEAR = 80;

let isExpected = false;

// A turn that this page began comes into view, wherever its reader is.
export function expectTurn() {
  isExpected = true;
}

export function keepPlace(change) {
  const wasAtEnd = isAtEnd();
  const last = lastTurn();
  change();
  const turn = lastTurn();
  const isOwn = turn !== last && isExpected;
  if (turn && (wasAtEnd || isOwn)) {
    const before = window.scrollY;
    show(turn);
    if (window.scrollY !== before) {
      unsettle();
    }
  }
  if (isOwn) {
    isExpected = false;
  }
  tell();
}

export function offerLatest() {
  document.getElementById("latest").addEventListener("click", () => {
    toEnd();
    document.getElementById("message").focus({ preventScroll: true });
  });
  document.addEventListener("scroll", tell, { passive: true });
  window.addEventListener("resize", tell);
}

// A page opens at its end, or at the beginning of a card that is too tall to be seen from there.
export function openAtEnd() {
  const card = lastTurn()?.querySelector(".confirmation");
  if (card && card.offsetHeight > window.innerHeight * 0.7) {
    card.scrollIntoView({ block: "start" });
  } else {
    toEnd();
  }
}

export function toEnd() {
  window.scrollTo({ top: document.body.scrollHeight });
}

// A new message comes into view; an answer is followed to its end until its question would leave the page.
function show(turn) {
  if (turn.offsetHeight < window.innerHeight * 0.7) {
    toEnd();
  } else {
    turn.scrollIntoView({ block: "start" });
  }
}

function tell() {
  document.getElementById("latest").hidden = isAtEnd();
}

function lastTurn() {
  return document.querySelector("#turns > .turn:last-child");
}

function isAtEnd() {
  return window.innerHeight + window.scrollY >= document.body.scrollHeight - NEAR;
}
