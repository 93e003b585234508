"""Each refusal by its smallest example, the order of the ladder, and the worked figures."""

from collections.abc import Callable

import pytest
from attrs import evolve

from astracore.instants import Instant
from astracore.trading.account import ACCOUNT
from astracore.trading.checks.pretrade import LIMITS
from astracore.trading.commands import (
    AccountCommand,
    Mark,
)
from astracore.trading.state import Account
from astracore.trading.types import (
    INSTRUMENTS,
    AccountMode,
    AccountStatus,
    InstrumentStatus,
    OrderType,
    Side,
    TimeInForce,
)
from property_tests.trading_makers import (
    ETH,
    NOW,
    D,
    acked,
    after,
    asked_cancel,
    closing,
    codes,
    facts,
    fill,
    leverage,
    limit,
    listed,
    opening,
    order,
    status,
    turned_down,
)

OPEN = after(opening())
RICH = after(opening("100000"), leverage(10))
LONG = after(order("o1", Side.BUY, "1"), fill("o1", "f1", Side.BUY, "1", "2000"), start=OPEN)


SMALL = evolve(ETH, max_position_notional=D(1999))
BITCOIN = evolve(
    facts(instrument=INSTRUMENTS["BTC-USD"]),
    marks=(Mark(symbol="BTC-USD", price=D(50000), at=NOW),),
)
Case = tuple[str, Account, Callable[[], AccountCommand], list[str]]
CASES: list[Case] = [
    ("not opened", Account(), lambda: order("o", Side.BUY, "1"), ["account_not_found"]),
    (
        "closed",
        after(status(AccountStatus.CLOSED), start=OPEN),
        lambda: order("o", Side.BUY, "1"),
        ["account_closed"],
    ),
    (
        "closed, unknown symbol",
        after(status(AccountStatus.CLOSED), start=OPEN),
        lambda: order("o", Side.BUY, "1", facts=facts(instrument=None)),
        ["account_closed", "instrument_unavailable"],
    ),
    (
        "frozen",
        after(status(AccountStatus.FROZEN), start=OPEN),
        lambda: order("o", Side.BUY, "1"),
        ["account_frozen"],
    ),
    (
        "frozen, unknown symbol",
        after(status(AccountStatus.FROZEN), start=OPEN),
        lambda: order("o", Side.BUY, "1", facts=facts(instrument=None)),
        ["account_frozen", "instrument_unavailable"],
    ),
    (
        "frozen, unknown symbol, reducing",
        after(status(AccountStatus.FROZEN), start=LONG),
        lambda: order("o", Side.SELL, "1", facts=facts(instrument=None)),
        ["instrument_unavailable"],
    ),
    (
        "a table of brackets without a row",
        after(leverage(2), start=OPEN),
        lambda: order("o", Side.BUY, "1", facts=facts(instrument=evolve(ETH, brackets=()))),
        ["leverage_above_bracket"],
    ),
    (
        "unknown symbol",
        OPEN,
        lambda: order("o", Side.BUY, "1", facts=facts(instrument=None)),
        ["instrument_unavailable"],
    ),
    (
        "halted",
        OPEN,
        lambda: order("o", Side.BUY, "1", facts=listed(InstrumentStatus.HALTED)),
        ["instrument_unavailable"],
    ),
    (
        "cancel only, even to reduce",
        LONG,
        lambda: order("o", Side.SELL, "1", facts=listed(InstrumentStatus.CANCEL_ONLY)),
        ["instrument_unavailable"],
    ),
    (
        "nothing",
        OPEN,
        lambda: order("o", Side.BUY, "0"),
        ["invalid_order", "quantity_out_of_range"],
    ),
    (
        "limit without price",
        OPEN,
        lambda: order("o", Side.BUY, "1", type=OrderType.LIMIT),
        ["invalid_order"],
    ),
    (
        "market with price",
        OPEN,
        lambda: order("o", Side.BUY, "1", limit_price=D(2000), type=OrderType.MARKET),
        ["invalid_order"],
    ),
    (
        "price zero",
        OPEN,
        lambda: limit("o", Side.SELL, "1", "0"),
        ["invalid_order", "below_min_notional", "price_out_of_range"],
    ),
    (
        "market that rests",
        OPEN,
        lambda: order("o", Side.BUY, "1", tif=TimeInForce.GTC),
        ["invalid_order"],
    ),
    (
        "post-only that cannot rest",
        OPEN,
        lambda: order("o", Side.BUY, "1", post_only=True),
        ["invalid_order"],
    ),
    (
        "client id",
        OPEN,
        lambda: order("o", Side.BUY, "1", client_order_id="not so"),
        ["invalid_order"],
    ),
    (
        "client id twice",
        after(limit("o", Side.BUY, "1", "1990", client_order_id="mine"), start=OPEN),
        lambda: order("p", Side.BUY, "1", client_order_id="mine"),
        ["duplicate_client_order_id"],
    ),
    ("off tick", OPEN, lambda: limit("o", Side.BUY, "1", "2000.001"), ["price_off_tick"]),
    ("off step", OPEN, lambda: order("o", Side.BUY, "1.00001"), ["quantity_off_step"]),
    (
        "too small",
        OPEN,
        lambda: order("o", Side.BUY, "0.0009"),
        ["quantity_out_of_range", "below_min_notional"],
    ),
    ("small change", OPEN, lambda: order("o", Side.BUY, "0.002"), ["below_min_notional"]),
    (
        "too much",
        RICH,
        lambda: order("o", Side.BUY, "500.1"),
        [
            "above_max_notional",
            "order_too_large",
            "leverage_above_bracket",
            "insufficient_margin",
        ],
    ),
    ("no mark", OPEN, lambda: order("o", Side.BUY, "1", facts=facts(None)), ["price_stale"]),
    (
        "old mark",
        OPEN,
        lambda: order("o", Side.BUY, "1", at=Instant(NOW.micros + LIMITS.price_age + 1)),
        ["price_stale"],
    ),
    (
        "no mark of what is held",
        LONG,
        lambda: order("o", Side.BUY, "0.1", symbol="BTC-USD", facts=BITCOIN),
        ["price_stale"],
    ),
    ("far above", OPEN, lambda: limit("o", Side.BUY, "1", "2100.01"), ["price_out_of_range"]),
    ("far below", OPEN, lambda: limit("o", Side.SELL, "1", "1899.99"), ["price_out_of_range"]),
    (
        "post-only buy at the ask",
        OPEN,
        lambda: limit("o", Side.BUY, "1", "2000", post_only=True, facts=facts(best_ask=D(2000))),
        ["post_only_would_cross"],
    ),
    (
        "post-only sell at the bid",
        OPEN,
        lambda: limit("o", Side.SELL, "1", "2000", post_only=True, facts=facts(best_bid=D(2000))),
        ["post_only_would_cross"],
    ),
    (
        "nothing to reduce",
        OPEN,
        lambda: order("o", Side.SELL, "1", reduce_only=True),
        ["reduce_only_no_position"],
    ),
    (
        "position limit",
        RICH,
        lambda: limit("o", Side.BUY, "1", "2000", facts=facts(instrument=SMALL)),
        ["position_limit"],
    ),
    (
        "larger than equity",
        OPEN,
        lambda: limit("o", Side.BUY, "5.1", "2000"),
        ["order_too_large", "insufficient_margin"],
    ),
    (
        "leverage of a larger bracket",
        after(opening("100000"), leverage(30, facts(level=9))),
        lambda: limit("o", Side.BUY, "26", "2000", facts=facts(level=9)),
        ["leverage_above_bracket"],
    ),
    (
        "all locked",
        after(limit("o", Side.BUY, "4.5", "2000"), start=OPEN),
        lambda: limit("p", Side.BUY, "1", "2000"),
        ["insufficient_margin"],
    ),
    (
        "enough for today",
        after(limit("o", Side.BUY, "1", "2000"), start=OPEN),
        lambda: limit("p", Side.BUY, "1", "2000", facts=facts(daily_limit=1)),
        ["daily_trade_limit"],
    ),
    (
        "the same order",
        after(limit("o", Side.BUY, "1", "2000"), start=OPEN),
        lambda: limit("o", Side.BUY, "1", "2000"),
        ["invalid_transition"],
    ),
    ("cannot be a number", OPEN, lambda: order("o", Side.BUY, "NaN"), ["numeric_limit"]),
    (
        "close nothing",
        OPEN,
        lambda: closing(None),
        ["position_not_found"],
    ),
    ("close too much", LONG, lambda: closing("2"), ["invalid_order"]),
    ("cancel nothing", OPEN, lambda: asked_cancel("x"), ["unknown_order"]),
    ("cancel what ended", LONG, lambda: asked_cancel("o1"), ["invalid_transition"]),
    (
        "fill of nothing",
        OPEN,
        lambda: fill("x", "f", Side.BUY, "1", "2000"),
        ["unknown_order"],
    ),
    ("fill too much", LONG, lambda: fill("o1", "f2", Side.BUY, "1", "2000"), ["overfill"]),
    ("fill of other side", LONG, lambda: fill("o1", "f", Side.SELL, "1", "1"), ["invalid_fill"]),
    (
        "fill of other symbol",
        LONG,
        lambda: fill("o1", "f", Side.BUY, "1", "1", symbol="BTC-USD"),
        ["invalid_fill"],
    ),
    ("fill of nothing more", LONG, lambda: fill("o1", "f", Side.BUY, "0", "1"), ["invalid_fill"]),
    ("fill for nothing", LONG, lambda: fill("o1", "f", Side.BUY, "1", "0"), ["invalid_fill"]),
    (
        "fill too fine",
        LONG,
        lambda: fill("o1", "f", Side.BUY, "0.0001", "0.001"),
        ["invalid_fill"],
    ),
    (
        "fee too fine",
        LONG,
        lambda: fill("o1", "f", Side.BUY, "1", "1", fee=D("0.0000001")),
        ["invalid_fill"],
    ),
    (
        "fill without end",
        LONG,
        lambda: fill("o1", "f", Side.BUY, "1E12", "1E12"),
        ["numeric_limit"],
    ),
    ("ack of nothing", OPEN, lambda: acked("x"), ["unknown_order"]),
    (
        "refusal of what works",
        after(limit("o", Side.BUY, "1", "2000"), acked("o"), start=OPEN),
        lambda: turned_down("o"),
        ["invalid_transition"],
    ),
    ("opened twice", OPEN, opening, ["invalid_transition"]),
    ("live", Account(), lambda: opening(mode=AccountMode.LIVE), ["live_not_allowed"]),
    ("three are enough", Account(), lambda: opening(accounts=3), ["too_many_accounts"]),
    ("too fine", Account(), lambda: opening("100.0000001"), ["bad_amount"]),
    ("too large a number", Account(), lambda: opening("1E+40"), ["bad_amount"]),
    ("too poor", Account(), lambda: opening("99.99"), ["balance_out_of_range"]),
    ("leverage 0", OPEN, lambda: leverage(0), ["leverage_above_bracket"]),
    ("leverage 11 at level 1", OPEN, lambda: leverage(11), ["leverage_above_bracket"]),
    (
        "leverage of nothing",
        OPEN,
        lambda: leverage(2, facts(instrument=None)),
        ["instrument_unavailable"],
    ),
    (
        "leverage when closed",
        after(status(AccountStatus.CLOSED), start=OPEN),
        lambda: leverage(2),
        ["account_closed"],
    ),
    ("closing with a position", LONG, lambda: status(AccountStatus.CLOSED), ["position_open"]),
    (
        "closed for ever",
        after(status(AccountStatus.CLOSED), start=OPEN),
        lambda: status(AccountStatus.OPEN),
        ["invalid_transition"],
    ),
]


