"""A pair of users: symmetric, crossing requests agree, requests expire, blocks end everything."""

from typing import Any, TypeAlias

import pytest
from attrs import evolve as changed
from hypothesis import given
from hypothesis import strategies as st

from astracore.errors.social import BlockedUser, FriendState, SelfAction, SocialLimit
from astracore.events.decider import replay
from astracore.ids import UserId
from astracore.instants import DAY, Instant
from astracore.outcome import is_failure
from astracore.social.friendships.commands import (
    AnswerFriend,
    FriendCommand,
    RemoveFriend,
    RequestFriend,
    Separate,
)
from astracore.social.friendships.events import (
    FriendAccepted,
    FriendCancelled,
    FriendDeclined,
    FriendRemoved,
    FriendRequested,
)
from astracore.social.friendships.friendship import FRIENDSHIP
from astracore.social.friendships.state import STRANGERS, Bond, Friendship, bond_at, pair_of

Loose: TypeAlias = Any  # facts by name
ADA, BOB = UserId("ada"), UserId("bob")
MONTH = 30 * DAY


def ask(actor: UserId = ADA, at: int = 0, **facts: Loose) -> RequestFriend:
    """One of the two asks the other."""
    command = RequestFriend(
        actor_id=actor,
        target_id=BOB if actor == ADA else ADA,
        blocked=False,
        friends=0,
        target_friends=0,
        recent=(),
        at=Instant(at),
    )
    return changed(command, **facts)


def answer(actor: UserId = BOB, at: int = 0, **facts: Loose) -> AnswerFriend:
    """One of the two answers the other."""
    command = AnswerFriend(
        actor_id=actor,
        target_id=BOB if actor == ADA else ADA,
        accept=True,
        friends=0,
        target_friends=0,
        at=Instant(at),
    )
    return changed(command, **facts)


def remove(actor: UserId = ADA, at: int = 0) -> RemoveFriend:
    """One of the two ends it."""
    return RemoveFriend(actor_id=actor, target_id=BOB if actor == ADA else ADA, at=Instant(at))


def after(*commands: FriendCommand) -> Friendship:
    """The pair when all of it was allowed."""
    pair = STRANGERS
    for command in commands:
        pair = replay(FRIENDSHIP, FRIENDSHIP.decide(command, pair).unwrap(), pair)
    return pair


def swapped(command: FriendCommand) -> FriendCommand:
    """The same, asked by the other one."""
    return changed(command, actor_id=command.target_id, target_id=command.actor_id)


moments = st.integers(0, 40 * DAY)
commands = st.lists(
    st.builds(ask, st.sampled_from([ADA, BOB]), moments)
    | st.builds(answer, st.sampled_from([ADA, BOB]), moments, accept=st.booleans())
    | st.builds(remove, st.sampled_from([ADA, BOB]), moments)
    | st.builds(Separate, actor_id=st.just(ADA), target_id=st.just(BOB), at=moments.map(Instant)),
    max_size=12,
)


class Book:
    """The relation as two lists that each of the two keeps: an independent bookkeeping."""

    def __init__(self) -> None:
        self.friends: dict[UserId, set[UserId]] = {ADA: set(), BOB: set()}
        self.asked: dict[UserId, int] = {}

    def expects(self, command: FriendCommand) -> bool:
        """Whether the command is allowed; if so it is written down."""
        one, other, at = command.actor_id, command.target_id, command.at.micros
        self.asked = {who: when for who, when in self.asked.items() if at < when + MONTH}
        friends = other in self.friends[one]
        if isinstance(command, Separate):
            return self.parted()
        if isinstance(command, RequestFriend):
            if friends or one in self.asked:
                return False
            if other in self.asked:
                return self.joined()
            self.asked[one] = at
            return True
        if isinstance(command, AnswerFriend):
            if other not in self.asked:
                return False
            return self.joined() if command.accept else self.parted()
        return self.parted() if friends or one in self.asked else False

    def joined(self) -> bool:
        """Both write the other down."""
        self.friends, self.asked = {ADA: {BOB}, BOB: {ADA}}, {}
        return True

    def parted(self) -> bool:
        """Both strike the other out."""
        self.friends, self.asked = {ADA: set(), BOB: set()}, {}
        return True


