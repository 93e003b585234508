// What the page knows, and who wants to hear when it changes. Views are drawn once a frame,
// however many frames the sockets delivered meanwhile.

export const state = {
  token: null,
  user: null,
  account: null,
  instruments: new Map(),
  symbol: null,
  tickers: new Map(),
  interval: "1m",
  candles: [],
  book: null,
  tape: [],
  orders: new Map(),
  positions: new Map(),
  fills: [],
  portfolio: null,
  progress: null,
  board: [],
  revenue: null,
  connection: { market: "idle", user: "idle" },
};

const views = new Map();
const dirty = new Set();
let waiting = false;

export function view(names, draw) {
  for (const name of names) {
    if (!views.has(name)) views.set(name, new Set());
    views.get(name).add(draw);
  }
}

export function touch(...names) {
  for (const name of names) dirty.add(name);
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(redraw);
}

function redraw() {
  waiting = false;
  const due = new Set();
  for (const name of dirty) for (const draw of views.get(name) ?? []) due.add(draw);
  dirty.clear();
  for (const draw of due) drawn(draw);
}

// One view that fails is reported and does not blank the others.
function drawn(draw) {
  try {
    draw();
  } catch (fault) {
    reportError(fault);
  }
}

const KEPT = "astratrade.session";

export function recall() {
  const text = localStorage.getItem(KEPT);
  if (text === null) return false;
  try {
    const { token, user } = JSON.parse(text);
    if (typeof token !== "string" || typeof user?.user_id !== "string") return false;
    state.token = token;
    state.user = user;
    return true;
  } catch (fault) {
    if (!(fault instanceof SyntaxError)) throw fault;
    localStorage.removeItem(KEPT);
    return false;
  }
}

export function remember(token, user) {
  state.token = token;
  state.user = user;
  localStorage.setItem(KEPT, JSON.stringify({ token, user }));
}

export function forget() {
  localStorage.removeItem(KEPT);
  location.reload();
}
