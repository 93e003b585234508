"""All policies together: nothing is forgotten, and no fact is rewarded or posted twice."""

import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterable
from typing import Any, TypeAlias

import pytest
from attrs import evolve
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from returns.result import Result

import astracore
from astracore.catalog.registry import EVENT_CLASSES
from astracore.events.decider import Decider
from astracore.events.policy import Policy
from astracore.gamification.commands import AwardXp, RecordActivity
from astracore.gamification.events import LevelUp
from astracore.gamification.leaderboards.events import LeaderboardClosed
from astracore.gamification.tournaments.events import TournamentClosed
from astracore.ids import UserId
from astracore.ledger.commands import PostEntry
from astracore.ledger.entries import Book
from astracore.nft.eligibility.commands import GrantEligibility
from astracore.policies.registry import INSTEAD, POLICIES, ROW_POLICIES, WAITING_POLICIES
from astracore.revenue.wallets.commands import GrantCredits, ReceiveCredits, SpendCredits
from astracore.social.battles.events import BattleFinished
from astracore.social.clans.commands import Contribute
from astracore.social.ids import ClanId
from astracore.social.invites.events import ReferralActivated
from property_tests.policy_examples import (
    BOUND,
    EVERY,
    WALLETS,
    WITH_WALLETS,
    WITHOUT_WALLETS,
    asked,
    concerned,
    examples_of,
    reacting,
)
from property_tests.typed_makers import World, made

Loose: TypeAlias = Any
ASKING = sorted({shape for policy in EVERY for shape in policy.events}, key=lambda one: one.TYPE)
PAYING = tuple(
    shape for shape in ASKING if {*INSTEAD, *WALLETS} & reacting(shape)
)  # what ends in somebody's wallet
LISTS: tuple[Loose, ...] = (*POLICIES, *WAITING_POLICIES, *ROW_POLICIES)


def named(shape: Loose) -> str:
    name: str = shape.__name__
    return name


def test_every_policy_is_in_one_list_under_a_name_of_its_own() -> None:
    names = Counter(policy.name for policy in LISTS)
    assert [name for name, times in names.items() if times > 1] == []
    assert len(EVERY) == len(LISTS)
    assert set(INSTEAD) | {one for many in INSTEAD.values() for one in many} <= set(names)
    assert {one for many in INSTEAD.values() for one in many} == WALLETS


@pytest.mark.parametrize("policy", LISTS, ids=lambda policy: policy.name)
def test_policies_know_their_events(policy: Policy[Loose, Loose]) -> None:
    assert concerned(policy) == set(policy.events)
    assert policy.react.__doc__ or policy in BOUND


@pytest.mark.parametrize("policy", EVERY, ids=lambda policy: policy.name)
def test_every_policy_reacts_to_each_of_its_events(policy: Policy[Loose, Loose]) -> None:
    silent = [shape for shape in policy.events if policy.name not in reacting(shape)]
    assert silent == []


@pytest.mark.parametrize("shape", sorted(EVENT_CLASSES, key=named), ids=named)
def test_nobody_reacts_who_does_not_say_so(shape: type) -> None:
    said = {policy.name for policy in EVERY if shape in policy.events}
    assert reacting(shape) == said


def grants(commands: Iterable[Loose]) -> list[tuple[object, ...]]:
    """What may come once for an event: to whom, of what."""
    found: list[tuple[object, ...]] = []
    for one in commands:
        match one:
            case AwardXp():
                found.append(("xp", one.user_id, one.source, one.source_event_id))
            case RecordActivity():
                found.append(("activity", one.user_id, one.source_event_id))
            case GrantCredits() | ReceiveCredits() | SpendCredits():
                found.append(("credits", one.user_id, one.source_event_id))
            case GrantEligibility():
                found.append(("claim", one.user_id, one.class_, one.reference))
            case Contribute():
                found.append(("contribution", one.clan_id, one.user_id))
            case PostEntry():
                found.append(("entry", one.book, one.entry.journal_id))
                sides = {(at.account, at.currency, at.amount > 0) for at in one.entry.lines}
                found += [("line", one.book, *side) for side in sides]  # once in an entry
    return found


def twice(policies: tuple[Policy[Loose, Loose], ...], event: object) -> list[object]:
    """What a service with these policies would do more than once because of an event."""
    commands = [command for _, command in asked(policies, event)]
    same = [one for one, times in Counter(map(repr, commands)).items() if times > 1]
    return same + [one for one, times in Counter(grants(commands)).items() if times > 1]


def distinct(event: Loose) -> Loose:
    """The event with every user once, as its aggregate would tell it."""
    match event:
        case TournamentClosed():
            return evolve(event, prizes=one_each(event.prizes))
        case LeaderboardClosed():
            return evolve(event, winners=one_each(event.winners))
        case BattleFinished():
            shares = tuple(
                evolve(
                    one,
                    clan_id=ClanId(f"c{place}"),
                    user_id=None if one.user_id is None else UserId(f"u{place}"),
                )
                for place, one in enumerate(event.shares)
            )
            return evolve(event, fighters=one_each(event.fighters), shares=shares[:2])
        case _:
            return event


