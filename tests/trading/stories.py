"""Stories of an account: what is asked of it, and every word that it answers.

A story is a row of commands; `told` writes down each event with all its fields, each refusal
with its causes, and the account as it stands at the end. What is as in every story is left out.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from attrs import evolve, fields, has

from astracore.ids import OrderId
from astracore.instants import Instant
from astracore.outcome import is_failure
from astracore.trading.account import ACCOUNT
from astracore.trading.commands import (
    AccountCommand,
    AmendOrder,
    CancelAll,
    Facts,
    Mark,
    PlaceList,
    PlaceOrder,
    RecordQuery,
    SetProtection,
)
from astracore.trading.facts import LiveStanding, Seen
from astracore.trading.money_commands import ObserveMarket
from astracore.trading.orders.groups import GroupKind, Release
from astracore.trading.orders.terms import OrderTerms
from astracore.trading.orders.triggers import Prices
from astracore.trading.state import Account
from astracore.trading.types import (
    INSTRUMENTS,
    AccountMode,
    Instrument,
    Liquidity,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
)
from property_tests.account_world import COIN, SPOT
from property_tests.trading_makers import ETH, ME, NOW, D, facts, fill, opening, order

__all__ = ["BTC", "BUY", "SELL", "SOL", "Story", "told"]

Story: TypeAlias = tuple[AccountCommand, ...]
BUY, SELL = Side.BUY, Side.SELL
BTC, SOL = COIN, SPOT  # an inverse contract of 10 USD, a spot pair
STANDING = LiveStanding(leverage_cap=20, two_factor=True, connected=True)
USUAL: dict[str, object] = {
    "account_id": ME,
    "user_id": "u1",
    "at": NOW,
    "accepted_at": NOW,
    "opened_at": NOW,
    "closed_at": NOW,
    "is_practice": True,
    "maker_rate": D("0.0002"),
    "taker_rate": D("0.0005"),
    "symbol": "ETH-USD",
    "late": False,
    "post_only": False,
    "platform_fee": D(0),
    "currency": "PUSD",
}


def later(micros: int) -> Instant:
    """So long after now."""
    return Instant(NOW.micros + micros)


def known(listed: Instrument = ETH, **more: Any) -> Facts:  # noqa: ANN401
    """Facts with the marks of every market: ETH 2000, SOL 150, BTC 50000."""
    marks = {"ETH-USD": "2000", "SOL-USD": "150", "BTC-USD": "50000", **more.pop("marks", {})}
    seen = tuple(
        Mark(symbol=name, price=D(mark), at=NOW) for name, mark in marks.items() if mark is not None
    )
    return evolve(facts(None, instrument=listed, **more), marks=seen)


def live() -> AccountCommand:
    """A live account with a thousand times a hundred."""
    return opening("100000", mode=AccountMode.LIVE, live=STANDING)


def ask(
    name: str, side: Side, qty: str, price: str | None = None, **more: Any  # noqa: ANN401
) -> PlaceOrder:  # fmt: skip
    """An order that knows every mark and stands on live feet."""
    listed = more.pop("on", ETH)
    chosen = {"facts": known(listed, live=STANDING), "symbol": listed.symbol, **more}
    if price is None:
        return order(name, side, qty, **chosen)
    usual = {"type": OrderType.LIMIT, "tif": TimeInForce.GTC, "limit_price": D(price)}
    return order(name, side, qty, **{**usual, **chosen})


def stop(
    name: str, side: Side, level: str, qty: str = "1", kind: OrderType = OrderType.STOP_MARKET,
    **more: Any,  # noqa: ANN401
) -> PlaceOrder:  # fmt: skip
    """An order that waits for a level."""
    bound = more.pop("price", None)
    terms = OrderTerms(stop_price=D(level), **more.pop("terms", {}))
    priced = None if bound is None else D(bound)
    return ask(name, side, qty, type=kind, terms=terms, limit_price=priced, **more)


def trail(
    name: str, side: Side, by: str, kind: OrderType = OrderType.TRAILING_STOP_AMOUNT,
    **terms: Any,  # noqa: ANN401
) -> PlaceOrder:  # fmt: skip
    """An order whose level follows."""
    return ask(name, side, "1", type=kind, terms=OrderTerms(trail=D(by), **terms))


def done(
    order_id: str, side: Side, qty: str, price: str, name: str = "", **more: Any  # noqa: ANN401
) -> AccountCommand:  # fmt: skip
    """A fill, of which the name is told by the order when there is no other."""
    listed = more.pop("on", ETH)
    return fill(order_id, name or f"{order_id}-f", side, qty, price, symbol=listed.symbol, **more)


def bought(qty: str = "1", price: str = "2000", **more: Any) -> Story:  # noqa: ANN401
    """Bought at market."""
    listed = more.pop("on", ETH)
    return (ask("in", BUY, qty, on=listed, **more), done("in", BUY, qty, price, on=listed))


def sold(qty: str = "1", price: str = "2000", **more: Any) -> Story:  # noqa: ANN401
    """Sold at market."""
    listed = more.pop("on", ETH)
    return (ask("in", SELL, qty, on=listed, **more), done("in", SELL, qty, price, on=listed))


def amend(name: str, **more: Any) -> AmendOrder:  # noqa: ANN401
    """Other figures."""
    chosen = {key: D(one) if isinstance(one, str) else one for key, one in more.items()}
    fresh: dict[str, Any] = {"facts": known(live=STANDING), **chosen}
    return AmendOrder(account_id=ME, order_id=OrderId(name), at=NOW, **fresh)


def listing(
    kind: GroupKind, *legs: PlaceOrder, release: Release = Release.FULL, name: str = "l"
) -> PlaceList:
    """Orders that know each other."""
    return PlaceList(account_id=ME, list_id=name, kind=kind, legs=legs, at=NOW, release=release)


def protect(name: str = "p", **more: Any) -> SetProtection:  # noqa: ANN401
    """Exits of a position."""
    listed = more.pop("on", ETH)
    levels: dict[str, Any] = {key: one if key == "leg" else D(one) for key, one in more.items()}
    return SetProtection(
        account_id=ME,
        list_id=name,
        symbol=listed.symbol,
        facts=known(listed, live=STANDING),
        at=NOW,
        **levels,
    )


def cancel_all(**more: Any) -> CancelAll:  # noqa: ANN401
    """Every order that is meant."""
    return CancelAll(account_id=ME, at=NOW, **more)


def query(name: str, status: OrderStatus | None, executed: str = "0") -> RecordQuery:
    """What the venue knows of an order."""
    return RecordQuery(
        account_id=ME,
        order_id=OrderId(name),
        at=NOW,
        status=status,
        venue_order_id="v",
        executed=D(executed),
    )


def look(
    *prices: tuple[Instrument, str], at: Instant = NOW, previous: str | None = None
) -> ObserveMarket:
    """The markets stand at these prices: last print, mark, index, bid and ask."""
    seen = tuple(
        Seen(
            instrument=listed,
            prices=Prices(last=D(p), mark=D(p), index=D(p), bid=D(p), ask=D(p)),
            previous=None if previous is None else D(previous),
        )
        for listed, p in prices
    )
    return ObserveMarket(account_id=ME, seen=seen, at=at)


def at_eth(price: str, **more: Any) -> ObserveMarket:  # noqa: ANN401
    """ETH alone."""
    return look((ETH, price), **more)


def word(value: object) -> str:
    """A value in few words."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value.is_finite() else str(value)
    if has(type(value)) and isinstance(value, Instant):
        return f"now+{value.micros - NOW.micros}"
    if has(type(value)):
        return f"{type(value).__name__}({words(value)})"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(word, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {word(one)}" for key, one in sorted(value.items())) + "}"
    if isinstance(value, frozenset):
        return word(sorted(value))
    return str(getattr(value, "value", value))


