"""Doors: logins, sessions, tokens, keys, gates and the table of permissions."""

from decimal import Decimal

import pytest
from attrs import evolve

from astracore.errors.access import (
    BadCredentials,
    BadToken,
    InvalidKey,
    LoginLocked,
    ScopeDenied,
    SecondFactorInvalid,
    SecondFactorRequired,
    TokenExpired,
    TokenReused,
    TooManyKeys,
    UserStatus,
)
from astracore.errors.gates import TierRequired
from astracore.errors.risk import NotPermitted
from astracore.events.decider import replay
from astracore.instants import DAY, HOUR, MINUTE, SECOND, Instant, after
from astracore.users.commands import Proof
from astracore.users.gates import (
    GATES,
    Gate,
    Standing,
    opens,
    security_score,
    waits_until,
    withdrawal_room,
)
from astracore.users.keys.keys import (
    KEYS,
    CreateApiKey,
    Keys,
    RevokeApiKey,
    UseApiKey,
    admits,
    is_from,
)
from astracore.users.logins.guard import GUARD, Attempt, Guard
from astracore.users.logins.signing_in import Login, is_outdated, log_in
from astracore.users.permissions import TABLE, Access, Permission, allowed, authorised
from astracore.users.person import PERSON
from astracore.users.sessions.commands import (
    EndSession,
    EndSessions,
    RefreshSession,
    StartSession,
)
from astracore.users.sessions.scopes import Call, Reach, SessionKey, reaches
from astracore.users.sessions.sessions import SESSIONS, refresh_answer
from astracore.users.sessions.state import Sessions
from astracore.users.sessions.tokens import Claims, Expected, issued, valid
from astracore.users.signatures import is_timely, request_signature
from astracore.users.state import User, standing_of
from astracore.users.totp import matching_step, step_at, totp
from astracore.users.types import Method, Role, Scope, SessionEnd, Status, Tier
from tests.users.people import ADA, ARGON, AT, CODE, member, newcomer, staff

D = Decimal
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


CREATE = CreateApiKey(
    user_id=ADA,
    key_id="ak_" + "a" * 16,
    label="bot",
    scopes=("trade", "read"),
    addresses=("192.0.2.0/24",),
    expires_at=after(AT, 365 * DAY),
    plan="free",
    proved=True,
    at=AT,
)


def test_keys_are_scoped_and_counted_by_plan() -> None:
    keys = replay(KEYS, KEYS.decide(CREATE, Keys()).unwrap())
    (key,) = keys.alive
    assert key.scopes == (Scope.READ, Scope.TRADE)
    second = evolve(CREATE, key_id="ak_" + "b" * 16)
    assert KEYS.decide(second, keys).failure() == TooManyKeys(1)
    assert KEYS.decide(evolve(second, plan="none"), keys).failure() == TooManyKeys(0)
    later = evolve(second, at=key.expires_at, expires_at=after(key.expires_at, DAY), plan="free")
    assert KEYS.decide(later, keys).unwrap()
    rotated = evolve(second, replaces=key.key_id)
    fresh = replay(KEYS, KEYS.decide(rotated, keys).unwrap(), keys)
    assert [one.key_id for one in fresh.alive] == [second.key_id]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"proved": False}, SecondFactorRequired()),
        ({"scopes": ("read", "withdraw")}, ScopeDenied("withdraw")),
        (
            {
                "key_id": "k",
                "label": " ",
                "scopes": (),
                "addresses": ("here",),
                "expires_at": AT,
                "replaces": "ak_x",
            },
            InvalidKey(("key_id", "label", "scopes", "addresses", "expires_at", "replaces")),
        ),
        ({"addresses": ("192.0.2.7",) * 21}, InvalidKey(("addresses",))),
        ({"expires_at": after(AT, 365 * DAY + 1)}, InvalidKey(("expires_at",))),
    ],
)
def test_keys_that_are_refused(change: dict[str, object], fault: object) -> None:
    assert KEYS.decide(evolve(CREATE, **change), Keys()).failure() == fault  # type: ignore[arg-type]


def test_a_key_tells_the_day_of_its_last_use() -> None:
    keys = replay(KEYS, KEYS.decide(CREATE, Keys()).unwrap())
    use = UseApiKey(user_id=ADA, key_id=CREATE.key_id, at=AT)
    used = replay(KEYS, KEYS.decide(use, keys).unwrap(), keys)
    assert used.alive[0].used_at == AT
    assert KEYS.decide(evolve(use, at=after(AT, DAY - 1)), used).unwrap() == ()
    assert KEYS.decide(evolve(use, at=after(AT, DAY)), used).unwrap()
    assert KEYS.decide(evolve(use, at=CREATE.expires_at), used).failure() == TokenExpired()
    assert KEYS.decide(evolve(use, key_id="x"), used).failure() == BadToken("key_id")
    other = evolve(CREATE, key_id="ak_" + "c" * 16, plan="pro")
    two = replay(KEYS, KEYS.decide(other, used).unwrap(), used)
    use_other = evolve(use, key_id=other.key_id)
    both = replay(KEYS, KEYS.decide(use_other, two).unwrap(), two)
    assert [one.used_at for one in both.alive] == [AT, AT]
    revoke = RevokeApiKey(user_id=ADA, key_id=CREATE.key_id, at=AT)
    gone = replay(KEYS, KEYS.decide(revoke, used).unwrap(), used)
    assert gone.alive == ()
    assert KEYS.decide(revoke, gone).unwrap() == ()


