// The REST interface: one function for each thing the page asks, and one kind of refusal.

import { state } from "./state.js";

export class Problem extends Error {
  constructor(status, body) {
    super(body.title ?? `HTTP ${status}`);
    this.status = status;
    this.code = body.code ?? (status === 0 ? "offline" : "internal_error");
    this.detail = body.detail ?? "";
    this.fields = Array.isArray(body.fields) ? body.fields : [];
    this.requestId = body.request_id ?? "";
    this.body = body;
  }
}

const BYTES = 16;

export function freshKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function answerOf(response) {
  const text = await response.text();
  let body = {};
  try {
    body = text === "" ? {} : JSON.parse(text);
  } catch (fault) {
    if (!(fault instanceof SyntaxError)) throw fault;
    throw new Problem(response.status, { detail: "The answer was not JSON." });
  }
  if (!response.ok) throw new Problem(response.status, body);
  return body;
}

async function call(method, path, { query, body, key, token = state.token } = {}) {
  const headers = { Accept: "application/json" };
  if (token !== null) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key !== undefined) headers["Idempotency-Key"] = key;
  const address = query === undefined ? path : `${path}?${new URLSearchParams(query)}`;
  let response;
  try {
    response = await fetch(`/v1${address}`, { method, headers, body: JSON.stringify(body) });
  } catch (fault) {
    if (!(fault instanceof TypeError)) throw fault;
    throw new Problem(0, { title: "No connection to the server" });
  }
  return answerOf(response);
}

const RETRIES = 3;
const PAUSE = 400;

// The same key goes with every try, so an order that did arrive is answered, not repeated.
async function sure(method, path, options) {
  const asked = { ...options, key: freshKey() };
  for (let turn = 1; ; turn += 1) {
    try {
      return await call(method, path, asked);
    } catch (fault) {
      const passing = fault instanceof Problem && (fault.status === 0 || fault.status === 503);
      if (!passing || turn === RETRIES) throw fault;
      await new Promise((wake) => setTimeout(wake, PAUSE * turn));
    }
  }
}

const segment = encodeURIComponent;
const items = async (path, query) => (await call("GET", path, { query })).items;

export const register = (username) => call("POST", "/auth/register", { body: { username } });
export async function signIn(token) {
  const { user_id, username } = await call("GET", "/users/me", { token });
  return { token, user: { user_id, username } };
}
export const accounts = () => items("/accounts");
export const instruments = () => items("/instruments");
export const portfolio = (account) => call("GET", `/portfolio/${segment(account)}`);
export const board = (name) => items(`/leaderboards/${name}`, { period: "all_time", limit: 50 });
export const revenue = () => items("/revenue/streams");
export const place = (body) => sure("POST", "/orders", { body });
export const cancel = (order) => sure("DELETE", `/orders/${segment(order)}`, {});
export const closePosition = (account, symbol) =>
  sure("POST", `/positions/${segment(account)}/${segment(symbol)}/close`, { body: {} });
