"""Reputation against fractions: order-free, undone exactly, bounded, monotone; and its decider."""

import decimal
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from math import floor, sqrt
from random import Random
from typing import Any, TypeAlias

import pytest
from attrs import evolve as changed
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.errors.money import NegativeAmount
from astracore.errors.nft import NotEligible
from astracore.errors.social import (
    AlreadyVoted,
    BlockedUser,
    SelfAction,
    SocialLimit,
)
from astracore.errors.values import NumericLimit
from astracore.events.decider import replay
from astracore.ids import UserId
from astracore.instants import DAY, HOUR, Instant
from astracore.social.limits import WINDOWS, Act, SocialLimits, Window, over_limit
from astracore.social.profiles.commands import (
    Block,
    Endorse,
    Follow,
    MarkEndorsement,
    ProfileCommand,
    Reassess,
    Unblock,
    Unfollow,
    VoteSpotlight,
    WithdrawEndorsement,
)
from astracore.social.profiles.events import (
    Blocked,
    Endorsed,
    EndorsementMarked,
    EndorsementWithdrawn,
    Followed,
    ProfileEvent,
    RatingChanged,
    SpotlightVoted,
    Topic,
    Unblocked,
    Unfollowed,
)
from astracore.social.profiles.profile import PROFILE
from astracore.social.profiles.reputation import (
    Opinion,
    influence,
    influence_name,
    rating,
    reputation,
    standing,
    weight_at,
)
from astracore.social.profiles.state import Profile, live_opinions

Loose: TypeAlias = Any  # facts by name
ADA, BOB = UserId("ada"), UserId("bob")
NOW = Instant(2000 * DAY)
YEAR = 365 * DAY
opinions = st.builds(
    Opinion,
    positive=st.booleans(),
    tier=st.integers(-1, 6),
    mutual=st.booleans(),
    at=st.integers(-20 * YEAR, 2001 * DAY).map(Instant),
)
WEIGHTS = (Fraction(1), Fraction(5, 4), Fraction(3, 2), Fraction(2))


def weighed(one: Opinion, at: int) -> Fraction:
    """By counting the years one by one."""
    weight = WEIGHTS[min(4, max(1, one.tier)) - 1]
    weight = weight / 2 if one.mutual else weight
    birthday, halvings = one.at.micros + YEAR, 0
    while birthday <= at:
        weight, birthday, halvings = weight / 2, birthday + YEAR, halvings + 1
    return weight if halvings <= 15 else Fraction(0)


def cents(value: Fraction) -> Decimal:
    """Half to even, by the decimal module's own rounding of an exact quotient."""
    with decimal.localcontext(decimal.Context(prec=200)):
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        return exact.quantize(Decimal("0.01"), ROUND_HALF_EVEN)


@given(st.lists(opinions, max_size=12), st.randoms(use_true_random=False))
@example([Opinion(positive=True, tier=4, mutual=True, at=Instant(2000 * DAY - 16 * YEAR))], None)
@example([Opinion(positive=True, tier=2, mutual=True, at=Instant(2000 * DAY - 15 * YEAR))], None)
def test_the_rating_is_the_sum_of_weights_in_any_order(
    found: list[Opinion], luck: Random | None
) -> None:
    positive = sum((weighed(one, NOW.micros) for one in found if one.positive), Fraction(0))
    negative = sum((weighed(one, NOW.micros) for one in found if not one.positive), Fraction(0))
    share = (positive - negative) / (positive + negative + 10)
    with decimal.localcontext(decimal.Context(prec=1, rounding=decimal.ROUND_UP)):
        told = reputation(found, NOW)
    assert told.rating == cents(50 + 50 * share)
    assert (Fraction(told.positive), Fraction(told.negative)) == (positive, negative)
    assert rating(told.positive, told.negative).unwrap() == told.rating
    assert all(weight_at(one, NOW) == weighed(one, NOW.micros) <= 2 for one in found)
    if luck is not None:
        mixed = list(found)
        luck.shuffle(mixed)
        assert reputation(mixed, NOW) == told


