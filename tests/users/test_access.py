"""Doors: codes, logins, sessions, tokens."""

import pytest
from attrs import evolve

from astracore.errors.access import (
    BadCredentials,
    BadToken,
    LoginLocked,
    SecondFactorInvalid,
    SecondFactorRequired,
    TokenExpired,
    TokenReused,
    UserStatus,
)
from astracore.events.decider import replay
from astracore.instants import DAY, MINUTE, SECOND, Instant, after
from astracore.users.commands import Proof
from astracore.users.logins.guard import GUARD, Attempt, Guard
from astracore.users.logins.signing_in import Login, is_outdated, log_in
from astracore.users.person import PERSON
from astracore.users.sessions.commands import (
    EndSession,
    EndSessions,
    RefreshSession,
    StartSession,
)
from astracore.users.sessions.sessions import SESSIONS, refresh_answer
from astracore.users.sessions.state import Sessions
from astracore.users.sessions.tokens import Claims, Expected, issued, valid
from astracore.users.signatures import is_timely, request_signature
from astracore.users.state import User
from astracore.users.totp import matching_step, step_at, totp
from astracore.users.types import Method, Role, Scope, SessionEnd, Status, Tier
from tests.users.people import ADA, ARGON, AT, CODE, member, newcomer

SECRET = b"12345678901234567890"


def test_the_worked_code_and_the_window_around_it() -> None:
    at = Instant(1772618400 * SECOND)
    assert totp(SECRET, step_at(at)) == "429123"
    for shift in (-30, 0, 30, 59):
        assert matching_step(SECRET, "429123", after(at, shift * SECOND)) == step_at(at)
    for shift in (-31, 60):
        assert matching_step(SECRET, "429123", after(at, shift * SECOND)) is None
    assert matching_step(SECRET, "\ud800", at) is None


