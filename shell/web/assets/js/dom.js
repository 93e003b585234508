// The few strokes the page is drawn with. Text goes in as text, so nothing a person or a server
// wrote can become markup.

export const find = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") node.className = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name.startsWith("aria-")) node.setAttribute(name, String(value));
    else if (value !== null && value !== undefined) node.setAttribute(name, String(value));
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

export function icon(name) {
  const node = document.createElementNS(SVG, "svg");
  node.setAttribute("class", "icon");
  node.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  node.append(use);
  return node;
}

export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function attribute(node, name, value) {
  if (value === null) node.removeAttribute(name);
  else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

// A sum with its exact tail in small print.
export function sum(node, [head, tail], prefix = "") {
  const key = prefix + head + tail;
  if (node.dataset.sum === key) return;
  node.dataset.sum = key;
  node.replaceChildren(prefix + head, make("small", { class: "tail" }, tail));
}

// Keep one child per row, in order, made once and refreshed in place.
export function rows(parent, items, keyOf, create, refresh) {
  const kept = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    let node = kept.get(key);
    if (node === undefined) {
      node = create(item);
      node.dataset.key = key;
    }
    kept.delete(key);
    refresh(node, item);
    if (node === place) place = place.nextElementSibling;
    else parent.insertBefore(node, place);
  }
  for (const node of kept.values()) node.remove();
}

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