@pytest.mark.parametrize(
    ("state", "command", "expected"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_each_refusal_by_its_smallest_example(
    state: Account, command: Callable[[], AccountCommand], expected: list[str]
) -> None:
    """All independent causes in ladder order; the first is the code; nothing changes."""
    refusal = ACCOUNT.decide(command(), state).failure()
    assert [cause.code for cause in refusal.causes] == expected
    assert refusal.code == expected[0]


def test_all_causes_at_once_in_ladder_order() -> None:
    """One hopeless order is told everything, from the account's state to the daily limit."""
    frozen = after(
        limit("o", Side.BUY, "1", "2000", client_order_id="mine"),
        status(AccountStatus.FROZEN),
        start=OPEN,
    )
    hopeless = limit(
        "p",
        Side.BUY,
        "2000.00001",
        "2200.001",
        client_order_id="mine",
        post_only=True,
        facts=facts(
            instrument=evolve(ETH, status=InstrumentStatus.HALTED),
            best_ask=D(2000),
            daily_limit=1,
        ),
    )
    assert codes(frozen, hopeless) == [
        "account_frozen",
        "instrument_unavailable",
        "duplicate_client_order_id",
        "price_off_tick",
        "quantity_off_step",
        "quantity_out_of_range",
        "price_out_of_range",
        "post_only_would_cross",
        "order_too_large",
        "insufficient_margin",
        "daily_trade_limit",
    ]
