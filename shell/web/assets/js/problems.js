// What a refusal means to a person, by its stable code; the code stays visible for those who ask.

const PLAIN = {
  offline: "The server cannot be reached. Nothing was confirmed; we keep trying to reconnect.",
  insufficient_margin: "Not enough available balance for this order and its fee.",
  insufficient_funds: "Not enough available balance.",
  price_off_tick: "That price is between two ticks of this market.",
  quantity_off_step: "That quantity is not a multiple of this market's lot.",
  quantity_out_of_range: "That quantity is smaller or larger than this market takes.",
  below_min_notional: "The order is too small: its value is below this market's minimum.",
  above_max_notional: "The order is too large for this market.",
  price_out_of_range: "That price is too far from the market.",
  price_stale: "The last price is too old to trade on. Try again in a moment.",
  order_too_large: "The order is larger than your equity allows.",
  position_limit: "This order would exceed the position limit of this market.",
  exposure_limit: "This order would exceed your exposure limit.",
  post_only_would_cross: "A post-only order may not trade at once; move the price away.",
  reduce_only_no_position: "There is no position for this order to reduce.",
  position_not_found: "That position is already closed.",
  unknown_order: "That order is not known any more.",
  invalid_transition: "The order has already been filled, cancelled or refused.",
  duplicate_client_order_id: "An order with this id was already sent.",
  daily_trade_limit: "You have opened as many orders as your plan allows for 24 hours.",
  instrument_unavailable: "This market is not open for trading right now.",
  account_frozen: "Your account takes only orders that reduce a position.",
  account_closed: "This account is closed.",
  account_not_found: "This account is not known here.",
  cooling_off: "You are taking a break. Closing positions is still possible.",
  username_taken: "That name is taken. Try another one.",
  bad_username: "A name is 3 to 30 letters, digits, _ or -, beginning with a letter or digit.",
  invalid_request: "Something in the form is not right.",
  invalid_order: "Something in this order is not right.",
  bad_amount: "That is not an amount we can read.",
  unauthenticated: "Please sign in again.",
  token_expired: "Your session has ended. Please sign in again.",
  forbidden: "You may not do that.",
  rate_limited: "That was very fast. Wait a moment and try again.",
  idempotency_busy: "The same request is still being worked on.",
  idempotency_mismatch: "This request was already sent with other contents.",
  service_unavailable: "The service is busy. Try again in a moment.",
  not_caught_up: "The figures are a moment behind. Try again.",
  internal_error: "Something went wrong on our side. Nothing was changed.",
};

const FIELDS = new Set(["invalid_order", "invalid_request"]);

export function explain(problem) {
  const first = problem.fields[0];
  if (FIELDS.has(problem.code) && first?.code === problem.code && first.message) {
    return `${first.path.replace(/^body\./, "").replaceAll("_", " ")}: ${first.message}.`;
  }
  const plain = PLAIN[problem.code];
  if (plain === undefined) return problem.detail || problem.message;
  const inner = first !== undefined && first.code !== problem.code ? PLAIN[first.code] : undefined;
  return inner ?? plain;
}

export function causes(problem) {
  const codes = new Set([problem.code, ...problem.fields.map((field) => field.code)]);
  return [...codes].join(" · ");
}