@given(st.lists(opinions, max_size=8), opinions)
def test_a_good_word_never_lowers_and_taking_it_back_undoes_it(
    found: list[Opinion], more: Opinion
) -> None:
    before, after = reputation(found, NOW), reputation([*found, more], NOW)
    assert (after.rating >= before.rating) if more.positive else (after.rating <= before.rating)
    assert Decimal(0) <= after.rating <= Decimal(100)
    assert reputation([one for one in [*found, more] if one is not more], NOW) == before


@given(opinions, st.integers(0, 3000 * DAY), st.integers(0, 3000 * DAY))
def test_a_word_weighs_less_as_it_ages(one: Opinion, early: int, late: int) -> None:
    first, last = sorted((early, late))
    assert weight_at(one, Instant(first)) >= weight_at(one, Instant(last)) >= 0


def test_a_rating_needs_weights() -> None:
    assert rating(Decimal(-1), Decimal(0)).failure() == NegativeAmount("-1")
    assert rating(Decimal(0), Decimal("NaN")).failure() == NumericLimit("InvalidOperation")
    assert rating(Decimal("1E+300"), Decimal(0)).failure() == NumericLimit("Overflow")


@given(
    followers=st.integers(-5, 10**12),
    endorsers=st.integers(-5, 10**6),
    viral=st.integers(-5, 10**9),
    owns=st.booleans(),
)
def test_influence_counts_followers_by_their_root(
    *, followers: int, endorsers: int, viral: int, owns: bool
) -> None:
    found = influence(followers=followers, endorsers=endorsers, viral=viral, owns_clan=owns)
    root = floor(sqrt(max(0, followers)))
    assert found == (
        5 * root + 3 * max(0, endorsers) + min(100, max(0, viral) // 50) + (20 if owns else 0)
    )


@pytest.mark.parametrize(
    ("rated", "named"),
    [
        ("100", "legendary"),
        ("90", "legendary"),
        ("89.99", "renowned"),
        ("75", "renowned"),
        ("74.99", "respected"),
        ("50", "respected"),
        ("49.99", "emerging"),
        ("25", "emerging"),
        ("24.99", "newcomer"),
        ("-1", "newcomer"),
    ],
)
def test_names_of_ratings(rated: str, named: str) -> None:
    assert standing(Decimal(rated)) == named


def test_names_of_influence() -> None:
    assert influence(followers=0, endorsers=0, viral=0, owns_clan=False) == 0
    named = [influence_name(one) for one in (1000, 999, 500, 499, 200, 199, 50, 49)]
    assert named == ["icon", *["leader"] * 2, *["guide"] * 2, *["voice"] * 2, None]


def test_the_windows_are_those_that_were_published() -> None:
    assert [(one.act.value, one.most, one.length // HOUR) for one in WINDOWS] == [
        ("like", 60, 1),
        ("comment", 20, 1),
        ("follow", 30, 1),
        ("report", 10, 1),
        ("endorsement", 10, 24),
        ("invite", 20, 24),
        ("clan_invitation", 50, 24),
        ("friend_request", 50, 24),
        ("post", 20, 24),
    ]


@given(st.sampled_from(WINDOWS), st.lists(st.integers(0, 49), max_size=130), st.integers(0, 49))
def test_the_nth_is_allowed_and_the_next_is_not(window: Window, hours: list[int], now: int) -> None:
    recent = tuple(Instant(hour * HOUR) for hour in hours)
    within = [hour for hour in hours if hour * HOUR > now * HOUR - window.length]
    fault = over_limit(window.act, recent, Instant(now * HOUR))
    expected = SocialLimit(window.act.value, window.most) if len(within) >= window.most else None
    assert fault == expected


def test_an_act_without_a_window_is_free() -> None:
    crowd = (Instant(0),) * 1000
    assert over_limit(Act.LIKE, crowd, Instant(0), SocialLimits(windows=())) is None


def endorse(*, positive: bool = True, at: Instant = NOW, **facts: Loose) -> Endorse:
    """ADA's word on BOB."""
    command = Endorse(
        actor_id=ADA,
        target_id=BOB,
        positive=positive,
        topic=Topic.RISK,
        level=3,
        registered_at=Instant(0),
        tier=1,
        mutual=False,
        recent=(),
        at=at,
    )
    return changed(command, **facts)


def told(profile: Profile, command: ProfileCommand) -> tuple[ProfileEvent, ...]:
    """What happens, when it is allowed."""
    return PROFILE.decide(command, profile).unwrap()


def after(profile: Profile, *commands: ProfileCommand) -> Profile:
    """The profile when all of it was allowed."""
    for command in commands:
        profile = replay(PROFILE, told(profile, command), profile)
    return profile


def test_an_endorsement_counts_can_be_changed_a_day_later_and_taken_back() -> None:
    profile = Profile()
    first = told(profile, endorse())
    assert isinstance(first[0], Endorsed)
    rated = first[1]
    assert isinstance(rated, RatingChanged)
    assert (rated.old, rated.new, rated.positive) == tuple(map(Decimal, ("50", "54.55", "1")))
    profile = replay(PROFILE, first, profile)
    early = endorse(positive=False, at=Instant(NOW.micros + DAY - 1))
    assert PROFILE.decide(early, profile).failure() == AlreadyVoted(BOB)
    late = endorse(positive=False, at=Instant(NOW.micros + DAY))
    changed_mind = after(profile, late)
    assert changed_mind.rating == Decimal("45.45")
    assert len(list(live_opinions(changed_mind))) == 1
    withdraw = WithdrawEndorsement(actor_id=ADA, target_id=BOB, at=NOW)
    gone = told(profile, withdraw)
    assert isinstance(gone[0], EndorsementWithdrawn)
    empty = replay(PROFILE, gone, profile)
    assert empty.rating == 50
    assert told(empty, withdraw) == () == told(Profile(), withdraw)
    assert PROFILE.decide(early, empty).failure() == AlreadyVoted(BOB)
    assert after(empty, late).rating == Decimal("45.45")


def test_an_endorsement_that_is_answered_weighs_half() -> None:
    profile = after(Profile(), endorse(tier=9))
    assert profile.rating == Decimal("58.33")
    mark = MarkEndorsement(actor_id=ADA, target_id=BOB, mutual=True, at=NOW)
    events = told(profile, mark)
    assert isinstance(events[0], EndorsementMarked)
    marked = replay(PROFILE, events, profile)
    assert marked == after(Profile(), endorse(tier=9, mutual=True))
    assert told(marked, mark) == () == told(Profile(), mark)
    assert after(marked, changed(mark, mutual=False)) == profile
    orphan = EndorsementMarked(actor_id=ADA, target_id=BOB, mutual=True, at=NOW)
    assert PROFILE.evolve(Profile(), orphan) == Profile()


def test_time_alone_lowers_a_rating_when_it_is_looked_at() -> None:
    profile = after(Profile(), endorse())
    same = Reassess(user_id=BOB, at=Instant(NOW.micros + YEAR - 1))
    assert told(profile, same) == ()
    older = after(profile, changed(same, at=Instant(NOW.micros + YEAR)))
    assert older.rating == Decimal("52.38")


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"target_id": ADA, "level": 1}, SelfAction(ADA)),
        ({"level": 2, "registered_at": NOW}, NotEligible("level")),
        ({"registered_at": Instant(NOW.micros - 7 * DAY + 1)}, NotEligible("age")),
        ({"recent": (NOW,) * 10}, SocialLimit("endorsement", 10)),
    ],
)
def test_who_may_not_endorse(facts: dict[str, Any], fault: object) -> None:
    assert PROFILE.decide(endorse(**facts), Profile()).failure() == fault


