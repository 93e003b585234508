"""A name belongs to one player, in any case of its letters."""

import re

from hypothesis import given
from hypothesis import strategies as st

from astracore.errors.users import BadUsername, UserExists, UsernameTaken
from astracore.events.decider import replay
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.outcome import is_failure
from astracore.users.commands import Register
from astracore.users.registration import USERNAMES, USERS, folded, register
from astracore.users.state import Claim, User

names = st.sampled_from(["Ada", "ada", "ADA", "bob-1", "BOB-1", "-no", "no", "c" * 31, "x y z"])
texts = names | st.text(max_size=40) | st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{2,29}")


def ask(name: str, user: str = "u") -> Register:
    return Register(user_id=UserId(user), username=name, at=Instant(0))


@given(texts)
def test_a_name_is_let_in_exactly_by_its_grammar(name: str) -> None:
    allowed = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
    sound = 3 <= len(name) <= 30 and set(name) <= allowed and name[0] not in "_-"
    made = register(ask(name), User(), Claim())
    assert is_failure(made) != sound
    if not sound:
        assert made.failure() == BadUsername(name[:64])
    assert re.fullmatch(r"\S*", folded(name)) is not None or not sound


@given(st.lists(st.tuples(names, st.integers(0, 5)), max_size=30))
def test_no_two_players_share_a_name_and_no_player_has_two(asked: list[tuple[str, int]]) -> None:
    users: dict[str, User] = {}
    claims: dict[str, Claim] = {}
    for name, number in asked:
        user_id, key = f"u{number}", folded(name)
        user, claim = users.get(user_id, User()), claims.get(key, Claim())
        made = register(ask(name, user_id), user, claim)
        if is_failure(made):
            continue
        assert user.user_id is None
        assert claim.holder is None
        users[user_id] = replay(USERS, made.unwrap().user, user)
        claims[key] = replay(USERNAMES, made.unwrap().name, claim)
    holders = [claim.holder for claim in claims.values()]
    assert len(holders) == len(set(holders)) == len(users)
    assert {folded(user.username) for user in users.values()} == set(claims)


def test_what_is_refused_and_in_which_order() -> None:
    held, known = Claim(holder=UserId("v")), User(user_id=UserId("u"), username="ada")
    assert register(ask("!"), known, held).failure() == BadUsername("!")
    assert register(ask("ada"), known, held).failure() == UserExists("u")
    assert register(ask("ada"), User(), held).failure() == UsernameTaken("ada")


def test_each_half_decides_for_its_own_stream() -> None:
    (registered,) = USERS.decide(ask("ada"), User()).unwrap()
    (claimed,) = USERNAMES.decide(ask("ada"), Claim()).unwrap()
    assert USERS.evolve(User(), registered) == User(user_id=UserId("u"), username="ada")
    assert USERNAMES.evolve(Claim(), claimed) == Claim(holder=UserId("u"))
