// Search as you type. Without it the form still searches, with a page load.

import { apply } from "./fragments.js";

const form = document.getElementById("search");
const found = document.getElementById("found");
let timer = null;
let running = null;

async function search() {
  running?.abort();
  running = new AbortController();
  const address = `${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`;
  const results = document.getElementById("results");
  results?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { headers: { "x-cordboard-fragment": "1" }, signal: running.signal });
    if (answer.redirected || !answer.ok) {
      throw new Error("refused");
    }
    apply(await answer.text());
    found.textContent = document.getElementById("results").dataset.count;
    history.replaceState(null, "", address);
  } catch (error) {
    if (error.name !== "AbortError") {
      results?.removeAttribute("aria-busy");
      found.textContent = "The search does not answer. Press Enter to try again.";
      found.classList.remove("hidden");
    }
    return;
  }
  found.classList.add("hidden");
}

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(search, 180);
});
