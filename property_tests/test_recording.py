"""Decision records: taken again they say the same to the bit, and under other rules they differ."""

import decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from astracore.catalog.aggregates import ACCOUNT_AGGREGATE
from astracore.catalog.decisions import ACCOUNT_COMMANDS, ACCOUNT_DECISIONS, rules_hash, state_hash
from astracore.errors.trading import Refused
from astracore.events.canonical import digest
from astracore.events.decision import outcome_bytes
from astracore.events.recording import Record, recorded, retaken
from astracore.ids import FillId
from astracore.outcome import is_failure
from astracore.trading.account import ACCOUNT
from astracore.trading.commands import (
    AccountCommand,
    AmendOrder,
    PlaceList,
    PlaceOrder,
    SetLeverage,
    SetProtection,
)
from astracore.trading.facts import Facts
from astracore.trading.orders.groups import GroupKind
from astracore.trading.ruleset import facts_in, rules_of, with_facts
from astracore.trading.state import Account
from astracore.trading.types import Side
from property_tests.account_world import World
from property_tests.random_histories import history
from property_tests.trading_makers import (
    ME,
    NOW,
    D,
    after,
    asked_cancel,
    closing,
    facts,
    fill,
    limit,
    opening,
    order,
)

STATE = ACCOUNT_AGGREGATE.state
Taken = tuple[AccountCommand, Account]


def written(command: AccountCommand, account: Account) -> Record:
    """The record of a decision."""
    return recorded(ACCOUNT_DECISIONS, command, account, ACCOUNT.decide(command, account))


@pytest.mark.parametrize("seed", range(6))
def test_every_decision_of_a_history_is_taken_again_elsewhere(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Elsewhere: from bytes alone, on a restored state, under another decimal context."""
    taken: list[tuple[Record, bytes, bytes]] = []
    plain = World.ask

    def ask(world: World, command: AccountCommand) -> Any:  # noqa: ANN401 - as it was
        outcome = outcome_bytes(ACCOUNT_AGGREGATE, ACCOUNT.decide(command, world.state))
        taken.append((written(command, world.state), STATE.encode(world.state), outcome))
        return plain(world, command)

    monkeypatch.setattr(World, "ask", ask)
    history(seed, events=100)
    assert len(taken) > 50
    with decimal.localcontext(decimal.Context(prec=3, rounding=decimal.ROUND_UP)):
        for record, state, outcome in taken:
            again = retaken(ACCOUNT_DECISIONS, record, STATE.decode(state).unwrap()).unwrap()
            assert (again.is_same, again.same_rules) == (True, True)
            assert outcome_bytes(ACCOUNT_AGGREGATE, again.outcome) == outcome
            assert digest(outcome) == record.outcome_hash
            assert record.command_hash == digest(ACCOUNT_COMMANDS.encode(again.command))


def halved(command: AccountCommand) -> AccountCommand:
    """The same command where one order may open half of the equity."""
    return with_facts(command, lambda known: evolve(known, limits=less(known)))


def less(known: Facts) -> Any:  # noqa: ANN401 - TradingLimits
    share = {mode: part / 2 for mode, part in known.limits.share.items()}
    return evolve(known.limits, share=share)


@given(st.integers(1, 499))
def test_other_rules_differ_where_they_should(hundredths: int) -> None:
    """At 2000 each, with 10000: up to 5 fit as it is, up to 2.5 under half of the share."""
    account = after(opening())
    qty = D(hundredths) / 100
    record = written(limit("o", Side.BUY, qty, "2000"), account)
    again = retaken(ACCOUNT_DECISIONS, record, account, halved).unwrap()
    assert not again.same_rules
    assert again.is_same is (hundredths <= 250)
    if hundredths > 250:
        assert is_failure(again.outcome)
        fault: Refused = again.outcome.failure()
        assert [cause.code for cause in fault.causes] == ["order_too_large"]
        assert fault.causes[0].highest == D(5000)  # type: ignore[union-attr]


def test_a_record_fits_its_own_state_and_rules_alone() -> None:
    account = after(opening())
    record = written(limit("o", Side.BUY, "1", "2000"), account)
    other = evolve(account, cash=D(9999))
    assert retaken(ACCOUNT_DECISIONS, record, other).failure().path == "state_hash"
    damaged = evolve(record, command=record.command.replace(b'"level":1', b'"level":2'))
    assert retaken(ACCOUNT_DECISIONS, damaged, account).failure().path == "rules_hash"
    assert is_failure(retaken(ACCOUNT_DECISIONS, evolve(record, command=b"{}"), account))
    tampered = evolve(record, outcome_hash="0" * 64)
    assert retaken(ACCOUNT_DECISIONS, tampered, account).unwrap().is_same is False


def test_the_state_hash_sees_what_decisions_see() -> None:
    """Cash, an open order, an ended one, and a late fill of it."""
    start = after(opening())
    states = [
        start,
        evolve(start, cash=D(1)),
        after(limit("o", Side.BUY, "1", "1990"), start=start),
        after(order("o", Side.BUY, "1"), fill("o", "f", Side.BUY, "1", "2000"), start=start),
    ]
    late = states[-1]
    ended = next(iter(late.ended.values()))
    again = evolve(ended, fill_ids=(*ended.fill_ids, FillId("g")))
    states.append(evolve(late, ended={again.order_id: again}))
    states.append(evolve(late, ended={}))
    assert len({state_hash(state) for state in states}) == len(states)


LEGS = tuple(limit(name, Side.SELL, "1", "2100") for name in "ab")
WITH_FACTS: list[AccountCommand] = [
    LEGS[0],
    closing(None),
    PlaceList(account_id=ME, list_id="l", kind=GroupKind.OCO, legs=LEGS, at=NOW),
    AmendOrder(account_id=ME, order_id=LEGS[0].order_id, facts=facts(), at=NOW),
    SetProtection(account_id=ME, list_id="l", symbol="ETH-USD", facts=facts(), at=NOW),
    SetLeverage(account_id=ME, symbol="ETH-USD", leverage=2, facts=facts(), at=NOW),
]


@pytest.mark.parametrize("command", WITH_FACTS, ids=lambda one: type(one).__name__)
def test_rules_are_found_and_replaced_in_every_command(command: AccountCommand) -> None:
    count = len(command.legs) if isinstance(command, PlaceList) else 1
    assert len(facts_in(command)) == len(rules_of(command).sets) == count
    assert with_facts(command, lambda known: known) == command
    other = with_facts(command, lambda known: evolve(known, taker_rate=D("0.001")))
    assert {known.taker_rate for known in facts_in(other)} == {D("0.001")}
    assert rules_hash(other) != rules_hash(command)


def test_what_brings_no_rules_has_none() -> None:
    command = asked_cancel("o")
    assert with_facts(command, lambda known: evolve(known, level=9)) == command
    assert rules_of(command).sets == ()


def test_wishes_and_markets_are_no_rules() -> None:
    """Another quantity or another mark is judged by the same rules."""
    one = order("o", Side.BUY, "1")
    for other in (order("p", Side.SELL, "2"), order("o", Side.BUY, "1", facts=facts("3000"))):
        assert isinstance(other, PlaceOrder)
        assert rules_hash(other) == rules_hash(one)
