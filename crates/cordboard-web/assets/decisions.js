// A card accepts a decision only when its person can have seen it: its buttons have been in view, where they are now, for a
// while, and the pointer moved onto the card or the focus reached it by keyboard. So the second click of a double click
// cannot decide the card that moved under the pointer. Without scripts, each decision loads a page.

// How long a button has to be in view, and how often this looks where it is, in milliseconds.
const SETTLED = 700;
const PAUSE = 50;
const CARDS = ".confirmation, .together";
const BUTTONS = ":is(.confirmation, .together) button";
const CAN_HOVER = window.matchMedia("(hover: hover)");

// Of each button: what it decides, where it is, and since when.
let places = new Map();
// Of which decisions the beginning and the end of the card have been in view.
const heads = new Set();
const feet = new Set();
let pointed = null;
let focused = null;
let pointer = { x: NaN, y: NaN };
let wasPointer = false;
let height = 0;
let timer = null;

export function guardDecisions(turns) {
  new MutationObserver(look).observe(turns, { childList: true, subtree: true });
  document.addEventListener("visibilitychange", look);
  document.addEventListener("pointermove", follow, { capture: true, passive: true });
  document.addEventListener("pointerdown", touch, true);
  document.addEventListener("keydown", () => (wasPointer = false), true);
  document.addEventListener("focusin", reach);
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(BUTTONS);
    if (button) {
      refuseUnlessReady(event, button);
    }
  }, true);
  document.addEventListener("submit", (event) => {
    if (event.target.closest(CARDS)) {
      refuseUnlessReady(event, event.submitter);
    }
  }, true);
  look();
}

// The page scrolled by itself: what is under a resting pointer is not what its person meant.
export function unsettle() {
  places = new Map();
  pointed = null;
  look();
}

function look() {
  const buttons = document.querySelectorAll(BUTTONS);
  if (buttons.length === 0) {
    clearInterval(timer);
    timer = null;
    return;
  }
  timer ??= setInterval(look, PAUSE);
  const now = performance.now();
  const grew = height !== document.documentElement.scrollHeight;
  height = document.documentElement.scrollHeight;
  const found = new Map();
  for (const button of buttons) {
    const place = placeOf(button);
    if (place) {
      found.set(button, { ...place, since: sinceWhen(button, place, grew) ?? now });
      feet.add(place.decides);
    }
  }
  places = found;
  document.querySelectorAll(".confirmation h3").forEach((head) => isInView(head) && heads.add(decided(head)));
  buttons.forEach(paint);
}

// What its person scrolls stays known; what moved for any other reason is new.
function sinceWhen(button, place, grew) {
  const before = places.get(button);
  if (!before || before.decides !== place.decides) {
    return undefined;
  }
  const hasMoved = before.left !== place.left || before.top !== place.top;
  if (hasMoved && pointed === button.closest(CARDS)) {
    pointed = null;
  }
  const isScrolled = before.left === place.left && Math.abs(before.onPage - place.onPage) <= 1 && !grew;
  return hasMoved && !isScrolled ? undefined : before.since;
}

function placeOf(button) {
  if (document.hidden || !isInView(button)) {
    return null;
  }
  const { left, top } = button.getBoundingClientRect();
  const [x, y] = [Math.round(left), Math.round(top)];
  return { left: x, top: y, onPage: Math.round(top + window.scrollY), decides: decided(button) };
}

function isInView(element) {
  const { left, top, width, height } = element.getBoundingClientRect();
  const seen = document.elementFromPoint(left + width / 2, top + height / 2);
  return element.contains(seen);
}

// The question that a part of a card is about.
function decided(part) {
  const form = part.closest("form") ?? part.closest(CARDS).querySelector("form");
  return `${form.getAttribute("action")} ${form.elements.waiting?.value ?? ""}`;
}

function follow(event) {
  // Browsers repeat the event, rounded otherwise, when something moves under a resting pointer.
  const rests = Math.abs(event.screenX - pointer.x) <= 1 && Math.abs(event.screenY - pointer.y) <= 1;
  if (!event.isTrusted || event.pointerType === "touch" || rests) {
    return;
  }
  pointer = { x: event.screenX, y: event.screenY };
  if (timer) {
    look();
    pointed = event.target.closest?.(CARDS) ?? null;
    look();
  }
}

// A finger does not move onto a card before it is down.
function touch(event) {
  wasPointer = true;
  pointer = { x: event.screenX, y: event.screenY };
  if (timer && event.isTrusted && event.pointerType !== "mouse") {
    look();
    const button = event.target.closest?.(BUTTONS);
    pointed = !button || isSettled(button) ? event.target.closest?.(CARDS) ?? null : null;
  }
}

function reach(event) {
  const card = event.target.closest(CARDS);
  if (card !== focused) {
    focused = wasPointer ? null : card;
    look();
  }
}

function isReached(card) {
  return card === pointed || (card === focused && card.contains(document.activeElement));
}

function isSettled(button) {
  return performance.now() - (places.get(button)?.since ?? Infinity) >= SETTLED;
}

// Several calls are allowed together only after each of their cards was in view.
function lacksCards(button) {
  return button.matches(".together [value=allow]") && [...button.closest(".turn").querySelectorAll(".confirmation form")]
    .map(decided).some((decision) => !heads.has(decision) || !feet.has(decision));
}

function isReady(button) {
  return isSettled(button) && isReached(button.closest(CARDS)) && !lacksCards(button);
}

function paint(button) {
  const looksReady = isReady(button) || (!CAN_HOVER.matches && isSettled(button) && !lacksCards(button));
  button.ariaDisabled = looksReady ? null : "true";
}

function refuseUnlessReady(event, button) {
  look();
  if (!button || !isReady(button)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}
