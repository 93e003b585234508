"""Planted mistakes among people and copies: each invariant's own property must turn red."""

from collections.abc import Callable
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest
from attrs import evolve as changed

from astracore.bots.copying import copy, fees, sizing, turns
from astracore.gamification import matchings, pairing
from astracore.gamification.pairing import bracket_order
from astracore.policies import social_postings
from astracore.projections import social_people
from astracore.revenue.performance_fee import Mark
from astracore.social.battles import battle, finishing, joint, scores
from astracore.social.challenges import challenge
from astracore.social.clans import claims, clan, state
from astracore.social.clans.events import Role
from astracore.social.clans.state import FREE, Clan
from astracore.social.clans.treasury import decide_money
from astracore.social.content import content
from astracore.social.content.scores import Spread
from astracore.social.friendships import friendship
from astracore.social.invites import invite
from astracore.social.moderation import case
from astracore.social.profiles import profile, reputation
from property_tests import (
    test_battle_scores,
    test_battles,
    test_challenges,
    test_clan_forms,
    test_clan_machine,
    test_clans,
    test_content,
    test_copies,
    test_copying,
    test_friendships,
    test_invites,
    test_moderation,
    test_pairing,
    test_reputation,
    test_social_models,
)

pytestmark = pytest.mark.slow  # in the gate, not in ./run check
Wrong = Callable[..., Any]
# As they are before anything is planted.
CLAIMED, GIVEN = claims._claimed, state._given


def nothing(*_args: object, **_kwargs: object) -> None:
    """No objection, no step."""


def empty(*_args: object, **_kwargs: object) -> tuple[object, ...]:
    """Nothing is told."""
    return ()


def yes(*_args: object, **_kwargs: object) -> bool:
    """Always."""
    return True


def no(*_args: object, **_kwargs: object) -> bool:
    """Never."""
    return False


def overdrawn(command: Any, held: Clan, *rest: Any) -> object:  # noqa: ANN401 - any of many
    """As if there were a thousand more."""
    return decide_money(command, changed(held, treasury=held.treasury + 1000), *rest)


def bad_price() -> None:
    """A fill beyond the slippage that is allowed."""
    far = {"price": Decimal("100.51")}
    test_copying.test_why_something_is_not_copied({}, far, sizing.SkipReason.SLIPPAGE, capped=False)


def clan_machine() -> None:
    """The histories of clans."""
    test_clan_machine.TestClans().runTest()