def test_the_codes_of_the_standard() -> None:
    """RFC 6238's appendix, its last six digits."""
    told = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}
    assert {second: totp(SECRET, second // 30) for second in told} == told


def test_the_worked_signature_and_its_age() -> None:
    signed = request_signature(b"k", 1772618400000, "GET", "/v1/orders?limit=1")
    assert signed == "f2c72a620942f4ba8e3ec427e6b58ce17e368cf5efdf7097b49b2fe6346eed28"
    assert len(request_signature(b"", 10**400, "\ud800", "")) == 64
    assert [is_timely(0, now) for now in (-5001, -5000, 5000, 5001)] == [False, True, True, False]


FAIL = Attempt(pair="p", succeeded=False, known_device=False, at=AT)


def test_five_failures_slow_a_pair_down_and_double() -> None:
    guard = Guard()
    for minute in range(4):
        guard = replay(
            GUARD, GUARD.decide(evolve(FAIL, at=after(AT, minute * MINUTE)), guard).unwrap(), guard
        )
    assert (len(guard.failures), guard.until) == (4, None)
    now = after(AT, 4 * MINUTE)
    guard = replay(GUARD, GUARD.decide(evolve(FAIL, at=now), guard).unwrap(), guard)
    until = after(now, 15 * MINUTE)
    assert (guard.until, guard.times, guard.failures) == (until, 1, ())
    early = evolve(FAIL, succeeded=True, at=after(until, -1))
    assert GUARD.decide(early, guard).failure() == LoginLocked(until.micros)
    assert GUARD.decide(evolve(early, known_device=True), guard).unwrap()
    for _ in range(5):
        guard = replay(GUARD, GUARD.decide(evolve(FAIL, at=until), guard).unwrap(), guard)
    assert guard.until == after(until, 30 * MINUTE)
    calm = evolve(early, at=after(until, DAY))
    assert replay(GUARD, GUARD.decide(calm, guard).unwrap(), guard) == Guard()
    assert GUARD.decide(calm, Guard()).unwrap() == ()


def test_failures_that_are_fifteen_minutes_old_do_not_count() -> None:
    guard = Guard(failures=(AT,) * 4)
    late = evolve(FAIL, at=after(AT, 15 * MINUTE))
    assert len(GUARD.decide(late, guard).unwrap()) == 1
    assert len(GUARD.decide(evolve(late, at=after(AT, 15 * MINUTE - 1)), guard).unwrap()) == 2


LOGIN = Login(
    pair="p",
    session_id="s1",
    method=Method.PASSWORD,
    device="d",
    known_device=False,
    matched=True,
    proof=CODE,
    at=AT,
)


def test_an_unknown_name_and_a_wrong_password_are_told_the_same() -> None:
    unknown = log_in(evolve(LOGIN, matched=False), Guard(), User(), Sessions()).unwrap()
    wrong = log_in(evolve(LOGIN, matched=False), Guard(), member(), Sessions()).unwrap()
    gone = log_in(LOGIN, Guard(), member(status=Status.DELETED), Sessions()).unwrap()
    assert unknown == wrong == gone
    assert (wrong.refusal, len(wrong.guard)) == (BadCredentials(), 1)
    assert (wrong.user, wrong.sessions) == ((), ())


def test_a_login_writes_three_streams() -> None:
    entered = log_in(LOGIN, Guard(failures=(AT,)), member(), Sessions()).unwrap()
    assert entered.refusal is None
    user = replay(PERSON, entered.user, member())
    assert user.totp is not None
    assert user.totp.last_step == 7
    assert replay(SESSIONS, entered.sessions).alive[0].device == "d"
    assert replay(GUARD, entered.guard, Guard(failures=(AT,))) == Guard()
    plain = log_in(evolve(LOGIN, proof=None), Guard(), newcomer(), Sessions()).unwrap()
    assert (len(plain.user), len(plain.sessions)) == (1, 1)


def test_logins_that_are_refused() -> None:
    locked = Guard(until=after(AT, 1))
    refused = log_in(LOGIN, locked, member(), Sessions()).failure()
    assert refused == LoginLocked(after(AT, 1).micros)
    wrong = log_in(evolve(LOGIN, matched=False), locked, member(), Sessions()).failure()
    assert wrong == refused
    held = member(status=Status.SUSPENDED)
    assert log_in(LOGIN, Guard(), held, Sessions()).failure() == UserStatus("suspended")
    over = member(status=Status.SUSPENDED, suspended_until=AT)
    assert log_in(LOGIN, Guard(), over, Sessions()).unwrap().refusal is None
    bare = evolve(LOGIN, proof=None)
    assert log_in(bare, Guard(), member(), Sessions()).failure() == SecondFactorRequired()
    old = log_in(evolve(LOGIN, proof=Proof(step=6)), Guard(), member(), Sessions()).unwrap()
    assert (old.refusal, len(old.guard)) == (SecondFactorInvalid(), 1)


def test_a_login_upgrades_old_hashes_and_takes_a_deletion_back() -> None:
    old = newcomer()
    assert old.password is not None
    aged = evolve(old, password=evolve(old.password, parameters="argon2id m=8 t=1 p=1"))
    assert is_outdated(aged)
    upgrade = evolve(LOGIN, rehashed="c9")
    told = replay(PERSON, log_in(upgrade, Guard(), aged, Sessions()).unwrap().user, aged)
    assert told.password is not None
    assert (told.password.credential_id, told.password.parameters) == ("c9", ARGON)
    assert not is_outdated(told)
    assert len(log_in(upgrade, Guard(), told, Sessions()).unwrap().user) == 1
    going = newcomer(status=Status.DELETING, purge_at=after(AT, DAY))
    back = replay(PERSON, log_in(LOGIN, Guard(), going, Sessions()).unwrap().user, going)
    assert (back.status, back.purge_at) == (Status.PENDING, None)
    held = evolve(going, status=Status.SUSPENDED, suspended_until=AT)
    back = replay(PERSON, log_in(LOGIN, Guard(), held, Sessions()).unwrap().user, held)
    assert (back.status, back.purge_at) == (Status.PENDING, None)


START = StartSession(user_id=ADA, session_id="s1", method=Method.PASSWORD, device="d", at=AT)
REFRESH = RefreshSession(user_id=ADA, session_id="s1", generation=1, genuine=True, at=AT)


def started(*names: str) -> Sessions:
    sessions = Sessions()
    for place, name in enumerate(names):
        begin = evolve(START, session_id=name, at=after(AT, place))
        sessions = replay(SESSIONS, SESSIONS.decide(begin, sessions).unwrap(), sessions)
    return sessions


def test_an_old_refresh_token_ends_its_family_and_no_other() -> None:
    sessions = started("s1", "s2")
    events = SESSIONS.decide(REFRESH, sessions).unwrap()
    assert refresh_answer(events).unwrap() == 2
    rotated = replay(SESSIONS, events, sessions)
    reuse = SESSIONS.decide(REFRESH, rotated).unwrap()
    assert refresh_answer(reuse).failure() == TokenReused("s1")
    left = replay(SESSIONS, reuse, rotated)
    assert [one.session_id for one in left.alive] == ["s2"]
    second = evolve(REFRESH, generation=2)
    assert SESSIONS.decide(second, left).failure() == TokenExpired()
    other = SESSIONS.decide(evolve(START, session_id="s9"), left).unwrap()
    assert refresh_answer(other).failure() == TokenExpired()


def test_refreshes_that_are_refused() -> None:
    sessions = started("s1")
    forged = evolve(REFRESH, genuine=False)
    assert SESSIONS.decide(forged, sessions).failure() == BadToken("secret")
    for generation in (0, 2):
        ask = evolve(REFRESH, generation=generation)
        assert SESSIONS.decide(ask, sessions).failure() == BadToken("generation")
    idle = evolve(REFRESH, at=after(AT, 7 * DAY))
    assert SESSIONS.decide(idle, sessions).failure() == TokenExpired()
    generation = 1
    for day in range(6, 30, 6):
        ask = evolve(REFRESH, generation=generation, at=after(AT, day * DAY))
        sessions = replay(SESSIONS, SESSIONS.decide(ask, sessions).unwrap(), sessions)
        generation += 1
    last = evolve(REFRESH, generation=generation, at=after(AT, 30 * DAY - 1))
    assert SESSIONS.decide(last, sessions).unwrap()
    old = evolve(last, at=after(AT, 30 * DAY))
    assert SESSIONS.decide(old, sessions).failure() == TokenExpired()


def test_the_oldest_of_ten_sessions_makes_room() -> None:
    sessions = started(*(f"s{place}" for place in range(12)))
    assert [one.session_id for one in sessions.alive] == [f"s{place}" for place in range(2, 12)]
    assert SESSIONS.decide(evolve(START, session_id="s5"), sessions).failure() == BadToken(
        "session_id"
    )


def test_sessions_end_one_or_all_but_one() -> None:
    sessions = started("s1", "s2", "s3")
    one = EndSession(user_id=ADA, session_id="s2", reason=SessionEnd.LOGOUT, at=AT)
    less = replay(SESSIONS, SESSIONS.decide(one, sessions).unwrap(), sessions)
    assert [each.session_id for each in less.alive] == ["s1", "s3"]
    assert SESSIONS.decide(one, less).unwrap() == ()
    rest = EndSessions(user_id=ADA, spared="s3", reason=SessionEnd.CREDENTIALS_CHANGED, at=AT)
    assert [
        each.session_id
        for each in replay(SESSIONS, SESSIONS.decide(rest, less).unwrap(), less).alive
    ] == ["s3"]


EXPECTED = Expected(iss="astra", aud="api")
STATED = Claims(
    typ="refresh",
    iss="astra",
    aud="api",
    sub=ADA,
    jti="j",
    sid="s1",
    roles=(Role.USER,),
    tier=Tier.EMAIL,
    scopes=(Scope.READ,),
    iat=0,
    exp=0,
)


def test_an_access_token_is_good_for_fifteen_minutes_of_a_living_session() -> None:
    sessions, token = started("s1"), issued(STATED, AT)
    assert valid(token, EXPECTED, sessions, AT).unwrap() is None
    last = after(AT, 15 * MINUTE - 1)
    assert valid(token, EXPECTED, sessions, last).unwrap() is None
    assert valid(token, EXPECTED, sessions, after(last, 1)).failure() == TokenExpired()
    assert valid(token, EXPECTED, Sessions(user_id=ADA), AT).failure() == TokenExpired()


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"typ": "refresh"}, "typ"),
        ({"iss": "evil"}, "iss"),
        ({"aud": "web"}, "aud"),
        ({"sub": "eve"}, "sub"),
        ({"iat": AT.micros // SECOND + 6}, "iat"),
        ({"exp": AT.micros // SECOND}, "exp"),
        ({"exp": AT.micros // SECOND + 901}, "exp"),
    ],
)
def test_tokens_of_others_are_none(change: dict[str, object], name: str) -> None:
    token = evolve(issued(STATED, AT), **change)  # type: ignore[arg-type]
    assert valid(token, EXPECTED, started("s1"), AT).failure() == BadToken(name)
