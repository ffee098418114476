// Shows a page that belongs to a turn beside the conversation. It stays a page of its own at its address.

export function slideOver(turns, dialog) {
  const body = dialog.querySelector(".over-body");

  turns.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-over]");
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) {
      return;
    }
    event.preventDefault();
    try {
      const answer = await fetch(link.href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!answer.ok || answer.redirected) {
        throw new Error("refused");
      }
      body.replaceChildren(...page.querySelector("main").childNodes);
      dialog.querySelector("a").href = link.href;
      dialog.showModal();
    } catch {
      location.assign(link.href);
    }
  });
  dialog.addEventListener("close", () => body.replaceChildren());
}
