// A copy of a part of the page that lacks some of it, for what is read out of it.

export function without(part, css) {
  const copy = part.cloneNode(true);
  copy.querySelectorAll(css).forEach((each) => each.remove());
  return copy;
}
