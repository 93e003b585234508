"""Groups step by step, each kind in each state: what a fill, a trigger and an end instruct."""

from collections.abc import Callable
from typing import Any

import pytest

from astracore.outcome import is_failure
from astracore.trading.orders.groups import (
    Group,
    LegState,
    Release,
    bracket,
    bracket_prices,
    leg_ended,
    leg_filled,
    leg_triggered,
    oco,
    oto,
    ouo,
    working,
)
from astracore.trading.types import Side
from property_tests.trading_makers import D
from tests.trading.stories import said

OCO = oco(("a", "b"), D(10)).unwrap()
OUO = ouo(("a", "b", "c"), D(10)).unwrap()
FULL = oto("e", "c", D(10)).unwrap()
PARTS = oto("e", "c", D(10), Release.PARTIAL).unwrap()
BRACKET = bracket(("e", "s", "t"), D(10)).unwrap()
Step = Callable[[Group], Any]


def fill(name: str, qty: str) -> Step:
    """A fill."""
    return lambda group: leg_filled(group, name, D(qty))


def fire(name: str) -> Step:
    """A trigger."""
    return lambda group: leg_triggered(group, name)


def end(name: str) -> Step:
    """An end."""
    return lambda group: leg_ended(group, name)


def through(group: Group, steps: tuple[Step, ...]) -> tuple[Group, str]:
    """The group after all steps, and the instructions of the last one, or its refusal."""
    told = ""
    for step in steps:
        result = step(group)
        if is_failure(result):
            return group, said(result.failure())
        group = result.unwrap().group
        told = " ".join(
            f"{one.act.value} {one.order_id} {one.qty.normalize():f}"
            for one in result.unwrap().instructions
        )
    return group, told


def standing(group: Group) -> str:
    """Each leg: name, executed/quantity, state."""
    return " ".join(
        f"{leg.order_id}:{leg.executed.normalize():f}/{leg.qty.normalize():f}:{leg.state.value}"
        for leg in group.legs
    )


