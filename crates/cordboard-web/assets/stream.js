// Follows a conversation. The browser reconnects by itself and says which event it saw last; when the server refuses for
// a while, this tries again with growing pauses.

import { apply } from "./fragments.js";

export function follow(main) {
  const notice = document.getElementById("connection");
  let position = main.dataset.position;
  let pause = 500;

  function open() {
    const source = new EventSource(`${main.dataset.events}?after=${position}${main.dataset.path ? `&turn=${main.dataset.path}` : ""}`);
    source.onopen = () => {
      notice.hidden = true;
      pause = 500;
    };
    source.onmessage = (event) => {
      position = event.lastEventId;
      const atEnd = isAtEnd();
      const last = lastTurn();
      apply(event.data);
      document.getElementById("empty")?.remove();
      announce();
      keepInView(atEnd, lastTurn() !== last);
    };
    source.onerror = () => {
      notice.textContent = "The connection to Cordboard is lost. Trying again…";
      notice.hidden = false;
      if (source.readyState === EventSource.CLOSED) {
        setTimeout(open, pause);
        pause = Math.min(pause * 2, 10000);
      }
    };
  }

  open();
}

function lastTurn() {
  return document.querySelector("#turns > .turn:last-child")?.id;
}

// A new message comes into view; an answer is followed to its end until its question would leave the page.
function keepInView(atEnd, isNew) {
  const turn = document.querySelector("#turns > .turn:last-child");
  if (!turn || !(atEnd || isNew)) {
    return;
  }
  const fits = turn.offsetHeight < window.innerHeight * 0.7;
  if (fits) {
    window.scrollTo({ top: document.body.scrollHeight });
  } else {
    turn.scrollIntoView({ block: "start" });
  }
}

function isAtEnd() {
  return window.innerHeight + window.scrollY >= document.body.scrollHeight - 80;
}

// Screen readers hear an answer once, when it is whole.
let announced = null;

function announce() {
  const turn = document.querySelector("#turns > .turn:last-child");
  const status = turn?.querySelector(".status");
  if (!turn || turn.id + status?.dataset.state === announced) {
    return;
  }
  const announcer = document.getElementById("announcer");
  if (status?.dataset.state === "answered") {
    announced = turn.id + "answered";
    announcer.textContent = turn.querySelector(".answer").textContent;
  } else if (status?.dataset.state === "waiting") {
    announced = turn.id + "waiting";
    announcer.textContent = "A call waits for your decision.";
  }
}
