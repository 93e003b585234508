"""Planted mistakes between domains: what a policy must not ask, some test must see."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from attrs import evolve as changed

from astracore.catalog.examples import example
from astracore.gamification.measures import Measure
from astracore.gamification.sources import XpSource
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.nft.eligibility.commands import GrantEligibility
from astracore.nft.types import NftClass
from astracore.policies import (
    claims,
    copies,
    corrections,
    guards,
    reviews,
    rewards,
    social,
    trophies,
)
from astracore.risk.limits import LIMITS, LimitType
from astracore.social.clans.events import ClanJoined
from astracore.social.content.events import ContentReacted, Reaction
from astracore.social.moderation.rules import Sanction
from astracore.social.profiles.events import EndorsementWithdrawn
from astracore.trading.types import AccountMode
from astracore.users.types import Tier
from property_tests import (
    policy_examples,
    test_policy_guards,
    test_policy_registry,
    test_policy_rules,
    test_social_policies,
)
from tests.test_mutants_social import is_red

pytestmark = pytest.mark.slow  # in the gate, not in ./run check
Wrong = Any
REWARDED, WITHDRAWN, TRIPPED = rewards.rewarded, corrections._withdrawn, guards.tripped


def unasked(
    user_id: UserId, class_: NftClass, _figures: object, at: Instant, reference: str = ""
) -> tuple[GrantEligibility, ...]:
    """A claim without a look at what it requires."""
    claim = GrantEligibility(user_id=user_id, class_=class_, facts=(), reference=reference, at=at)
    return (claim,)


def doubled(event: Any) -> Any:  # noqa: ANN401
    """Everybody is rewarded twice."""
    reason, shares = REWARDED(event)
    return reason, (*shares, *shares)


def dearer(event: Any) -> Any:  # noqa: ANN401
    """One more CREDIT for each."""
    reason, shares = REWARDED(event)
    return reason, tuple((user, amount + 1) for user, amount in shares)


def blamed(event: Any) -> Any:  # noqa: ANN401
    """The one who endorsed loses what the other was paid."""
    found = WITHDRAWN(event)
    return None if found is None else (getattr(event, "actor_id", found[0]), found[1])


def liked_is_withdrawn(event: Any) -> Any:  # noqa: ANN401
    """A like that stands is taken back as well."""
    return WITHDRAWN(event) or (event.actor_id, XpSource.LIKE)


def by_hand(*args: Any) -> Any:  # noqa: ANN401
    """A rule's trip that passes for a person's."""
    return changed(TRIPPED(*args), automatic=False)


def reviewed() -> None:
    """Every tier, after a lost dispute."""
    for tier in Tier:
        test_policy_guards.test_a_lost_dispute_sends_identities_to_review(tier)


def sanctioned() -> None:
    """A suspension ends, a ban does not, no sanction is none."""
    test_policy_guards.test_a_sanction_suspends(Sanction.BANNED, None)


def clan_of_ten() -> None:
    """Nine are too few."""
    test_policy_rules.test_the_owner_of_a_clan_of_ten_claims(ClanJoined)


def told_of_likes() -> None:
    """A like raises the figures of posts alone."""
    test_policy_rules.test_only_figures_that_an_event_raises_are_told(ContentReacted)


def taken_back() -> None:
    """An endorsement's pay goes back from who had it."""
    test_policy_rules.test_what_is_taken_back_gives_its_xp_back(
        changed(
            example(EndorsementWithdrawn),
            actor_id=policy_examples.ADA,
            target_id=policy_examples.BOB,
        ),
        policy_examples.BOB,
        XpSource.ENDORSEMENT,
    )


def like_taken_back() -> None:
    """A like is taken back when it is withdrawn, and only then."""
    test_policy_rules.test_what_is_taken_back_gives_its_xp_back(
        changed(
            example(ContentReacted),
            actor_id=policy_examples.ADA,
            reaction=Reaction.NONE,
        ),
        policy_examples.ADA,
        XpSource.LIKE,
    )


class NoBan:
    """Sanctions as if a ban were a suspension."""

    NONE = Sanction.NONE
    BANNED = None


NEVER_TWICE = test_policy_registry.test_no_fact_is_rewarded_or_posted_twice
SAME_PAY = test_policy_registry.test_a_wallet_gets_what_the_book_alone_would_give
MUTANTS: list[tuple[str, ModuleType, str, Wrong, Callable[[], None]]] = [
    ("claims ask for no requirement", claims, "claimed", unasked, clan_of_ten),
    (
        "no level is claimed",
        claims,
        "LEVELS",
        {24: NftClass.LEVEL_25},
        test_policy_rules.test_four_levels_are_claimed,
    ),
    ("everybody is rewarded twice", rewards, "rewarded", doubled, NEVER_TWICE),
    ("a wallet gets more than the book", rewards, "rewarded", dearer, SAME_PAY),
    (
        "wallets and the book both pay",
        test_policy_registry,
        "WITH_WALLETS",
        policy_examples.EVERY,
        SAME_PAY,
    ),
    (
        "a policy is run twice",
        test_policy_registry,
        "WITHOUT_WALLETS",
        (*policy_examples.WITHOUT_WALLETS, *policy_examples.WITHOUT_WALLETS),
        NEVER_TWICE,
    ),
    (
        "a deed names no object",
        social,
        "evolve",
        lambda made, **_changes: made,
        test_social_policies.test_a_clan_is_joined_once_for_xp_and_blame_is_worth_nothing,
    ),
    ("a withdrawal costs who withdrew", corrections, "_withdrawn", blamed, taken_back),
    (
        "a like that stands is taken back",
        corrections,
        "_withdrawn",
        liked_is_withdrawn,
        like_taken_back,
    ),
    (
        "every figure is told",
        trophies,
        "MOVED",
        {ContentReacted: tuple(Measure)},
        told_of_likes,
    ),
    (
        "two flags are enough",
        guards,
        "FLAGS",
        2,
        test_policy_guards.test_three_flags_a_breach_and_a_suspension_trip_the_accounts_switch,
    ),
    (
        "a rule trips by hand",
        guards,
        "tripped",
        by_hand,
        test_policy_guards.test_three_flags_a_breach_and_a_suspension_trip_the_accounts_switch,
    ),
    (
        "a default limit is forgotten",
        guards,
        "LIMITS",
        {name: rule for name, rule in LIMITS.items() if name is not LimitType.VAR},
        lambda: test_policy_guards.test_a_new_account_gets_every_default_limit(AccountMode.LIVE),
    ),
    (
        "a copy fee without a payer's side",
        copies,
        "payer",
        lambda _user, _row: "transaction_fees",
        test_policy_rules.test_a_copy_fee_goes_to_the_leader_and_the_house,
    ),
    (
        "a copied order has an id of the moment",
        copies,
        "derived_id",
        lambda *_parts: "the same",
        test_policy_rules.test_an_intended_copy_is_one_order_however_often_it_is_told,
    ),
    ("nobody's tier is reviewed", reviews, "rank", lambda _tier: 0, reviewed),
    ("a ban ends", reviews, "Sanction", NoBan, sanctioned),
]


@pytest.mark.parametrize("mutant", MUTANTS, ids=[one[0] for one in MUTANTS])
def test_mistakes_are_seen(
    monkeypatch: pytest.MonkeyPatch,
    mutant: tuple[str, ModuleType, str, Wrong, Callable[[], None]],
) -> None:
    _, module, name, wrong, check = mutant
    assert not is_red(check)
    monkeypatch.setattr(module, name, wrong)
    assert is_red(check)