@given(commands)
def test_the_pair_agrees_with_two_lists_kept_apart(asked: list[FriendCommand]) -> None:
    pair, book = STRANGERS, Book()
    for command in sorted(asked, key=lambda one: one.at.micros):
        decided = FRIENDSHIP.decide(command, pair)
        assert is_failure(decided) is not book.expects(command)
        if not is_failure(decided):
            pair = replay(FRIENDSHIP, decided.unwrap(), pair)
        bond = bond_at(pair, command.at)
        assert (bond is Bond.FRIENDS) == (BOB in book.friends[ADA]) == (ADA in book.friends[BOB])
        assert (bond is Bond.REQUESTED) == bool(book.asked)


@given(commands)
def test_it_does_not_matter_which_of_the_two_is_called_first(asked: list[FriendCommand]) -> None:
    one, other = STRANGERS, STRANGERS
    for command in asked:
        left, right = FRIENDSHIP.decide(command, one), FRIENDSHIP.decide(swapped(command), other)
        assert is_failure(left) is is_failure(right)
        if not is_failure(left):
            one = replay(FRIENDSHIP, left.unwrap(), one)
            other = replay(FRIENDSHIP, right.unwrap(), other)
        assert one.bond is other.bond
    assert pair_of(ADA, BOB) == pair_of(BOB, ADA)


def test_what_is_told() -> None:
    asked = FRIENDSHIP.decide(ask(), STRANGERS).unwrap()
    due = Instant(MONTH)
    assert asked == (FriendRequested(actor_id=ADA, target_id=BOB, expires_at=due, at=Instant(0)),)
    pending = after(ask())
    here: dict[str, Any] = {"actor_id": BOB, "target_id": ADA, "at": Instant(0)}
    assert FRIENDSHIP.decide(answer(), pending).unwrap() == (FriendAccepted(**here),)
    assert FRIENDSHIP.decide(answer(accept=False), pending).unwrap() == (FriendDeclined(**here),)
    assert FRIENDSHIP.decide(ask(BOB), pending).unwrap() == (FriendAccepted(**here),)
    assert isinstance(FRIENDSHIP.decide(remove(), pending).unwrap()[0], FriendCancelled)
    friends = after(ask(), answer())
    assert isinstance(FRIENDSHIP.decide(remove(BOB), friends).unwrap()[0], FriendRemoved)
    apart = Separate(actor_id=ADA, target_id=BOB, at=Instant(0))
    assert isinstance(FRIENDSHIP.decide(apart, pending).unwrap()[0], FriendRemoved)
    assert FRIENDSHIP.decide(apart, STRANGERS).unwrap() == ()


def test_a_request_is_over_after_thirty_days() -> None:
    pending = after(ask())
    assert not is_failure(FRIENDSHIP.decide(answer(at=MONTH - 1), pending))
    assert FRIENDSHIP.decide(answer(at=MONTH), pending).failure() == FriendState("none")
    assert not is_failure(FRIENDSHIP.decide(ask(at=MONTH), pending))


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"target_id": ADA}, SelfAction(ADA)),
        ({"blocked": True}, BlockedUser(BOB)),
        ({"friends": 1000}, SocialLimit("friends", 1000)),
        ({"target_friends": 1000}, SocialLimit("friends", 1000)),
        ({"recent": (Instant(0),) * 50}, SocialLimit("friend_request", 50)),
    ],
)
def test_who_may_not_ask(facts: dict[str, Any], fault: object) -> None:
    assert FRIENDSHIP.decide(ask(**facts), STRANGERS).failure() == fault


def test_the_edges_of_asking() -> None:
    just = ask(friends=999, target_friends=999, recent=(Instant(0),) * 49)
    assert not is_failure(FRIENDSHIP.decide(just, STRANGERS))
    pending = after(ask())
    assert FRIENDSHIP.decide(ask(), pending).failure() == FriendState("requested")
    assert FRIENDSHIP.decide(answer(ADA), pending).failure() == FriendState("requested")
    assert FRIENDSHIP.decide(remove(BOB), pending).failure() == FriendState("requested")
    full = answer(target_friends=1000)
    assert FRIENDSHIP.decide(full, pending).failure() == SocialLimit("friends", 1000)
    crossing = ask(BOB, friends=1000, recent=(Instant(0),) * 50)
    assert FRIENDSHIP.decide(crossing, pending).failure() == SocialLimit("friends", 1000)
    busy = ask(BOB, recent=(Instant(0),) * 50)
    assert isinstance(FRIENDSHIP.decide(busy, pending).unwrap()[0], FriendAccepted)