def one_each(rows: tuple[Loose, ...]) -> tuple[Loose, ...]:
    return tuple(evolve(row, user_id=f"u{place}") for place, row in enumerate(rows))


def is_possible(event: Loose) -> bool:
    """Nobody refers themselves, and the two sides of a transfer are two."""
    pairs = (
        ("inviter_id", "user_id"),
        ("actor_id", "target_id"),
        ("seller_id", "buyer_id"),
        ("contract_id", "old_contract_id"),
        ("declarer_id", "opponent_id"),
    )
    return all(
        not hasattr(event, left)
        or not hasattr(event, right)
        or getattr(event, left) != getattr(event, right)
        for left, right in pairs
    )


@st.composite
def events(draw: st.DrawFn) -> Loose:
    """Any event that a policy reads, with plausible figures."""
    shape: Loose = draw(st.sampled_from(ASKING))
    event = distinct(draw(made(shape, World.PLAUSIBLE)))
    assume(is_possible(event))
    return event


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(events())
@example(examples_of(LevelUp)[0])
@example(examples_of(BattleFinished)[0])
@example(examples_of(TournamentClosed)[0])
@example(examples_of(ReferralActivated)[0])
def test_no_fact_is_rewarded_or_posted_twice(event: object) -> None:
    """Whatever the event says, in a service with wallets and in one without."""
    assert twice(WITHOUT_WALLETS, event) == []
    assert twice(WITH_WALLETS, event) == []


@pytest.mark.parametrize("shape", ASKING, ids=named)
def test_no_example_is_rewarded_or_posted_twice(shape: type) -> None:
    for event in examples_of(shape):
        assert twice(WITHOUT_WALLETS, event) == twice(WITH_WALLETS, event) == []


def test_all_lists_together_would_pay_twice() -> None:
    """Without INSTEAD: what the two properties above would see."""
    level = examples_of(LevelUp)[0]
    both = [type(command) for _, command in asked(EVERY, level)]
    assert {PostEntry, GrantCredits} <= set(both)
    again = [*EVERY, *(one for one in EVERY if one.name == "reward_mint")]
    minted = next(shape for shape in ASKING if shape.__name__ == "NftMinted")
    assert twice(tuple(again), examples_of(minted)[0]) != []


def into_wallets(policies: tuple[Policy[Loose, Loose], ...], event: object) -> dict[str, int]:
    """The CREDIT that an event brings to each wallet or takes, in the book or by command."""
    found: Counter[str] = Counter()
    for _, command in asked(policies, event):
        if isinstance(command, GrantCredits):
            found[f"wallet/{command.user_id}"] += command.reward
        elif isinstance(command, ReceiveCredits):
            found[f"wallet/{command.user_id}"] += command.amount
        elif isinstance(command, SpendCredits):
            found[f"wallet/{command.user_id}"] -= command.amount
        elif isinstance(command, PostEntry) and command.book is Book.GAME:
            for line in command.entry.lines:
                if line.account.startswith("wallet/"):
                    found[line.account] -= int(line.amount)
    return dict(found)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(events().filter(lambda event: type(event) in PAYING))
@example(examples_of(BattleFinished)[0])
@example(examples_of(ReferralActivated)[0])
def test_a_wallet_gets_what_the_book_alone_would_give(event: object) -> None:
    """At a faucet of 1 the two kinds of service pay the same."""
    assert into_wallets(WITH_WALLETS, event) == into_wallets(WITHOUT_WALLETS, event)


def deciders() -> list[Loose]:
    """Every decider of the core, found by walking all modules."""
    found: dict[int, Loose] = {}
    for module in pkgutil.walk_packages(astracore.__path__, "astracore."):
        for thing in vars(importlib.import_module(module.name)).values():
            if isinstance(thing, Decider):
                found[id(thing)] = thing
    return list(found.values())


DECIDERS = deciders()


def room(module: str) -> str:
    return module.rpartition(".")[0]


def is_understood(command: object) -> bool:
    """Whether a decider of the command's own room answers it, be it by a refusal."""
    near = [
        one for one in DECIDERS if room(one.decide.__module__) == room(type(command).__module__)
    ]
    return any(is_answered(one, command) for one in near)


def is_answered(decider: Loose, command: object) -> bool:
    try:
        return isinstance(decider.decide(command, decider.initial), Result)
    except (AssertionError, AttributeError, TypeError):  # not one of this decider's commands
        return False


@pytest.mark.parametrize("shape", ASKING, ids=named)
def test_what_is_asked_is_understood_by_an_aggregate(shape: type) -> None:
    for event in examples_of(shape):
        for name, command in asked(EVERY, event):
            assert is_understood(command), (name, type(command).__name__)