def words(value: Any) -> str:  # noqa: ANN401
    """The fields that are not as usual."""
    found = {one.name: getattr(value, one.name) for one in fields(type(value))}
    return " ".join(
        f"{name}={word(one)}"
        for name, one in found.items()
        if one is not None and not (name in USUAL and one == USUAL[name])
    )


def said(cause: Any) -> str:  # noqa: ANN401
    """A cause with all its fields."""
    values = ", ".join(
        f"{one.name}={word(getattr(cause, one.name))}" for one in fields(type(cause))
    )
    return f"{type(cause).__name__}({values})"


def standing(account: Account) -> list[str]:
    """The account in lines: its own fields, then what it holds."""
    own = evolve(account, positions={}, orders={}, ended={}, groups={})
    plain = {one.name: getattr(own, one.name) for one in fields(Account)}
    fresh = {one.name: getattr(Account(), one.name) for one in fields(Account)}
    changed = " ".join(
        f"{name}={word(one)}"
        for name, one in plain.items()
        if one != fresh[name] and not (name in USUAL and one == USUAL[name])
    )
    lines = [f"= {changed}"]
    for held in (account.positions, account.orders, account.groups):
        lines += [f"= {key}: {word(one)}" for key, one in sorted(held.items())]
    lines += [
        f"= ended {one.order_id}: {one.status.value} {word(one.executed)} turn {one.turn}"
        f" locked {word(one.reserve)} fills {word(one.fill_ids)}"
        for _, one in sorted(account.ended.items())
    ]
    return lines


def told(story: Sequence[AccountCommand]) -> str:
    """What an account answers to each command, and how it stands at the end."""
    account, lines = Account(), list[str]()
    for number, command in enumerate(story, start=1):
        lines.append(f"{number} {type(command).__name__}")
        answer = ACCOUNT.decide(command, account)
        if is_failure(answer):
            lines += [f"  refused: {cause}" for cause in answer.failure().causes]
            continue
        for event in answer.unwrap():
            lines.append(f"  {type(event).__name__} {words(event)}")
            account = ACCOUNT.evolve(account, event)
    return "\n".join([*lines, *standing(account)])


MAKER = {"liquidity": Liquidity.MAKER}
IOC = {"tif": TimeInForce.IOC}
ALL_LISTED = {listed.symbol: listed for listed in (ETH, SOL, BTC, *INSTRUMENTS.values())}
