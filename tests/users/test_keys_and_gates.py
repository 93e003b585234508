"""Keys, gates and the table of permissions."""

from decimal import Decimal

import pytest
from attrs import evolve

from astracore.errors.access import (
    BadToken,
    InvalidKey,
    ScopeDenied,
    SecondFactorRequired,
    TokenExpired,
    TooManyKeys,
)
from astracore.errors.gates import TierRequired
from astracore.errors.risk import NotPermitted
from astracore.events.decider import replay
from astracore.instants import DAY, HOUR, Instant, after
from astracore.users.gates import (
    GATES,
    Gate,
    Standing,
    opens,
    security_score,
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
from astracore.users.permissions import TABLE, Access, Permission, allowed, authorised
from astracore.users.sessions.scopes import Call, Reach, SessionKey, reaches
from astracore.users.state import User, standing_of
from astracore.users.types import Role, Scope, Tier
from tests.users.people import ADA, AT, member, staff

D = Decimal

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
        Gate.WITHDRAWALS,
        Gate.LIVE_TRADING,
        Gate.EXCHANGE_KEYS,
        Gate.LEADING,
        Gate.HIGH_LEVERAGE,
    }
    phone = evolve(full, tier=Tier.PHONE)
    assert opens(Gate.LIVE_TRADING, phone).failure() == TierRequired("identity")


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
