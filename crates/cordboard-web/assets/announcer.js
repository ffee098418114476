// Lets screen readers hear an answer once, when it is whole or broken off, and that something waits for a decision.

// How long it takes at most until a screen reader has taken up what is said, in milliseconds.
const TAKEN_UP = 3000;

const heard = new Set();

// Takes what the page shows as heard.
export function begin() {
  states().forEach(({ key }) => heard.add(key));
}

export function announce() {
  const fresh = states().filter(({ key }) => !heard.has(key));
  fresh.forEach(({ key }) => heard.add(key));
  const words = fresh.map(({ turn, name }) => {
    if (name === "waiting") {
      return document.getElementById("activity").textContent;
    }
    return name === "running" ? "" : wordsOf(turn);
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

function states() {
  return [...document.querySelectorAll("#turns > .turn")].map((turn) => {
    const name = turn.querySelector(".status")?.dataset.state;
    const cards = name === "waiting" ? [...turn.querySelectorAll(".confirmation")].map(({ id }) => id) : [];
    return { turn, name, key: [turn.id, name, ...cards].join(" ") };
  });
}

// What somebody reads who opens nothing.
function wordsOf(turn) {
  const copy = turn.querySelector(".answer").cloneNode(true);
  copy.querySelectorAll("button, .call details > :not(summary), .cited, .link-card").forEach((part) => part.remove());
  copy.querySelectorAll("img").forEach((image) => image.replaceWith(image.alt));
  const status = [...turn.querySelectorAll(".status > .meta, .status > .flag")].map((part) => part.textContent);
  return [copy.textContent, ...status].join("\n");
}