MUTANTS: list[tuple[str, ModuleType, str, Wrong, Callable[[], None]]] = [
    (
        "weights that do not age",
        *(reputation, "weight_at", lambda _one, _at, _rules: 1),
        test_reputation.test_the_rating_is_the_sum_of_weights_in_any_order,
    ),
    (
        "a rating that nobody hears of",
        *(profile, "_rated", empty),
        test_reputation.test_an_endorsement_that_is_answered_weighs_half,
    ),
    (
        "limits that limit nobody",
        *(content, "over_limit", nothing),
        test_content.test_the_nth_is_allowed,
    ),
    (
        "requests that never expire",
        *(friendship, "bond_at", lambda pair, _at: pair.bond),
        test_friendships.test_a_request_is_over_after_thirty_days,
    ),
    (
        "followers that nobody counts",
        *(social_people, "followed", lambda row, *_rest: row),
        test_social_models.test_followers_are_counted,
    ),
    (
        "members of two clans",
        *(claims, "_claimed", lambda one, _held, rules: CLAIMED(one, FREE, rules)),
        test_clan_forms.test_claims_keep_names_and_members_unique,
    ),
    (
        "a clan without an end of places",
        *(clan, "capacity", lambda _clan, _rules=None: 10**6),
        test_clans.test_a_clan_has_room_for_so_many,
    ),
    (
        "a transfer that leaves two owners",
        *(state, "_given", lambda all_, user, _role, at: GIVEN(all_, user, Role.OWNER, at)),
        clan_machine,
    ),
    (
        "a treasury that pays what it does not have",
        *(clan, "decide_money", overdrawn),
        clan_machine,
    ),
    (
        "a donation with one side",
        *(social_postings, "given", empty),
        clan_machine,
    ),
    (
        "a stake that does not leave the treasury",
        *(joint, "_asked", empty),
        test_battles.test_the_stakes_of_a_battle_go_through_both_clans,
    ),
    (
        "losses that score",
        *(scores, "trading_score", lambda gain, *_rest: abs(100 * gain)),
        test_battles.test_a_battle_from_challenge_to_end,
    ),
    (
        "the loser takes it",
        *(finishing, "verdict_of", lambda *_args: scores.Verdict.LOST),
        test_battles.test_a_battle_from_challenge_to_end,
    ),
    (
        "fights of the unequal",
        *(battle, "_mismatch", nothing),
        test_battles.test_declaring_is_refused_in_this_order,
    ),
    (
        "ratings made of nothing",
        *(scores, "elo_change", lambda *_args: 16),
        test_battle_scores.test_what_one_gains_the_other_loses,
    ),
    (
        "feats after the end",
        *(challenge, "_is_due", no),
        test_challenges.test_only_what_happens_in_time_counts,
    ),
    (
        "duels that the second wins, too",
        *(challenge, "_counts", yes),
        test_challenges.test_a_duel_begins_when_the_friend_joins_and_the_first_wins,
    ),
    (
        "an author who likes the own post",
        *(content, "spread_of", lambda post: Spread(likes=len(post.likers))),
        test_content.test_the_score_counts_distinct_actors_without_the_author,
    ),
    (
        "a feed of everybody",
        *(test_content, "feed", lambda items, _circle: tuple(items)),
        test_content.test_a_feed_is_the_circle_newest_first,
    ),
    (
        "invites without an end",
        *(invite, "is_live", yes),
        test_invites.test_an_invite_is_good_for_ten_and_for_thirty_days,
    ),
    (
        "rewards for the idle",
        *(invite, "is_active", yes),
        test_invites.test_who_is_active_is_rewarded_once,
    ),
    (
        "reports of the ignored",
        *(case, "is_ignored", no),
        test_moderation.test_reports_weigh_until_it_is_hidden,
    ),
    (
        "strikes for ever",
        *(case, "strikes_at", lambda strikes, _at, _rules: len(strikes)),
        test_moderation.test_strikes_count_for_ninety_days,
    ),
    (
        "copies beyond the budget",
        *(sizing, "_room", lambda _terms, _standing: 10**9),
        test_copying.test_a_copy_is_what_the_terms_ask_for_within_the_budget,
    ),
    (
        "copies at any price",
        *(sizing, "slipped", no),
        bad_price,
    ),
    (
        "always the same is first",
        *(turns, "turn", lambda followers, _number: tuple(followers)),
        test_copying.test_over_a_round_of_fills_equals_get_the_same,
    ),
    (
        "a fee on what was paid for",
        *(fees, "Mark", lambda value, day: Mark(value=value / 2, day=day)),
        test_copying.test_no_level_is_paid_for_twice,
    ),
    (
        "a loss that ends nothing",
        *(copy, "is_lost", no),
        test_copies.test_a_loss_ends_the_copy_before_anything_opens,
    ),
    (
        "rounds that repeat",
        *(matchings, "_path", lambda *_args: (matchings.FREE, [])),
        test_pairing.test_a_perfect_matching_is_found_exactly_where_there_is_one,
    ),
    (
        "byes for the weak",
        *(pairing, "bracket_order", lambda size: tuple(sorted(bracket_order(size)))),
        test_pairing.test_a_strongest_seed_wins,
    ),
]


def is_red(check: Callable[[], None]) -> bool:
    """Whether a check breaks."""
    try:
        check()
    except Exception:  # noqa: BLE001 - any break is one
        return True
    return False


@pytest.mark.parametrize("mutant", MUTANTS, ids=[one[0] for one in MUTANTS])
def test_mistakes_are_seen(
    monkeypatch: pytest.MonkeyPatch,
    mutant: tuple[str, ModuleType, str, Wrong, Callable[[], None]],
) -> None:
    _, module, name, wrong, check = mutant
    assert not is_red(check)
    monkeypatch.setattr(module, name, wrong, raising=False)
    assert is_red(check)
