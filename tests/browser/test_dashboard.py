"""A person at the dashboard: joins, trades, sees it all live; nothing leaves the machine."""

import json
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from attrs import field, frozen
from playwright.sync_api import Browser, BrowserContext, Page, WebSocketRoute, expect

pytestmark = pytest.mark.slow
SOON = 20_000
expect.set_options(timeout=SOON)
REFUSED = re.compile(r"status of 4\d\d")  # the browser's own note of an answer such as 422


@frozen
class Watched:
    """A page with everything it asked for and complained of."""

    page: Page
    asked: list[str] = field(factory=list)
    complaints: list[str] = field(factory=list)


def watched(context: BrowserContext) -> Watched:
    """A page under observation."""
    seen = Watched(context.new_page())
    seen.page.on("request", lambda request: seen.asked.append(request.url))
    seen.page.on("websocket", lambda socket: seen.asked.append(socket.url))
    seen.page.on("pageerror", lambda fault: seen.complaints.append(str(fault)))
    seen.page.on(
        "console",
        lambda said: seen.complaints.append(said.text) if said.type != "log" else None,
    )
    seen.page.set_default_timeout(SOON)
    return seen


@pytest.fixture
def context(chrome: Browser) -> Iterator[BrowserContext]:
    """A fresh visitor on a desk."""
    made = chrome.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    yield made
    made.close()


def join(page: Page, service: str, name: str) -> None:
    """Open the page and become a player."""
    page.goto(service)
    page.fill("[name=username]", name)
    page.click("#welcome-form [type=submit]")
    expect(page.locator("#who .name")).to_have_text(name)
    expect(page.locator("#equity")).to_contain_text("10,000.00")
    expect(page.locator("#line")).to_contain_text("Live")


def order(page: Page, side: str, qty: str) -> None:
    """Send a market order from the ticket."""
    page.locator(f"[name=side][value={side}]").check(force=True)
    page.fill("[name=qty]", qty)
    page.click("#send")


def stands_at_home(seen: Watched, service: str) -> None:
    """No request went to another host, and the console stayed clean."""
    host = urlsplit(service).netloc
    assert {urlsplit(url).netloc for url in seen.asked} == {host}
    assert [text for text in seen.complaints if not REFUSED.search(text)] == []


def test_an_access_key_opens_the_same_account_in_another_browser(
    chrome: Browser, context: BrowserContext, service: str
) -> None:
    first = watched(context).page
    join(first, service, "wanderer")
    key = json.loads(first.evaluate("localStorage.getItem('astratrade.session')"))["token"]
    elsewhere = chrome.new_context(reduced_motion="reduce")
    try:
        page = elsewhere.new_page()
        page.goto(service)
        page.fill("[name=username]", key[:-4] + "AAAA")
        page.click("#welcome-form [type=submit]")
        expect(page.locator("#welcome-fault")).to_contain_text("not known here")
        page.fill("[name=username]", f" {key} ")
        page.click("#welcome-form [type=submit]")
        expect(page.locator("#who .name")).to_have_text("wanderer")
        expect(page.locator("#equity")).to_contain_text("10,000.00")
        expect(page.locator("[name=username]")).to_have_value("")
    finally:
        elsewhere.close()


def test_a_player_joins_trades_and_sees_it_live(context: BrowserContext, service: str) -> None:
    """Name, market order, fill, position with profit, fee, revenue, board, closing."""
    seen = watched(context)
    page = seen.page
    join(page, service, "north_star")
    expect(page.locator("#chart-empty")).to_be_hidden()
    expect(page.locator("#asks .level-row").first).to_be_visible()
    order(page, "buy", "0.05")
    row = page.locator("#positions tr")
    expect(row).to_have_count(1)
    expect(row.locator(".where")).to_contain_text("BTC-USD")
    expect(row.locator(".open")).to_have_text(re.compile(r"^[+\u2212]?[0-9,]+\.[0-9]+$"))
    expect(page.locator(".toast.good").first).to_contain_text("Bought")
    expect(page.locator("#p-fees")).not_to_have_text("0.00")
    me = page.locator("#board .rank.me")
    expect(me).to_contain_text("north_star")
    expect(page.locator("#xp-level")).to_have_text("1")
    page.click("#tab-house")
    expect(page.locator("#house .stream").first).to_contain_text("Transaction fees")
    row.locator(".act").click()
    expect(row).to_have_count(0)
    page.click("#tab-fills")
    expect(page.locator("#fills tr")).to_have_count(2)
    stands_at_home(seen, service)


