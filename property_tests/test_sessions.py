"""Sessions as a machine: a refresh token that comes a second time ends its family."""

from decimal import Decimal

from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from astracore.events.decider import replay
from astracore.instants import MINUTE, SECOND, Instant, after
from astracore.outcome import is_failure
from astracore.users.logins.guard import GUARD, Attempt, Guard
from astracore.users.permissions import Access, Permission, allowed
from astracore.users.sessions.scopes import Call, Reach, SessionKey, reaches
from astracore.users.totp import matching_step, step_at, totp
from astracore.users.types import Role
from property_tests.doors import WAITS, Doors

places = st.integers(0, 12)


class Families(RuleBasedStateMachine):
    """Tokens are used, used again, guessed and left lying about."""

    def __init__(self) -> None:
        super().__init__()
        self.doors = Doors()

    def name(self, place: int) -> str:
        names = tuple(self.doors.last)
        return names[-1 - place % len(names)]

    @rule()
    def start(self) -> None:
        self.doors.start()

    @rule(micros=st.sampled_from(WAITS))
    def wait(self, micros: int) -> None:
        self.doors.wait(micros)

    @precondition(lambda self: self.doors.last)
    @rule(place=places, back=st.sampled_from([0, 0, 0, 1, 2, -1]))
    def refresh(self, place: int, back: int) -> None:
        name = self.name(place)
        self.doors.refresh(name, max(1, self.doors.last[name] - back))

    @precondition(lambda self: self.doors.last)
    @rule(place=places)
    def end(self, place: int) -> None:
        self.doors.end(self.name(place))

    @precondition(lambda self: self.doors.last)
    @rule(place=places)
    def end_others(self, place: int) -> None:
        self.doors.end_others(self.name(place))

    @invariant()
    def holds(self) -> None:
        self.doors.check()


Families.TestCase.settings = settings(stateful_step_count=40, deadline=None)
TestFamilies = Families.TestCase


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 20 * MINUTE)), max_size=40))
def test_a_known_device_with_the_right_password_always_gets_in(
    attempts: list[tuple[bool, int]],
) -> None:
    """And strangers never get five tries within fifteen minutes past the guard."""
    guard, now = Guard(), Instant(0)
    heard: list[int] = []
    for succeeded, gap in attempts:
        now = after(now, gap)
        attempt = Attempt(pair="p", succeeded=succeeded, known_device=False, at=now)
        owner = Attempt(pair="p", succeeded=True, known_device=True, at=now)
        assert not is_failure(GUARD.decide(owner, guard))
        done = GUARD.decide(attempt, guard)
        if is_failure(done):
            continue
        guard = replay(GUARD, done.unwrap(), guard)
        heard = [] if succeeded else [*heard, now.micros]
        assert len([at for at in heard if at > now.micros - 15 * MINUTE]) <= 5


@given(st.binary(max_size=64), st.integers(0, 2**40), st.integers(-90, 90))
@example(b"12345678901234567890", 1772618400, 0)
def test_a_code_is_good_for_a_step_around_its_own(secret: bytes, second: int, late: int) -> None:
    step = second // 30
    code = totp(secret, step)
    now = Instant((second + late) * SECOND)
    matched = matching_step(secret, code, now)
    assert (len(code), code.isdigit()) == (6, True)
    if abs(step_at(now) - step) <= 1:
        assert matched is not None
        assert totp(secret, matched) == code
    elif matched is not None:  # six digits meet by chance
        assert totp(secret, matched) == code
        assert abs(step_at(now) - matched) <= 1


amounts = st.integers(-1, 60).map(Decimal)
reach = st.sampled_from([Reach("0x1", "swap"), Reach("0x1", "drain"), Reach("0x2", "swap")])
calls = st.builds(
    lambda where, token, amount: Call(reach=where, token=token, amount=amount),
    reach,
    st.sampled_from([None, "USDC", "ETH", "BTC"]),
    amounts,
)


@given(st.lists(st.lists(calls, max_size=3), max_size=8))
def test_a_session_key_never_spends_more_than_its_limits(batches: list[list[Call]]) -> None:
    key = SessionKey(
        key_id="k",
        reaches=frozenset({Reach("0x1", "swap"), Reach("0x2", "swap")}),
        limits={"USDC": Decimal(100), "ETH": Decimal(0)},
        from_at=Instant(0),
        expires_at=Instant(10),
    )
    spent: dict[str, Decimal] = {}
    for batch in batches:
        done = reaches(key, tuple(batch), spent, Instant(5))
        if not is_failure(done):
            assert all(call.reach in key.reaches for call in batch)
            spent = dict(done.unwrap())
    assert spent.get("USDC", Decimal(0)) <= 100
    assert not spent.get("ETH", Decimal(0))
    assert "BTC" not in spent


@given(
    st.lists(st.sampled_from(Role)),
    st.sampled_from(Role),
    st.sampled_from(Permission),
    st.sampled_from(Access),
)
def test_more_roles_never_allow_less(
    roles: list[Role], more: Role, permission: Permission, access: Access
) -> None:
    before = allowed(roles, permission, access)
    assert allowed([*roles, more], permission, access) or not before
