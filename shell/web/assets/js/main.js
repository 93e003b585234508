// Puts the page together.

import * as api from "./api.js";
import * as book from "./book.js";
import * as desk from "./desk.js";
import { all, attribute, find, write } from "./dom.js";
import * as feed from "./feed.js";
import * as market from "./market.js";
import * as pilot from "./pilot.js";
import * as player from "./player.js";
import { forget, recall, state, touch, view } from "./state.js";
import * as ticket from "./ticket.js";
import { complain, toast } from "./toasts.js";
import * as welcome from "./welcome.js";

const TRIES = 20;
const PAUSE = 150;

const WORDS = {
  live: "Live",
  connecting: "Connecting",
  reconnecting: "Reconnecting",
  offline: "Offline",
  expired: "Signed out",
  idle: "Connecting",
};

function connection() {
  const { market: first, user } = state.connection;
  const worst = first !== "live" || state.token === null || user === "idle" ? first : user;
  const node = find("#line");
  const down = worst === "offline" || worst === "expired";
  attribute(node, "data-state", worst === "live" ? "live" : down ? "down" : "waiting");
  write(find("span", node), WORDS[worst] ?? worst);
  if (user === "expired") {
    toast("bad", "Your session has ended", "Please choose a name again.", { symbol: "alert" });
    setTimeout(forget, 2500);
  }
}

function tabs() {
  for (const list of all("[role=tablist]")) {
    const found = all("[role=tab]", list);
    for (const tab of found) tab.addEventListener("click", () => select(tab, found));
    list.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step === undefined) return;
      const open = found.filter((tab) => !tab.hidden);
      const next = open[(open.indexOf(document.activeElement) + step + open.length) % open.length];
      select(next, found);
      next.focus();
    });
  }
}

function select(chosen, found) {
  for (const tab of found) {
    const on = tab === chosen;
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
    find(`#${tab.getAttribute("aria-controls")}`).hidden = !on;
  }
}

function thumbs() {
  const buttons = all(".thumbs button");
  for (const button of buttons) {
    button.addEventListener("click", () => {
      document.body.dataset.view = button.dataset.view;
      for (const other of buttons) {
        attribute(other, "aria-current", other === button ? "page" : null);
      }
      touch("book", "candles");
    });
  }
}

async function acting(button, doing, work) {
  button.disabled = true;
  try {
    await work();
  } catch (fault) {
    complain(fault, doing);
    button.disabled = false;
  }
}

const close = (symbol, button) =>
  acting(button, "The position was not closed", async () => {
    await api.closePosition(state.account.account_id, symbol);
    setTimeout(() => { button.disabled = false; }, 1500);
  });

const cancel = (order, button) =>
  acting(button, "The order was not cancelled", async () => {
    await api.cancel(order);
    toast("plain", "Cancellation asked for");
  });

// The practice account is opened by a policy a moment after the registration.
async function entered() {
  for (let turn = 0; turn < TRIES; turn += 1) {
    if (await player.load()) break;
    await new Promise((wake) => setTimeout(wake, PAUSE));
  }
  if (state.account === null) {
    toast("bad", "Your practice account is not ready yet", "Reload the page in a moment.");
    return;
  }
  player.listen();
  touch("user", "ticket", "board");
}

async function resumed() {
  try {
    await entered();
  } catch (fault) {
    if (!(fault instanceof api.Problem) || fault.status !== 401) {
      complain(fault, "Your account could not be loaded");
      return;
    }
    forget();
  }
}

async function start() {
  const choose = (symbol) => {
    feed.choose(symbol);
    ticket.cleared();
  };
  market.mount({ choose, lengthen: feed.lengthen });
  book.mount(ticket.pick);
  ticket.mount({ join: welcome.open });
  desk.mount({ close, cancel, choose });
  pilot.mount();
  view(["connection"], connection);
  tabs();
  thumbs();
  const known = recall();
  welcome.mount(entered);
  if (!known) welcome.open();
  await opened();
  if (known) await resumed();
}

async function opened() {
  for (let turn = 1; ; turn += 1) {
    try {
      const list = (await api.instruments()).filter((row) => row.status !== "delisted");
      state.instruments = new Map(list.map((row) => [row.symbol, row]));
      break;
    } catch (fault) {
      if (turn % 5 === 1) complain(fault, "The markets could not be loaded");
      await new Promise((wake) => setTimeout(wake, PAUSE * 10));
    }
  }
  feed.listen();
  touch("symbols", "board");
  const first = state.instruments.keys().next().value;
  if (first !== undefined) feed.choose(first);
}

await start();