def test_the_edges_of_who_may_endorse() -> None:
    just = endorse(registered_at=Instant(NOW.micros - 7 * DAY), recent=(NOW,) * 9)
    assert len(told(Profile(), just)) == 2
    shut = Profile(blocks=frozenset({ADA}))
    assert PROFILE.decide(endorse(level=1), shut).failure() == BlockedUser(ADA)


def follow(**facts: Loose) -> Follow:
    """ADA follows BOB."""
    command = Follow(actor_id=ADA, target_id=BOB, blocked_by_target=False, recent=(), at=NOW)
    return changed(command, **facts)


def test_following_and_blocking() -> None:
    followed = told(Profile(), follow())
    assert followed == (Followed(actor_id=ADA, target_id=BOB, at=NOW),)
    profile = replay(PROFILE, followed)
    assert told(profile, follow(recent=(NOW,) * 99)) == ()
    block = Block(actor_id=ADA, target_id=BOB, at=NOW)
    events = told(profile, block)
    assert [type(one) for one in events] == [Blocked, Unfollowed]
    shut = replay(PROFILE, events, profile)
    assert (set(shut.follows), set(shut.blocks)) == (set(), {BOB})
    assert told(shut, block) == ()
    assert PROFILE.decide(follow(), shut).failure() == BlockedUser(BOB)
    unblock = Unblock(actor_id=ADA, target_id=BOB, at=NOW)
    assert told(shut, unblock) == (Unblocked(actor_id=ADA, target_id=BOB, at=NOW),)
    free = after(shut, unblock)
    assert free == Profile()
    assert told(free, unblock) == ()
    unfollow = Unfollow(actor_id=ADA, target_id=BOB, at=NOW)
    assert told(free, unfollow) == ()
    assert after(profile, unfollow) == Profile()


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"target_id": ADA}, SelfAction(ADA)),
        ({"blocked_by_target": True}, BlockedUser(BOB)),
        ({"recent": (NOW,) * 30}, SocialLimit("follow", 30)),
    ],
)
def test_who_may_not_follow(facts: dict[str, Any], fault: object) -> None:
    assert PROFILE.decide(follow(**facts), Profile()).failure() == fault


