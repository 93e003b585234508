// Short messages in the corner: what happened, what was refused and why, what was won.

import { find, icon, make } from "./dom.js";
import { Problem } from "./api.js";
import { causes, explain } from "./problems.js";

const STAY = 5000;
const LEAVE = 260;
const MOST = 4;

export function toast(kind, title, detail = "", { symbol = "info", stay = STAY } = {}) {
  const tray = find("#toasts");
  const node = make(
    "div",
    { class: `toast ${kind}`, role: kind === "bad" ? "alert" : "status" },
    make("span", { class: "toast-icon" }, icon(symbol)),
    make(
      "div",
      { class: "toast-text" },
      make("strong", {}, title),
      detail === "" ? null : make("p", {}, detail),
    ),
    make(
      "button",
      { class: "toast-close", type: "button", "aria-label": "Dismiss", onclick: () => leave(node) },
      icon("close"),
    ),
  );
  tray.append(node);
  while (tray.children.length > MOST) tray.firstElementChild.remove();
  setTimeout(() => leave(node), stay);
  return node;
}

function leave(node) {
  node.classList.add("leaving");
  setTimeout(() => node.remove(), LEAVE);
}

export function complain(fault, doing) {
  if (!(fault instanceof Problem)) throw fault;
  const node = toast("bad", doing, explain(fault), { symbol: "alert", stay: 9000 });
  node.querySelector(".toast-text").append(make("code", {}, causes(fault)));
}
