// Lets screen readers hear an answer once, when it is whole, and that something waits for a decision.

let heard = null;

// Takes what the page shows as heard.
export function begin() {
  heard = state()?.key;
}

export function announce() {
  const now = state();
  if (!now || now.key === heard) {
    return;
  }
  heard = now.key;
  const words = {
    answered: () => wordsOf(now.turn.querySelector(".answer")),
    waiting: () => document.getElementById("activity").textContent,
    stopped: () => "Stopped.",
  };
  const said = words[now.name]?.();
  if (said) {
    document.getElementById("announcer").textContent = said;
  }
}

function state() {
  const turn = document.querySelector("#turns > .turn:last-child");
  const name = turn?.querySelector(".status")?.dataset.state;
  return turn && { turn, name, key: `${turn.id} ${name}` };
}

// What somebody reads who opens nothing.
function wordsOf(answer) {
  const copy = answer.cloneNode(true);
  copy.querySelectorAll("button, .call details > :not(summary), .cited, .link-card").forEach((part) => part.remove());
  return copy.textContent;
}
