// XP, level, streak, leaderboard, the house's revenue, and the joy of a level reached.

import { Decimal, ZERO } from "./decimal.js";
import { attribute, calm, find, make, rows, sum, write } from "./dom.js";
import { grouped, split, words } from "./format.js";
import { share } from "./shapes.js";
import { state, view } from "./state.js";

const SHOW = 3400;
const FEAST = 5000;
const SPARKS = 26;

export function mount() {
  view(["progress"], progress);
  view(["board", "user"], board);
  view(["revenue"], house);
}

function progress() {
  const own = state.progress;
  find("#xp").hidden = own === null;
  if (own === null) return;
  const [low, high] = [own.level_xp, own.next_level_xp];
  const part = Math.min(1, Math.max(0, (own.xp - low) / (high - low)));
  write(find("#xp-level"), String(own.level));
  attribute(find("#xp-level"), "title", `Level ${own.level}`);
  write(find("#xp-total"), `${grouped(String(own.xp))} XP`);
  write(find("#xp-next"), `${grouped(String(high - own.xp))} to level ${own.level + 1}`);
  const told = `Level ${own.level}, ${own.xp} XP, ${high - own.xp} to the next`;
  const bar = find("#xp-bar");
  bar.firstElementChild.style.transform = `scaleX(${part})`;
  attribute(bar, "aria-valuenow", String(Math.floor(part * 100)));
  attribute(bar, "aria-valuetext", told);
  const streak = find("#xp-streak");
  write(find("b", streak), String(own.streak));
  streak.classList.toggle("lit", own.streak > 0);
  attribute(streak, "aria-label", `Streak: ${own.streak} days`);
}

// What changed since the last look is celebrated once.
export function celebrate(before, now) {
  if (before === null || now.xp <= before.xp) return;
  const box = find("#xp");
  box.classList.remove("gain");
  requestAnimationFrame(() => box.classList.add("gain"));
  if (now.level > before.level) levelUp(now);
  else gained(now.xp - before.xp, now);
}

function gained(amount, { streak }) {
  const days = streak > 1 ? `streak ${streak} days` : "qualifying trade";
  const pill = make("div", { class: "gain-pill" }, star(), `+${amount} XP`, make("span", {}, days));
  present(pill, SHOW);
}

function star() {
  const node = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  node.setAttribute("class", "star");
  node.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", "#i-star");
  node.append(use);
  return node;
}

function levelUp({ level, xp }) {
  const card = make(
    "div",
    { class: "level-up" },
    make("span", { class: "level" }, String(level)),
    make("strong", {}, `Level ${level} reached`),
    make("span", {}, `${grouped(String(xp))} XP in your log`),
  );
  if (!calm()) card.prepend(...Array.from({ length: SPARKS }, (_, turn) => spark(turn)));
  present(card, FEAST);
}

function spark(turn) {
  const node = make("i", { class: "spark" });
  const angle = (turn / SPARKS) * 2 * Math.PI;
  const far = 110 + (turn % 4) * 34;
  node.style.setProperty("--dx", `${Math.round(Math.cos(angle) * far)}px`);
  node.style.setProperty("--dy", `${Math.round(Math.sin(angle) * far)}px`);
  return node;
}

function present(node, time) {
  find("#award").replaceChildren(node);
  setTimeout(() => node.remove(), time);
}

function board() {
  rows(find("#board"), state.board, (row) => row.user_id, ranked, refreshRank);
}

function ranked() {
  return make(
    "li",
    { class: "rank" },
    make("span", { class: "place" }),
    make("span", { class: "avatar", "aria-hidden": "true" }),
    make("span", { class: "name" }),
    make("span", { class: "score" }),
  );
}

function refreshRank(node, row) {
  const own = row.user_id === state.user?.user_id;
  const name = row.username ?? (own ? state.user.username : `Pilot ${row.user_id.slice(-4)}`);
  const was = node.dataset.place;
  const place = String(row.rank);
  attribute(node, "data-place", place);
  node.classList.toggle("me", own);
  node.classList.toggle("moved", was !== undefined && was !== place);
  attribute(node, "aria-current", own ? "true" : null);
  write(find(".place", node), place);
  write(find(".avatar", node), name.charAt(0));
  const label = find(".name", node);
  if (label.dataset.name !== name + own) {
    label.dataset.name = name + own;
    label.replaceChildren(name, ...(own ? [make("small", {}, "You")] : []));
  }
  const score = find(".score", node);
  const text = grouped(String(row.score));
  if (score.dataset.score === text) return;
  score.dataset.score = text;
  score.replaceChildren(text, make("small", {}, "XP"));
}

const NAMES = {
  transaction_fees: "Transaction fees",
  subscriptions: "Subscriptions",
  nft_marketplace: "NFT marketplace",
  premium_features: "Premium features",
};

function house() {
  const seen = state.revenue !== null;
  find("#tab-house").hidden = !seen;
  if (!seen) return;
  const total = state.revenue.reduce((all, row) => all.plus(Decimal.of(row.amount)), ZERO);
  rows(find("#house"), state.revenue, (row) => row.stream + row.currency, stream, (node, row) => {
    write(find(".stream-name", node), NAMES[row.stream] ?? words(row.stream));
    const [head, tail] = split(row.amount);
    sum(find("b", node), [head, `${tail} ${row.currency}`]);
    const part = total.sign() > 0 ? share(row.amount, total.toString()) : 0;
    find("i", node).style.transform = `scaleX(${part})`;
  });
}

function stream() {
  return make(
    "div",
    { class: "stream" },
    make("dt", {}, make("span", { class: "stream-name" }), make("b")),
    make("dd", { "aria-hidden": "true" }, make("i")),
  );
}