def test_equity_is_what_the_server_says_to_the_last_digit(
    context: BrowserContext, service: str
) -> None:
    """After closing everything nothing floats: page and API agree digit by digit."""
    page = watched(context).page
    join(page, service, "exact_one")
    order(page, "sell", "0.01234")
    expect(page.locator("#positions tr")).to_have_count(1)
    page.click("#positions .act")
    expect(page.locator("#positions tr")).to_have_count(0)
    told = page.evaluate(
        """async () => {
          const { token } = JSON.parse(localStorage.getItem("astratrade.session"));
          const headers = { Authorization: `Bearer ${token}` };
          const { items } = await (await fetch("/v1/accounts", { headers })).json();
          return (await fetch(`/v1/portfolio/${items[0].account_id}`, { headers })).json();
        }"""
    )
    whole, _, tail = told["equity"].partition(".")
    expect(page.locator("#equity")).to_have_text(f"{int(whole):,}.{tail:<02}")


def test_a_limit_order_waits_is_seen_and_is_cancelled(
    context: BrowserContext, service: str
) -> None:
    """The ladder sets the price; the order stands in the list until it is cancelled."""
    seen = watched(context)
    page = seen.page
    join(page, service, "patient_one")
    page.locator("#bids .level-row").last.click()
    assert page.input_value("[name=limit_price]") != ""
    page.fill("[name=limit_price]", str(int(float(page.input_value("[name=limit_price]")) * 0.97)))
    page.fill("[name=qty]", "0.01")
    expect(page.locator("#est-cost")).not_to_have_text("\u2013")
    page.click("#send")
    page.click("#tab-orders")
    expect(page.locator("#orders tr")).to_have_count(1)
    expect(page.locator("#p-reserved")).not_to_have_text("0.00")
    page.click("#orders .act")
    expect(page.locator("#orders tr")).to_have_count(0)
    expect(page.locator("#p-reserved")).to_have_text("0.00")
    stands_at_home(seen, service)


def test_a_refusal_is_told_in_words_with_its_code(context: BrowserContext, service: str) -> None:
    """What the server refuses is explained; what the page knows is said before sending."""
    page = watched(context).page
    join(page, service, "greedy_one")
    page.fill("[name=qty]", "0.000001")
    expect(page.locator("#qty-fault")).to_contain_text("0.00001")
    order(page, "buy", "5")
    toast = page.locator(".toast.bad")
    expect(toast).to_contain_text("Order refused")
    expect(toast.locator("code")).to_have_text(re.compile("^[a-z_ ·]+$"))
    expect(page.locator("#positions tr")).to_have_count(0)


@pytest.mark.parametrize(
    "name", ["<img src=x onerror=alert(1)>", "ab", "a b c", "\u202eevil", "x" * 64]
)
def test_a_name_that_is_none_is_refused_and_shown_as_text(
    context: BrowserContext, service: str, name: str
) -> None:
    """Markup stays text, and the page stays where it is."""
    seen = watched(context)
    seen.page.on("dialog", lambda _: seen.complaints.append("a dialog opened"))
    seen.page.goto(service)
    seen.page.fill("[name=username]", name)
    seen.page.click("#welcome-form [type=submit]")
    expect(seen.page.locator("#welcome-fault")).not_to_be_empty()
    expect(seen.page.locator("#welcome")).to_be_visible()
    assert seen.page.locator("#welcome img").count() == 0
    stands_at_home(seen, service)


