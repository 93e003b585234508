"""Invites: codes from seeds, so many uses, and rewards for whoever becomes active."""

import hashlib
from typing import Any, TypeAlias

import pytest
from attrs import evolve as changed
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.errors.social import InviteInvalid, SelfReferral, SocialLimit
from astracore.errors.values import InvalidSeed
from astracore.events.decider import replay
from astracore.ids import UserId
from astracore.instants import DAY, Instant
from astracore.outcome import is_failure
from astracore.social.ids import InviteId
from astracore.social.invites.commands import (
    ActivateReferral,
    CreateInvite,
    InviteCommand,
    Tier,
    UseInvite,
)
from astracore.social.invites.events import (
    InviteCreated,
    InviteEvent,
    InviteUsed,
    ReferralActivated,
)
from astracore.social.invites.invite import INVITE
from astracore.social.invites.rules import free_code, invite_code, is_code
from astracore.social.invites.state import UNMADE, Invite, is_live

Loose: TypeAlias = Any  # facts by name
ID = InviteId("invite")
ADA, BOB = UserId("ada"), UserId("bob")
MONTH = 30 * DAY
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SPOKEN = [letter for letter in LETTERS if letter not in "ILOU"]


def create(**facts: Loose) -> CreateInvite:
    """ADA makes a code."""
    command = CreateInvite(
        invite_id=ID,
        actor_id=ADA,
        seed=7,
        taken=frozenset(),
        live=0,
        recent=(),
        at=Instant(0),
    )
    return changed(command, **facts)


def use(user: UserId = BOB, at: int = 0) -> UseInvite:
    """Somebody comes by it."""
    return UseInvite(invite_id=ID, user_id=user, at=Instant(at))


def activate(**facts: Loose) -> ActivateReferral:
    """BOB is looked at."""
    command = ActivateReferral(
        invite_id=ID,
        user_id=BOB,
        tier=Tier.IDENTITY,
        closes=0,
        close_days=0,
        linked=False,
        xp_rewards=0,
        credit_rewards=0,
        at=Instant(1),
    )
    return changed(command, **facts)


def after(*commands: InviteCommand, invite: Invite = UNMADE) -> Invite:
    """The invite when all of it was allowed."""
    for command in commands:
        invite = replay(INVITE, told(command, invite), invite)
    return invite


def told(command: InviteCommand, invite: Invite) -> tuple[InviteEvent, ...]:
    """What happens, when it is allowed."""
    return INVITE.decide(command, invite).unwrap()


def refusal(command: InviteCommand, invite: Invite) -> object:
    """Why it is not allowed."""
    return INVITE.decide(command, invite).failure()


@given(st.integers(0, 2**64 - 1))
@example(7)
@example(2**64 - 1)
def test_a_code_is_a_number_written_in_thirty_two_letters(seed: int) -> None:
    number = int.from_bytes(hashlib.sha256(seed.to_bytes(8)).digest()) % 32**8
    code = invite_code(seed).unwrap()
    value = 0
    for letter in code:
        value = 32 * value + SPOKEN.index(letter)
    assert value == number
    assert is_code(code)
    assert invite_code(seed, 1) == invite_code((seed + 1) % 2**64)


def test_a_code_that_exists_is_passed_over() -> None:
    first, second = invite_code(7).unwrap(), invite_code(8).unwrap()
    assert free_code(7, frozenset()).unwrap() == first
    assert free_code(7, frozenset({first})).unwrap() == second
    everything = frozenset(invite_code(7, attempt).unwrap() for attempt in range(8))
    assert free_code(7, everything).failure() == InviteInvalid("collision")
    assert free_code(-1, frozenset()).failure() == InvalidSeed("-0x1", 32**8)
    assert not is_code("ABCDEFGL")
    assert not is_code("ABCDEFG")


def test_an_invite_is_good_for_ten_and_for_thirty_days() -> None:
    made = told(create(live=4, recent=(Instant(0),) * 19), UNMADE)
    invite = replay(INVITE, made)
    created = made[0]
    assert isinstance(created, InviteCreated)
    assert (created.code, created.uses, created.expires_at) == ("ZD3P1YZJ", 10, Instant(MONTH))
    assert is_live(invite, Instant(MONTH - 1))
    assert not is_live(invite, Instant(MONTH))
    assert not is_live(UNMADE, Instant(0))
    assert [type(one) for one in told(use(at=MONTH - 1), invite)] == [InviteUsed]
    assert refusal(use(at=MONTH), invite) == InviteInvalid("expired")
    full = after(*[use(UserId(f"u{number}")) for number in range(10)], invite=invite)
    assert refusal(use(), full) == InviteInvalid("used_up")
    assert told(use(UserId("u3")), full) == ()
    assert refusal(use(ADA), invite) == SelfReferral(ADA)


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"live": 5}, SocialLimit("live_invites", 5)),
        ({"recent": (Instant(0),) * 20}, SocialLimit("invite", 20)),
        ({"seed": 2**64}, InvalidSeed("0x10000000000000000", 32**8)),
    ],
)
def test_who_may_not_invite(facts: dict[str, Loose], fault: object) -> None:
    assert refusal(create(**facts), UNMADE) == fault


@given(
    tier=st.sampled_from(Tier),
    closes=st.integers(3, 7),
    days=st.integers(1, 5),
    at=st.integers(0, 61 * DAY) | st.sampled_from([60 * DAY, 60 * DAY + 1]),
)
def test_who_is_active_is_rewarded_once(tier: Tier, closes: int, days: int, at: int) -> None:
    invite = after(create(), use())
    asked = activate(tier=tier, closes=closes, close_days=days, at=Instant(at))
    events = told(asked, invite)
    traded = tier is Tier.EMAIL and closes >= 5 and days >= 3
    assert bool(events) is ((tier is Tier.IDENTITY or traded) and at <= 60 * DAY)
    if events:
        found = events[0]
        assert isinstance(found, ReferralActivated)
        assert (found.xp, found.credits, found.invited_credits) == (200, 500, 250)
        assert told(asked, replay(INVITE, events, invite)) == ()
        linked = changed(asked, linked=True)
        assert refusal(linked, invite) == SelfReferral(BOB)


@given(st.integers(0, 25), st.integers(0, 25))
@example(4, 19)
@example(5, 20)
def test_a_month_pays_so_many_rewards(xp_rewards: int, credit_rewards: int) -> None:
    invite = after(create(), use())
    found = told(activate(xp_rewards=xp_rewards, credit_rewards=credit_rewards), invite)[0]
    assert isinstance(found, ReferralActivated)
    assert found.xp == (200 if xp_rewards < 5 else 0)
    assert found.credits == (500 if credit_rewards < 20 else 0)
    assert found.invited_credits == 250


def test_what_is_not_there_is_refused() -> None:
    invite = after(create())
    assert refusal(use(), UNMADE) == InviteInvalid("unknown")
    assert refusal(create(), invite) == InviteInvalid("made")
    assert refusal(activate(), invite) == InviteInvalid("not_used")
    own = changed(invite, used=after(create(), use()).used)
    both = changed(own, used={ADA: own.used[BOB]})
    assert refusal(activate(user_id=ADA), both) == SelfReferral(ADA)
    stray = told(activate(), own)[0]
    assert INVITE.evolve(invite, stray).used[BOB].activated
    assert not is_failure(INVITE.decide(activate(tier=Tier.NONE), own))