@pytest.mark.parametrize(
    ("group", "steps", "told", "after"),
    [
        (OCO, (fill("a", "4"),), "lower b 6", "a:4/10:working b:0/6:working"),
        (OCO, (fill("a", "4"), fill("b", "1")), "lower a 9", "a:4/9:working b:1/6:working"),
        (OCO, (fill("a", "10"),), "cancel b 10", "a:10/10:ended b:0/10:ended"),
        (
            OCO,
            (fill("a", "4"), fill("b", "3"), fill("a", "3")),
            "cancel b 3",
            "a:7/7:ended b:3/6:ended",
        ),
        (OCO, (fire("a"),), "cancel b 10", "a:0/10:triggered b:0/10:ended"),
        (OCO, (fire("a"), fill("b", "3")), "lower a 7", "a:0/7:triggered b:3/10:ended"),
        (OCO, (fire("a"), fill("a", "3")), "", "a:3/10:triggered b:0/10:ended"),
        (OCO, (end("a"),), "cancel b 10", "a:0/10:ended b:0/10:ended"),
        (OCO, (end("a"), end("a")), "", "a:0/10:ended b:0/10:ended"),
        (OCO, (end("a"), end("b")), "", "a:0/10:ended b:0/10:ended"),
        (OCO, (fire("a"), fill("b", "10")), "cancel a 10", "a:0/10:ended b:10/10:ended"),
        (OCO, (end("a"), fill("a", "12")), "", "a:12/10:ended b:0/10:ended"),
        (
            OUO,
            (fill("b", "4"),),
            "lower a 6 lower c 6",
            "a:0/6:working b:4/10:working c:0/6:working",
        ),
        (OUO, (fire("a"),), "", "a:0/10:triggered b:0/10:working c:0/10:working"),
        (OUO, (end("a"),), "", "a:0/10:ended b:0/10:working c:0/10:working"),
        (OUO, (end("a"), fill("b", "4")), "lower c 6", "a:0/10:ended b:4/10:working c:0/6:working"),
        (
            OUO,
            (fill("b", "10"),),
            "cancel a 10 cancel c 10",
            "a:0/10:ended b:10/10:ended c:0/10:ended",
        ),
        (FULL, (fill("e", "4"),), "", "e:4/10:working c:0/0:held"),
        (FULL, (fill("e", "4"), fill("e", "6")), "start c 10", "e:10/10:ended c:0/10:working"),
        (FULL, (fill("e", "4"), end("e")), "start c 4", "e:4/10:ended c:0/4:working"),
        (FULL, (end("e"),), "cancel c 0", "e:0/10:ended c:0/0:ended"),
        (FULL, (fill("e", "4"), end("c"), end("e")), "", "e:4/10:ended c:0/0:ended"),
        (FULL, (end("c"), fill("e", "10")), "", "e:10/10:ended c:0/0:ended"),
        (FULL, (end("c"),), "", "e:0/10:working c:0/0:ended"),
        (FULL, (fire("e"),), "", "e:0/10:triggered c:0/0:held"),
        (
            FULL,
            (fill("e", "4"), end("e"), fill("e", "1")),
            "",
            "e:5/10:ended c:0/4:working",
        ),
        (
            FULL,
            (fill("e", "4"), end("e"), fill("e", "6")),
            "",
            "e:10/10:ended c:0/4:working",
        ),
        (FULL, (fill("e", "10"), fill("c", "10")), "", "e:10/10:ended c:10/10:ended"),
        (PARTS, (fill("e", "4"),), "start c 4", "e:4/10:working c:0/4:working"),
        (PARTS, (fill("e", "4"), fill("e", "1")), "raise c 5", "e:5/10:working c:0/5:working"),
        (PARTS, (fill("e", "4"), end("c"), fill("e", "1")), "", "e:5/10:working c:0/4:ended"),
        (PARTS, (fill("e", "4"), end("e")), "", "e:4/10:ended c:0/4:working"),
        (
            PARTS,
            (fill("e", "4"), end("e"), fill("e", "1")),
            "raise c 5",
            "e:5/10:ended c:0/5:working",
        ),
        (PARTS, (end("e"),), "cancel c 0", "e:0/10:ended c:0/0:ended"),
        (
            BRACKET,
            (fill("e", "4"),),
            "start s 4 start t 4",
            "e:4/10:working s:0/4:working t:0/4:working",
        ),
        (
            BRACKET,
            (fill("e", "4"), fill("e", "6")),
            "raise s 10 raise t 10",
            "e:10/10:ended s:0/10:working t:0/10:working",
        ),
        (
            BRACKET,
            (fill("e", "4"), fill("t", "1")),
            "lower s 3",
            "e:4/10:working s:0/3:working t:1/4:working",
        ),
        (
            BRACKET,
            (fill("e", "4"), fire("s")),
            "cancel t 4 cancel e 6",
            "e:4/10:ended s:0/4:triggered t:0/4:ended",
        ),
        (
            BRACKET,
            (fill("e", "4"), fill("t", "4")),
            "cancel s 4 cancel e 6",
            "e:4/10:ended s:0/4:ended t:4/4:ended",
        ),
        (
            BRACKET,
            (fill("e", "4"), end("s")),
            "cancel t 4 cancel e 6",
            "e:4/10:ended s:0/4:ended t:0/4:ended",
        ),
        (
            BRACKET,
            (fill("e", "4"), fire("s"), fill("e", "1")),
            "raise s 5",
            "e:5/10:ended s:0/5:triggered t:0/4:ended",
        ),
        (BRACKET, (end("e"),), "cancel s 0 cancel t 0", "e:0/10:ended s:0/0:ended t:0/0:ended"),
        (BRACKET, (fill("e", "4"), end("e")), "", "e:4/10:ended s:0/4:working t:0/4:working"),
        (BRACKET, (fire("e"),), "", "e:0/10:triggered s:0/0:held t:0/0:held"),
        (
            BRACKET,
            (end("s"),),
            "cancel t 0 cancel e 10",
            "e:0/10:ended s:0/0:ended t:0/0:ended",
        ),
    ],
)
def test_steps(group: Group, steps: tuple[Step, ...], told: str, after: str) -> None:
    found, said_last = through(group, steps)
    assert (said_last, standing(found)) == (told, after)
    live = {LegState.WORKING, LegState.TRIGGERED}
    assert working(found) == tuple(leg for leg in found.legs if leg.state in live)


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (
            lambda: oco(("a",), D(1)),
            "InvalidOrder(field=legs, reason=2 to 2 different orders are needed)",
        ),
        (
            lambda: oco(("a", "b", "c"), D(1)),
            "InvalidOrder(field=legs, reason=2 to 2 different orders",
        ),
        (lambda: oco(("a", "a"), D(1)), "InvalidOrder(field=legs, reason=2 to 2 different orders"),
        (lambda: oco(("a", "b"), D(0)), "InvalidQuantity(quantity=0)"),
        (lambda: ouo("abcdef", D(1)), "InvalidOrder(field=legs, reason=2 to 5 different orders"),
        (lambda: ouo("aa", D(1)), "InvalidOrder(field=legs, reason=2 to 5 different orders"),
        (
            lambda: oto("a", "a", D(1)),
            "InvalidOrder(field=legs, reason=two different orders are needed)",
        ),
        (lambda: oto("a", "b", D(-1)), "InvalidQuantity(quantity=-1)"),
        (
            lambda: bracket(("a", "b", "a"), D(1)),
            "InvalidOrder(field=legs, reason=three different orders",
        ),
        (lambda: bracket(("a", "b", "c"), D(0)), "InvalidQuantity(quantity=0)"),
        (lambda: leg_filled(OCO, "x", D(1)), "UnknownOrder(order_id=x)"),
        (lambda: leg_filled(OCO, "a", D(0)), "InvalidQuantity(quantity=0)"),
        (lambda: leg_filled(OCO, "a", D(11)), "Overfill(order_id=a, qty=11, left=10)"),
        (
            lambda: leg_filled(FULL, "c", D(1)),
            "InvalidTransition(subject=c, status=held, asked=fill)",
        ),
        (lambda: leg_triggered(OCO, "x"), "UnknownOrder(order_id=x)"),
        (
            lambda: leg_triggered(FULL, "c"),
            "InvalidTransition(subject=c, status=held, asked=trigger)",
        ),
        (lambda: leg_ended(OCO, "x"), "UnknownOrder(order_id=x)"),
        (
            lambda: bracket_prices(Side.BUY, D(2), D(2), D(3)),
            "BracketPrices(stop=2, entry=2, target=3)",
        ),
        (
            lambda: bracket_prices(Side.BUY, D(1), D(3), D(3)),
            "BracketPrices(stop=1, entry=3, target=3)",
        ),
        (
            lambda: bracket_prices(Side.SELL, D(1), D(2), D(3)),
            "BracketPrices(stop=1, entry=2, target=3)",
        ),
    ],
)
def test_refusals(result: Callable[[], Any], told: str) -> None:
    assert said(result().failure()).startswith(told)


def test_what_can_be() -> None:
    assert len(ouo("abcde", D(1)).unwrap().legs) == 5
    assert bracket_prices(Side.SELL, D(3), D(2), D(1)).unwrap() is None
    twice = leg_triggered(OCO, "a").unwrap().group
    assert said(leg_triggered(twice, "a").failure()) == (
        "InvalidTransition(subject=a, status=triggered, asked=trigger)"
    )