def test_markup_from_the_server_stays_text(context: BrowserContext, service: str) -> None:
    """Whatever a board row or a kept session holds is text, never an element."""
    seen = watched(context)
    page = seen.page
    evil = "<img src=x onerror=document.title='taken'>"
    rows = {"items": [{"rank": 1, "user_id": "u", "username": evil, "score": 5, "level": 1}]}
    page.route("**/v1/leaderboards/xp*", lambda route: route.fulfill(json=rows))
    join(page, service, "careful_one")
    page.evaluate(
        """async ([evil]) => {
          const main = document.querySelector("script[type=module]").src;
          const { state, touch } = await import(main.replace("main.js", "state.js"));
          state.board = [{ rank: 1, user_id: "u", username: evil, score: 5, level: 1 }];
          state.user = { ...state.user, username: evil };
          touch("board");
        }""",
        [evil],
    )
    expect(page.locator("#board .name").first).to_have_text(evil)
    assert page.locator("#board img").count() == 0
    assert "taken" not in page.title()


def test_a_session_is_kept_over_a_reload(context: BrowserContext, service: str) -> None:
    """Coming back finds the player, the position and the fills where they were."""
    page = watched(context).page
    join(page, service, "steady_one")
    order(page, "buy", "0.02")
    expect(page.locator("#positions tr")).to_have_count(1)
    page.reload()
    expect(page.locator("#who .name")).to_have_text("steady_one")
    expect(page.locator("#positions tr")).to_have_count(1)
    expect(page.locator("#count-fills")).to_have_text("1")
    context.set_offline(True)
    expect(page.locator("#line")).to_contain_text("Offline")
    context.set_offline(False)
    expect(page.locator("#line")).to_contain_text("Live")


def test_a_broken_line_is_resumed_where_it_broke(context: BrowserContext, service: str) -> None:
    """The socket is cut: the page comes back by itself and asks from the last number on."""
    page = watched(context).page
    lines: list[WebSocketRoute] = []
    said: list[dict[str, object]] = []

    def between(line: WebSocketRoute) -> None:
        server = line.connect_to_server()
        lines.append(line)

        def pass_on(text: str | bytes) -> None:
            said.append(json.loads(text))
            server.send(text)

        line.on_message(pass_on)

    page.route_web_socket("**/v1/ws/user", between)
    join(page, service, "resumed_one")
    order(page, "buy", "0.02")
    expect(page.locator("#count-fills")).to_have_text("1")
    said.clear()
    lines[0].close(code=1012, reason="cut by the test")
    while len(lines) < 2:
        page.wait_for_timeout(50)
    expect(page.locator("#line")).to_contain_text("Live")
    resumed = {one["topic"]: one.get("from_seq") for one in said if one["op"] == "subscribe"}
    assert isinstance(resumed["fills"], int)
    order(page, "sell", "0.01")
    expect(page.locator("#count-fills")).to_have_text("2")


def test_the_phone_shows_every_part(chrome: Browser, service: str) -> None:
    """At 390 by 844 each part has its own view and nothing is wider than the screen."""
    phone = chrome.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = watched(phone).page
    join(page, service, "pocket_one")
    parts = {
        "book": "#ladder", "ticket": "#send", "desk": "#equity", "ranks": "#board",
        "chart": "#chart",
    }  # fmt: skip
    for name, inside in parts.items():
        page.click(f".thumbs [data-view={name}]")
        expect(page.locator(inside)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
    phone.close()


def test_everything_can_be_done_with_the_keyboard(context: BrowserContext, service: str) -> None:
    """Side by letter, quantity, Enter; tabs by arrows."""
    page = watched(context).page
    join(page, service, "typing_one")
    page.keyboard.press("s")
    page.keyboard.type("0.01")
    expect(page.locator("#send")).to_have_text("Sell 0.01 BTC")
    page.keyboard.press("Enter")
    expect(page.locator("#positions tr")).to_have_count(1)
    page.focus("#tab-positions")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#fills tr")).to_have_count(1)
