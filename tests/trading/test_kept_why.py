"""Why orders were refused, accepted or filled, word for word: what differs from a plain order.

The words stand in `why_told.txt`; a rule that is changed on purpose writes them anew with
`python -m tests.trading.test_kept_why`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from astracore.ids import OrderId
from astracore.instants import HOUR, SECOND
from astracore.outcome import is_failure
from astracore.trading.account import ACCOUNT
from astracore.trading.commands import AccountCommand, PlaceOrder
from astracore.trading.events import AccountEvent
from astracore.trading.facts import RiskFacts
from astracore.trading.orders.terms import OrderTerms, Schedule
from astracore.trading.state import Account
from astracore.trading.types import (
    AccountStatus,
    InstrumentStatus,
    MarginMode,
    OrderType,
    TradingState,
)
from astracore.trading.why.judging import judgement
from astracore.trading.why.previewing import preview
from astracore.trading.why.story import story
from property_tests.trading_makers import ETH, NOW, D, after, closing, leverage, opening, status
from tests.trading.stories import (
    ALL_LISTED,
    BTC,
    BUY,
    SELL,
    SOL,
    STANDING,
    Story,
    amend,
    ask,
    bought,
    done,
    known,
    later,
    live,
    sold,
    stop,
    trail,
    words,
)
from tests.trading.stories_fees import FEES
from tests.trading.stories_lists import LISTS
from tests.trading.stories_orders import ORDERS
from tests.trading.stories_waiting import WAITING
from tests.trading.test_cash import mode
from tests.trading.test_pretrade_ladder import CASES

FILE = Path(__file__).with_name("why_told.txt")
OPEN = after(opening())
LONG = after(*bought(), start=OPEN)
LIVE = after(live())
COINS = after(opening("100", currency="BTC"))
RISK = RiskFacts(
    position_size=D("0.5"),
    leverage=D("0.5"),
    exposure=D(5000),
    net_exposure=D(4500),
    daily_loss=D("0.1"),
    day_equity=D(10100),
    day_flows=D(5),
    drawdown=D("0.2"),
    peak=D(11000),
    order_rate=9,
    orders_sent=4,
    open_orders=7,
    cooling_until=NOW,
)
STRICT = evolve(
    RISK,
    position_size=D("0.1"),
    leverage=D("0.2"),
    exposure=D(3000),
    net_exposure=D(2500),
    daily_loss=D("0.001"),
    drawdown=D("0.01"),
    order_rate=4,
    open_orders=0,
    cooling_until=later(1),
    state=TradingState.REDUCING,
    reason="r",
)
PLAN = Schedule(start=later(0), end=later(HOUR), slices=4)
ASKED: dict[str, tuple[Account, AccountCommand]] = {
    "to market": (OPEN, ask("n", BUY, "1")),
    "under limits that hold": (LONG, ask("n", BUY, "1", facts=known(risk=RISK, daily_limit=3))),
    "under limits that do not": (
        LONG,
        ask("n", BUY, "1", facts=known(risk=STRICT, daily_limit=1)),
    ),
    "reducing under them": (LONG, ask("n", SELL, "1", facts=known(risk=STRICT, daily_limit=1))),
    "a pause that is over in a moment": (
        LONG,
        ask("n", BUY, "1", facts=known(risk=RiskFacts(cooling_until=later(1)))),
    ),
    "beside a spot pair on cross margin": (
        after(mode(MarginMode.CROSS), leverage(5), *sold("2"), ask("o", BUY, "1", on=SOL),
              done("o", BUY, "1", "150", on=SOL), start=OPEN),
        ask("n", SELL, "1"),
    ),
    "of real money": (LIVE, ask("n", BUY, "1", facts=known(live=STANDING))),
    "of real money without a right to": (LIVE, ask("n", BUY, "1", facts=known())),
    "a spot pair short": (OPEN, ask("n", SELL, "1", on=SOL)),
    "a coin": (COINS, ask("n", SELL, "7", "49000", on=BTC)),
    "a coin for dollars": (OPEN, ask("n", BUY, "7", on=BTC)),
    "less than a coin's least": (
        COINS,
        ask("n", SELL, "3", "300001", on=evolve(BTC, min_notional=D("0.0001"))),
    ),
    "a stop": (LONG, stop("n", BUY, "2010", kind=OrderType.STOP_LIMIT, price="2020")),
    "a stop where the market is": (LONG, stop("n", SELL, "2000")),
    "a touch": (LONG, stop("n", BUY, "1990", kind=OrderType.MARKET_IF_TOUCHED)),
    "a touch where the market is": (
        LONG,
        stop("n", SELL, "2000", kind=OrderType.TAKE_PROFIT_MARKET),
    ),
    "a trail that waits": (LONG, trail("n", SELL, "30", activation_price=D("2010.005"))),
    "a post-only that meets": (
        LONG,
        ask("n", BUY, "1", "2000", post_only=True, facts=known(best_ask=D(2000))),
    ),
    "a post-only that waits": (
        LONG,
        ask("n", SELL, "1", "2010", post_only=True, facts=known(best_bid=D(2000))),
    ),
    "a post-only that nobody meets": (LONG, ask("n", BUY, "1", "2000", post_only=True)),
    "a reduce-only": (LONG, ask("n", SELL, "0.7", "2010", reduce_only=True)),
    "a plan": (LONG, ask("n", BUY, "1", type=OrderType.TWAP, terms=OrderTerms(schedule=PLAN))),
    "for an amount": (
        LONG,
        ask("n", BUY, "0", type=OrderType.MARKET_QUOTE, terms=OrderTerms(quote_amount=D(100))),
    ),
    "on cross margin": (
        after(mode(MarginMode.CROSS), leverage(5), *bought(), start=OPEN),
        ask("n", BUY, "1", "1990"),
    ),
    "an old mark": (LONG, ask("n", BUY, "1", at=later(11 * SECOND))),
    "no mark": (LONG, ask("n", BUY, "1", facts=known(marks={"ETH-USD": None}))),
    "a limit without a mark": (
        OPEN,
        ask("n", BUY, "1", "1990", facts=known(marks={"ETH-USD": None})),
    ),
    "a held symbol without a mark": (
        after(*bought("1", "150", on=SOL), start=OPEN),
        ask("n", BUY, "1", facts=known(marks={"SOL-USD": None}, risk=RISK)),
    ),
    "a name that is taken": (
        after(ask("o", BUY, "1", "1990", client_order_id="mine"), start=LONG),
        ask("n", BUY, "1", "1990", client_order_id="mine"),
    ),
    "a name that is free": (LONG, ask("n", BUY, "1", "1990", client_order_id="mine")),
    "a halted market": (
        LONG,
        ask("n", BUY, "1", facts=known(evolve(ETH, status=InstrumentStatus.HALTED))),
    ),
    "frozen": (after(status(AccountStatus.FROZEN), start=LONG), ask("n", BUY, "1")),
    "frozen, to reduce": (after(status(AccountStatus.FROZEN), start=LONG), ask("n", SELL, "1")),
    "an amendment": (
        after(ask("o", BUY, "1", "1990"), start=LONG),
        amend("o", qty="0.5", limit_price="2200"),
    ),
    "an amendment of nothing": (after(ask("o", BUY, "1", "1990"), start=LONG), amend("o", qty="1")),
    "a close": (after(ask("o", SELL, "1", "2050"), start=LONG), closing(None)),
    "a ladder": (
        OPEN,
        ask("n", BUY, "6", type=OrderType.SCALED, terms=OrderTerms(
            schedule=Schedule(low=D(1900), high=D(2000), slices=3, skew=D(2)))),
    ),
    "a short that grows": (after(*sold(), start=OPEN), ask("n", SELL, "1", facts=known(risk=RISK))),
}  # fmt: skip
LADDER: dict[str, tuple[Account, Callable[[], AccountCommand]]] = {
    f"refused: {name}": (state, command) for name, state, command, _ in CASES
}
CHOSEN: dict[str, Story] = {
    name: told
    for name, told in {**FEES, **ORDERS, **WAITING, **LISTS}.items()
    if name.partition(":")[0].partition(",")[0]
    in {
        "two fills",
        "a fill told twice",
        "a fee in the base of a spot pair",
        "a spot pair of many units",
        "fees in other assets that are worth what a base fee would be",
        "fees that are given",
        "coins",
        "a bracket grows with its entry",
        "other figures",
        "waiting orders are amended too",
        "stops",
        "trails",
        "questions to a venue",
        "one or the other",
        "what stands at a live venue",
        "a live venue fills more than was asked",
    }
}


def read(state: Account, command: AccountCommand) -> list[str]:
    """Everything that is read of a command."""
    found = judgement(command, state)
    if is_failure(found):
        return [found.failure().code]
    lines = [f"cause {cause}" for cause in found.unwrap().causes]
    for one in found.unwrap().orders:
        lines.append(words(evolve(one, readings=())))
        lines += [words(reading) for reading in one.readings]
    if isinstance(command, PlaceOrder):
        told: Any = preview(command, state, ALL_LISTED).unwrap()
        assert told.causes == found.unwrap().causes
        lines.append(f"preview {words(evolve(told, causes=(), orders=()))}")
    return lines


PLAIN = ("to a limit", (LONG, ask("n", BUY, "1", "1990")))


def explained(asked: tuple[Account, AccountCommand]) -> str:
    """What differs from the plain order."""
    usual = read(*PLAIN[1])
    return "\n".join(line for line in read(*asked) if line not in usual)


def lived(commands: Story) -> str:
    """The story of each order of a story."""
    account, events = Account(), list[AccountEvent]()
    for command in commands:
        answer = ACCOUNT.decide(command, account)
        for event in () if is_failure(answer) else answer.unwrap():
            account = ACCOUNT.evolve(account, event)
            events.append(event)
    lines = list[str]()
    for name in sorted({*account.orders, *account.ended}):
        found: Any = story(OrderId(name), events).unwrap()
        lines.append(words(evolve(found, turns=(), fills=())))
        lines += [f"  {words(turn)}" for turn in found.turns]
        lines += [f"  {words(fill)}" for fill in found.fills]
    return "\n".join(lines)


def now() -> dict[str, Callable[[], str]]:
    """Every explanation as it is."""
    asked: dict[str, Callable[[], str]] = {
        PLAIN[0]: lambda: "\n".join(read(*PLAIN[1])),
        **{name: lambda one=one: explained(one) for name, one in ASKED.items()},  # type: ignore[misc]
        **{
            name: lambda one=one: explained((one[0], one[1]()))  # type: ignore[misc]
            for name, one in LADDER.items()
        },
        **{f"story: {name}": lambda one=one: lived(one) for name, one in CHOSEN.items()},  # type: ignore[misc]
    }
    return asked


def kept() -> dict[str, str]:
    """Every explanation as it was."""
    parts = FILE.read_text(encoding="utf-8").split("## ")[1:]
    return {part.partition("\n")[0]: part.partition("\n")[2].strip() for part in parts}


@pytest.mark.parametrize("name", now())
def test_every_reason_is_kept(name: str) -> None:
    assert now()[name]().strip() == kept()[name]


def test_no_reason_is_forgotten() -> None:
    assert list(kept()) == list(now())


if __name__ == "__main__":
    text = "\n\n".join(f"## {name}\n{tell()}".strip() for name, tell in now().items())
    FILE.write_text(text + "\n", encoding="utf-8")
