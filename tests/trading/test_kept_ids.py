"""Names that strategies give their orders, and the rules that travel with a command."""

from typing import Any

import pytest
from attrs import evolve

from astracore.trading.facts import LIMITS, LiveStanding, RiskFacts
from astracore.trading.orders.client_ids import client_order_id, counter_of, in_base_36
from astracore.trading.orders.groups import GroupKind
from astracore.trading.ruleset import RuleSet, facts_in, rules_of, with_facts
from property_tests.trading_makers import ETH, D, asked_cancel, closing, leverage
from tests.trading.stories import BUY, STANDING, amend, ask, known, listing, protect, said, stop

TOP = 2**64


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (1, "1"), (35, "z"), (36, "10"), (1295, "zz"), (-36, "10")]
)
def test_base_36(number: int, text: str) -> None:
    assert in_base_36(number) == text


def test_a_name_tells_its_counter() -> None:
    for counter in (0, 1, 36, TOP - 1):
        name = client_order_id("sma", 7, counter).unwrap()
        assert counter_of(name) == counter
        assert name[22] == "-"
    first = client_order_id("sma", 7, 0).unwrap()
    others = {client_order_id("sma", 8, 0).unwrap(), client_order_id("smb", 7, 0).unwrap()}
    assert len({first, *others}) == 3
    assert client_order_id("sma", TOP - 1, 0).unwrap() != first
    assert said(client_order_id("sma", -1, 0).failure()).startswith("InvalidSeed(")
    assert said(client_order_id("sma", TOP, 0).failure()).startswith("InvalidSeed(")
    long = client_order_id("sma", 2**200, 0).failure()
    assert f"seed=0x{'1' + '0' * 29}," in said(long)
    for counter in (-1, TOP):
        assert said(client_order_id("sma", 7, counter).failure()) == (
            "InvalidOrder(field=counter, reason=must fit 64 bits)"
        )


@pytest.mark.parametrize(
    "name",
    [
        "",
        "mine",
        "a" * 22,
        "a" * 22 + "-",
        "a" * 22 + "_1",
        "a" * 22 + "-A",
        "a" * 22 + "-01",
        "a" * 21 + "!-1",
        "a" * 22 + "-1_",
        "a" * 22 + "-1-",
        "a" * 22 + "-" + in_base_36(TOP),
    ],
)
def test_names_that_tell_none(name: str) -> None:
    assert counter_of(name) is None


def test_the_rules_of_a_command() -> None:
    """Each order of a command has its own facts; what asks for no order brings none."""
    risk = RiskFacts(order_rate=3)
    standing = LiveStanding(leverage_cap=2, two_factor=True, connected=True)
    limits = evolve(LIMITS, open_orders=7)
    facts = known(risk=risk, live=standing, daily_limit=4, level=5, limits=limits)
    first, second = ask("a", BUY, "1", "1980", facts=facts), stop("b", BUY, "2020")
    pair = listing(GroupKind.OCO, first, second)
    assert facts_in(pair) == (facts, second.facts)
    one, _ = rules_of(pair).sets
    assert one == RuleSet(
        limits=limits,
        instrument=ETH,
        risk=risk,
        live=standing,
        daily_limit=4,
        level=5,
        maker_rate=D("0.0002"),
        taker_rate=D("0.0005"),
    )
    singles: list[Any] = [first, amend("a"), closing(None), protect(stop="1900"), leverage(2)]
    for command in singles:
        assert facts_in(command) == (command.facts,)
        changed: Any = with_facts(command, lambda _: facts)
        assert changed == evolve(command, facts=facts)
    assert facts_in(asked_cancel("a")) == ()
    assert rules_of(asked_cancel("a")).sets == ()
    assert with_facts(asked_cancel("a"), lambda _: facts) == asked_cancel("a")
    both: Any = with_facts(pair, lambda was: evolve(was, live=STANDING))
    assert [leg.facts.live for leg in both.legs] == [STANDING, STANDING]
    assert both.legs[0].order_id == "a"
