// Follows a conversation. The browser reconnects by itself and says which event it saw last; when the server refuses for
// a while, this tries again with growing pauses.

import { announce, begin } from "./announcer.js";
import { apply } from "./fragments.js";
import { keepPlace } from "./scrolling.js";

export function follow(main) {
  const notice = document.getElementById("connection");
  const path = main.dataset.path ? `&turn=${main.dataset.path}` : "";
  let position = main.dataset.position;
  let pause = 500;

  function open() {
    const source = new EventSource(`${main.dataset.events}?after=${position}${path}`);
    source.onopen = () => {
      notice.hidden = true;
      pause = 500;
    };
    source.onmessage = (event) => {
      position = event.lastEventId;
      keepPlace(() => {
        apply(event.data);
        document.getElementById("empty")?.remove();
      });
      announce();
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

  begin();
  open();
}
