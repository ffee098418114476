// Fills the places of link cards once they come near the screen. What cannot be filled stays a plain link.

// A browser keeps few connections to one server, and a slow page holds one for seconds.
const AT_ONCE = 2;
const waiting = [];
let running = 0;

export function fillCards(turns) {
  const near = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) {
        near.unobserve(target);
        waiting.push(target);
        fillNext();
      }
    }
  }, { rootMargin: "50%" });

  function find(part) {
    for (const place of part.querySelectorAll("[data-card]")) {
      near.observe(place);
    }
  }

  const parts = new MutationObserver((changes) => {
    for (const added of changes.flatMap((change) => [...change.addedNodes])) {
      if (added.parentElement) {
        find(added.parentElement);
      }
    }
  });
  parts.observe(turns, { childList: true, subtree: true });
  find(turns);
}

async function fillNext() {
  if (running === AT_ONCE || waiting.length === 0) {
    return;
  }
  running += 1;
  await fill(waiting.shift());
  running -= 1;
  fillNext();
}

async function fill(place) {
  const address = place.dataset.card;
  delete place.dataset.card;
  try {
    const answer = await fetch(address);
    if (answer.status !== 200 || answer.redirected) {
      return;
    }
    const holder = document.createElement("template");
    holder.innerHTML = await answer.text();
    const picture = holder.content.querySelector("img");
    picture?.addEventListener("error", () => picture.remove());
    place.querySelector("a").replaceChildren(holder.content);
    place.classList.add("filled");
  } catch {
    // The link is there already.
  }
}