def test_what_a_key_admits() -> None:
    keys = replay(KEYS, KEYS.decide(CREATE, Keys()).unwrap())
    name = CREATE.key_id
    assert admits(keys, name, Scope.TRADE, "192.0.2.9", AT).unwrap().label == "bot"
    assert admits(keys, "x", Scope.READ, "192.0.2.9", AT).failure() == BadToken("key_id")
    late = admits(keys, name, Scope.READ, "192.0.2.9", CREATE.expires_at).failure()
    assert late == TokenExpired()
    assert admits(keys, name, Scope.MANAGE, "192.0.2.9", AT).failure() == ScopeDenied("manage")
    assert admits(keys, name, Scope.READ, "198.51.100.1", AT).failure() == ScopeDenied("address")
    assert is_from((), "whoever")
    assert not is_from(("192.0.2.0/24",), "whoever")
    assert not is_from(("192.0.2.0/24",), "2001:db8::1")


REACH = Reach("0x1", "swap")
KEY = SessionKey(
    key_id="k",
    reaches=frozenset({REACH}),
    limits={"USDC": D(100)},
    from_at=AT,
    expires_at=after(AT, HOUR),
)


def test_a_session_key_reaches_what_it_names_up_to_its_limits() -> None:
    call = Call(reach=REACH, token="USDC", amount=D(60))
    spent = reaches(KEY, (Call(reach=REACH), call), {}, AT).unwrap()
    assert dict(spent) == {"USDC": 60}
    assert reaches(KEY, (call,), spent, AT).failure() == ScopeDenied("USDC")
    assert reaches(KEY, (evolve(call, amount=D(40)),), spent, AT).unwrap()
    assert reaches(KEY, (evolve(call, amount=D(-1)),), {}, AT).failure() == ScopeDenied("USDC")
    assert reaches(KEY, (evolve(call, token="ETH"),), {}, AT).failure() == ScopeDenied("ETH")
    other = evolve(call, reach=Reach("0x1", "drain"))
    assert reaches(KEY, (call, other), {}, AT).failure() == ScopeDenied("0x1.drain")
    for key, now in (
        (evolve(KEY, revoked=True), AT),
        (KEY, after(AT, -1)),
        (KEY, after(AT, HOUR)),
    ):
        assert reaches(key, (call,), {}, now).failure() == TokenExpired()


def test_gates_open_by_tier_address_and_factor() -> None:
    full = Standing(tier=Tier.PREMIUM, email_confirmed=True, second_factor=True)
    assert all(opens(gate, full).unwrap() is None for gate in Gate)
    moved = evolve(full, email_confirmed=False)
    assert all(opens(gate, moved).failure() == TierRequired(GATES[gate].tier) for gate in Gate)
    bare = evolve(full, second_factor=False)
    closed = {gate for gate in Gate if opens(gate, bare).alt(str).value_or(0) == 0}
    assert closed == {
        Gate.LIVE_TRADING,
        Gate.EXCHANGE_KEYS,
        Gate.LEADING,
        Gate.HIGH_LEVERAGE,
    }
    phone = evolve(full, tier=Tier.PHONE)
    assert opens(Gate.LIVE_TRADING, phone).failure() == TierRequired("identity")


def test_withdrawals_by_tier_and_after_a_change() -> None:
    known = Standing(
        tier=Tier.IDENTITY, email_confirmed=True, second_factor=True, security_changed_at=AT
    )
    assert withdrawal_room(known, D(0)).unwrap() == 50_000
    assert withdrawal_room(known, D(60_000)).unwrap() == 0
    assert withdrawal_room(evolve(known, tier=Tier.EMAIL), D(0)).failure().code == "tier_required"
    bare = withdrawal_room(evolve(known, second_factor=False), D(0)).failure()
    assert bare == SecondFactorRequired()
    assert waits_until(D(1000), known).unwrap() == after(AT, DAY)
    assert waits_until(D("999.99"), known).unwrap() is None
    assert waits_until(D(1000), evolve(known, security_changed_at=None)).unwrap() is None


def test_the_security_score_is_the_sum_of_its_parts() -> None:
    best = Standing(
        tier=Tier.IDENTITY,
        email_confirmed=True,
        second_factor=True,
        wallet=True,
        password_changed_at=AT,
    )
    score = security_score(best, AT)
    assert (score.whole, score.login) == (100, 20)
    assert security_score(best, after(AT, 180 * DAY)).login == 0
    assert security_score(Standing(wallet_login=True), AT).whole == 20
    told = standing_of(member())
    assert (told.second_factor, told.password_changed_at) == (True, Instant(0))
    bare = standing_of(User())
    assert (bare.password_changed_at, bare.wallet_login) == (None, False)


def test_the_table_of_permissions() -> None:
    """Row by row: yes, read, by case, trip; everything else is no."""
    words = {
        permission.value: " ".join(
            row[role].value if role in (row := TABLE[permission]) else "-" for role in Role
        )
        for permission in Permission
    }
    assert words == {
        "own": "yes yes yes yes yes yes yes",
        "cases": "- yes read - - - yes",
        "users": "- - yes read read - yes",
        "suspend": "- by_case - yes - - yes",
        "limits": "- - - yes - - trip",
        "money": "- - read - yes - read",
        "jobs": "- - - - - yes yes",
        "configuration": "- - - - - - yes",
    }


def test_yes_is_every_access_and_nothing_is_the_default() -> None:
    assert allowed([Role.RISK], Permission.LIMITS, Access.TRIP)
    assert not allowed([Role.ADMIN], Permission.LIMITS, Access.YES)
    assert not allowed([], Permission.OWN, Access.YES)
    assert authorised(staff(factor=False), Permission.OWN).unwrap() is None
    denied = authorised(staff(Role.OPS), Permission.MONEY, Access.READ).failure()
    assert denied == NotPermitted("money")
