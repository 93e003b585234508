"""What stops trading and what costs somebody their standing: exactly this, and nothing below it."""

from typing import Any, TypeAlias

import pytest
from attrs import evolve

from astracore.catalog.examples import example
from astracore.ids import AccountId
from astracore.outcome import is_failure
from astracore.policies.engagements import Invited
from astracore.policies.guards import FLAGS, Accounts, Flagged
from astracore.policies.reviews import REVIEW_TIER, SUSPEND_BY_CASE, Review
from astracore.revenue.payments.events import DisputeLost
from astracore.risk.limits import LIMITS, Action
from astracore.risk.profiles.commands import CreateLimit, Evaluate
from astracore.risk.profiles.events import DeadmanFired, RiskLimitHit
from astracore.risk.profiles.profile import PROFILE
from astracore.risk.switches.commands import Trip
from astracore.risk.switches.events import KillSwitchEngaged
from astracore.risk.switches.switch import SWITCH
from astracore.social.moderation.events import CaseDecided
from astracore.social.moderation.rules import Sanction
from astracore.trading.commands import CancelAll
from astracore.trading.events import AccountOpened, PositionClosed, TradeExecuted
from astracore.trading.money_events import LiquidationStarted
from astracore.trading.order_events import ReconciliationFlagged
from astracore.trading.types import AccountMode
from astracore.users.commands import DecideVerification, SuspendUser
from astracore.users.events import UserDeleted, UserRegistered, UserSuspended
from astracore.users.staff import decide_verification, suspend
from astracore.users.state import User
from astracore.users.types import Tier
from property_tests.policy_examples import (
    ADA,
    CLOSED_AT,
    MODERATOR,
    ROWS,
    ask,
)
from property_tests.social_world import lying

Loose: TypeAlias = Any


@pytest.mark.parametrize(
    ("sanction", "until"), [(Sanction.SUSPENDED, CLOSED_AT), (Sanction.BANNED, None)]
)
def test_a_sanction_suspends(sanction: Sanction, until: object) -> None:
    event = evolve(
        example(CaseDecided), owner_id=ADA, sanction=sanction, until=CLOSED_AT, reason_code="spam"
    )
    (asked,) = SUSPEND_BY_CASE.react(lying(event), MODERATOR)
    assert isinstance(asked, SuspendUser)
    assert (asked.user_id, asked.until, asked.case_id) == (ADA, until, event.case_id)
    before = evolve(asked, at=evolve(asked.at, micros=asked.at.micros - 1))
    assert not is_failure(suspend(before, User()))
    assert SUSPEND_BY_CASE.react(lying(evolve(event, sanction=Sanction.NONE)), MODERATOR) == ()


@pytest.mark.parametrize("tier", Tier)
def test_a_lost_dispute_sends_identities_to_review(tier: Tier) -> None:
    row = evolve(ROWS[Review], tier=tier)
    asked = REVIEW_TIER.react(lying(evolve(example(DisputeLost), user_id=ADA)), row)
    assert len(asked) == (tier in {Tier.IDENTITY, Tier.PREMIUM})
    for one in asked:
        assert isinstance(one, DecideVerification)
        assert (one.user_id, one.tier) == (ADA, Tier.PHONE)
        assert not is_failure(decide_verification(one, evolve(User(), tier=tier)))


@pytest.mark.parametrize("mode", AccountMode)
def test_a_new_account_gets_every_default_limit(mode: AccountMode) -> None:
    event = evolve(example(AccountOpened), mode=mode)
    made = ask("limit_new", event)
    assert all(isinstance(one, CreateLimit) for one in made)
    live = mode is AccountMode.LIVE
    assert {one.type: one.value for one in made} == {
        name: rule.live if live else rule.practice for name, rule in LIMITS.items()
    }
    assert len({one.limit_id for one in made}) == len(LIMITS)
    profile = PROFILE.initial
    for one in made:
        for told in PROFILE.decide(one, profile).unwrap():
            profile = PROFILE.evolve(profile, told)


@pytest.mark.parametrize("shape", [TradeExecuted, PositionClosed, LiquidationStarted])
def test_what_moves_an_account_has_it_evaluated(shape: type[Loose]) -> None:
    event = example(shape)
    assert ask("evaluate_risk", event) == [
        Evaluate(account_id=event.account_id, views=(), at=CLOSED_AT)
    ]


def test_three_flags_a_breach_and_a_suspension_trip_the_accounts_switch() -> None:
    flag = example(ReconciliationFlagged)
    assert ask("trip_on_flags", flag, Flagged(flags=FLAGS - 1)) == []
    hit = evolve(example(RiskLimitHit), actions=(Action.KILL_SWITCH,))
    two = Accounts(account_ids=(AccountId("a"), AccountId("b")))
    trips = [
        *ask("trip_on_flags", flag, Flagged(flags=FLAGS)),
        *ask("trip_on_breach", hit),
        *ask("trip_suspended", example(UserSuspended), two),
    ]
    assert [one.target for one in trips] == [flag.account_id, hit.account_id, "a", "b"]
    for one in trips:
        assert isinstance(one, Trip)
        assert one.automatic
        assert not is_failure(SWITCH.decide(one, SWITCH.initial))
    assert ask("trip_on_breach", evolve(hit, actions=(Action.ALERT,))) == []


def test_stopping_cancels_what_has_to_be_cancelled() -> None:
    hit = evolve(example(RiskLimitHit), actions=(Action.CANCEL_ORDERS, Action.BLOCK_NEW))
    assert [one.reason for one in ask("cancel_own", hit)] == ["risk_limit"]
    assert ask("cancel_own", evolve(hit, actions=(Action.BLOCK_NEW,))) == []
    assert [one.reason for one in ask("cancel_own", example(DeadmanFired))] == ["deadman"]
    row = Accounts(account_ids=(AccountId("a"),), symbol="ETH-USD")
    switch = example(KillSwitchEngaged)
    assert ask("cancel_stopped", switch, row) == [
        CancelAll(
            account_id=AccountId("a"),
            at=switch.at,
            symbol="ETH-USD",
            reason="kill_switch",
            opening_only=True,
        )
    ]
    (gone,) = ask("cancel_stopped", example(UserDeleted), Accounts(account_ids=(AccountId("a"),)))
    assert (gone.reason, gone.opening_only, gone.symbol) == ("user_deleted", False, None)


def test_only_a_code_that_an_invite_has_is_used() -> None:
    event = evolve(example(UserRegistered), user_id=ADA, invite_code="ABCDEFGH")
    (used,) = ask("welcome_invited", event)
    assert (used.user_id, used.at) == (ADA, CLOSED_AT)
    assert ask("welcome_invited", event, Invited(invite_id=None)) == []
    assert ask("welcome_invited", evolve(event, invite_code=None)) == []