def test_the_edges_of_following() -> None:
    crowd = frozenset(UserId(f"u{number}") for number in range(5000))
    full = Profile(follows=crowd)
    assert PROFILE.decide(follow(), full).failure() == SocialLimit("follows", 5000)
    room = Profile(follows=crowd - {UserId("u7")})
    assert len(told(room, follow(recent=(NOW,) * 29))) == 1
    own = Block(actor_id=ADA, target_id=ADA, at=NOW)
    assert PROFILE.decide(own, Profile()).failure() == SelfAction(ADA)


def test_one_vote_a_month_and_two_for_the_verified() -> None:
    vote = VoteSpotlight(actor_id=ADA, target_id=BOB, verified=True, at=Instant(30 * DAY))
    first = told(Profile(), vote)
    assert first == (
        SpotlightVoted(actor_id=ADA, target_id=BOB, month="1970-01", weight=2, votes=2),
    )
    profile = replay(PROFILE, first)
    assert PROFILE.decide(vote, profile).failure() == AlreadyVoted(BOB)
    other = changed(vote, actor_id=UserId("eve"), verified=False)
    profile = after(profile, other)
    assert (profile.votes, len(profile.voters)) == (3, 2)
    assert PROFILE.decide(changed(vote, actor_id=BOB), profile).failure() == SelfAction(BOB)
    new = after(profile, changed(vote, at=Instant(31 * DAY)))
    assert (new.month, new.votes, set(new.voters)) == ("1970-02", 2, {ADA})


def test_a_clock_that_goes_back_gives_nobody_a_second_vote() -> None:
    """A vote on 1 February, one told a moment earlier, in January, then February again."""
    late, early = Instant(31 * DAY), Instant(31 * DAY - 1)
    vote = VoteSpotlight(actor_id=ADA, target_id=BOB, verified=False, at=late)
    profile = after(Profile(), vote)
    assert PROFILE.decide(changed(vote, at=early), profile).failure() == AlreadyVoted(BOB)
    eve = changed(vote, actor_id=UserId("eve"), at=early)
    profile = after(profile, eve)
    assert (profile.month, profile.votes) == ("1970-02", 2)
    assert PROFILE.decide(vote, profile).failure() == AlreadyVoted(BOB)
