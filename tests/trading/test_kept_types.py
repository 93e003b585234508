"""The table of order types as the rules write it."""

import pytest

from astracore.trading.orders.order_types import (
    FORCED_REDUCE_ONLY,
    POST_ONLY,
    SLICED,
    times_in_force,
)
from astracore.trading.orders.terms import RULES
from astracore.trading.types import OrderType

REST, ANY = "gtc gtd day", "gtc ioc fok gtd day"
TABLE = {  # needed | allowed | of the schedule | times | family | trigger | reduces
    "market": "qty | | | ioc fok | market | - | no",
    "market_quote": "quote_amount | | | ioc fok | market | - | no",
    "limit": f"limit_price qty | | | {ANY} | limit | - | no",
    "market_to_limit": f"qty | | | {REST} | market | - | no",
    "stop_market": f"qty stop_price | trigger_source | | {REST} | market | stop | no",
    "stop_limit": f"limit_price qty stop_price | trigger_source | | {REST} | limit | stop | no",
    "take_profit_market": f"qty stop_price | trigger_source | | {REST} | market | touch | yes",
    "take_profit_limit": (
        f"limit_price qty stop_price | trigger_source | | {REST} | limit | touch | yes"
    ),
    "market_if_touched": f"qty stop_price | trigger_source | | {REST} | market | touch | no",
    "limit_if_touched": (
        f"limit_price qty stop_price | trigger_source | | {REST} | limit | touch | no"
    ),
    "trailing_stop_amount": (
        f"qty trail | activation_price trigger_source | | {REST} | market | stop | no"
    ),
    "trailing_stop_percent": (
        f"qty trail | activation_price trigger_source | | {REST} | market | stop | no"
    ),
    "trailing_stop_limit": (
        "limit_offset qty trail | activation_price trail_by trigger_source | "
        f"| {REST} | limit | stop | no"
    ),
    "iceberg": f"display_qty limit_price qty | | | {REST} | limit | - | no",
    "pegged": f"offset qty | limit_price | | {REST} | limit | - | no",
    "twap": "qty schedule | | end slices start | gtd | sliced | - | no",
    "vwap": "qty schedule | | end start weights | gtd | sliced | - | no",
    "pov": "qty schedule | | end participation | gtd | sliced | - | no",
    "scaled": f"qty schedule | | high low skew slices | {REST} | limit | - | no",
}


@pytest.mark.parametrize("kind", OrderType)
def test_each_row_of_the_table_of_types(kind: OrderType) -> None:
    rule = RULES[kind]
    cells = (
        " ".join(sorted(rule.needed)),
        " ".join(sorted(rule.allowed)),
        " ".join(sorted(rule.schedule)),
        " ".join(rule.times),
        rule.family.value,
        "-" if rule.trigger is None else rule.trigger.value,
        "yes" if rule.reduces else "no",
    )
    assert " | ".join(cells).split() == TABLE[kind.value].split()
    sliced = rule.family.value == "sliced"
    assert times_in_force(kind.value) == (() if sliced else rule.times)
    assert (kind.value in SLICED) is sliced
    assert (kind.value in POST_ONLY) is (rule.family.value == "limit")
    assert (kind.value in FORCED_REDUCE_ONLY) is rule.reduces
    assert times_in_force("nothing") == ()
