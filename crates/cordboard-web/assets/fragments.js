// Puts pieces of HTML that the server sent into the page. Each comes as
// <template data-id="…" data-parent="…">; a piece that is there is replaced, a new one goes to the end of its parent.

export function apply(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  for (const piece of holder.content.querySelectorAll("template")) {
    if ("reload" in piece.dataset) {
      location.assign(location.pathname);
    } else if (piece.dataset.remove) {
      document.getElementById(piece.dataset.remove)?.remove();
    } else if (piece.dataset.id) {
      put(piece.dataset.id, piece.dataset.parent, piece.content);
    }
  }
}

function put(id, parent, content) {
  const existing = document.getElementById(id);
  if (!existing) {
    document.getElementById(parent)?.append(content);
    return;
  }
  const focused = existing.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
  const open = [...existing.querySelectorAll("details")].map((details) => details.open);
  existing.replaceWith(content);
  const replaced = document.getElementById(id);
  replaced?.querySelectorAll("details").forEach((details, index) => (details.open = open[index] ?? false));
  if (focused) {
    replaced?.querySelector(`[aria-label="${CSS.escape(focused)}"]`)?.focus();
  }
}
