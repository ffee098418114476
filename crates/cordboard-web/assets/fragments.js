// Puts pieces of HTML that the server sent into the page. Each comes as
// <template data-id="…" data-parent="…">; a piece that is there is changed in place, so that what somebody opens, selects
// or types in it stays; a new one goes to the end of its parent.

import morphdom from "./morphdom.js";

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
    document.getElementById(parent)?.append(content.firstElementChild);
    return;
  }
  const hadFocus = existing.contains(document.activeElement);
  if (existing.tagName === content.firstElementChild.tagName) {
    morphdom(existing, content.firstElementChild, { onBeforeElUpdated: mayChange });
  } else {
    existing.replaceWith(content.firstElementChild);
  }
  const changed = document.getElementById(id);
  if (hadFocus && !changed?.contains(document.activeElement)) {
    changed?.querySelector("summary, button, input, a")?.focus({ preventScroll: true });
  }
}

function mayChange(shown, sent) {
  // Its place only: it is a piece of its own.
  if (shown.matches(".confirmation button, .together button")) {
    // Whether a button accepts a decision yet is not for the server to say.
    sent.ariaDisabled = shown.ariaDisabled;
  }
  if (sent.hasAttribute("data-piece") || isWrittenIn(shown) || shown.isEqualNode(sent)) {
    return false;
  }
  if (shown.tagName === "DETAILS") {
    sent.open = shown.open;
  }
  // What becomes something else is replaced, so that a page that grew is the same as one that was loaded.
  const isSameKind = String(shown.getAttributeNames()) === String(sent.getAttributeNames());
  if (!isSameKind) {
    shown.replaceWith(sent);
  }
  return isSameKind;
}

function isWrittenIn(field) {
  return field.matches("select")
    ? [...field.options].some((option) => option.selected !== option.defaultSelected && field.selectedIndex > 0)
    : field.matches("input, textarea") && field.value !== field.defaultValue;
}
