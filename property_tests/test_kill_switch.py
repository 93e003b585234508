"""The kill switch: what may follow what, by hand and by random histories."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astracore.events.decider import replay
from astracore.instants import DAY, HOUR, MINUTE, Instant
from astracore.risk.limits import Level
from astracore.risk.pretrade import TradingState
from astracore.risk.switches.commands import ApproveRelease, Release, SwitchCommand, Trip
from astracore.risk.switches.events import KillSwitchEngaged, SwitchEvent
from astracore.risk.switches.state import ARMED, Engaged, Place, Switch, state_at
from astracore.risk.switches.switch import SWITCH
from astracore.risk.switches.types import Actor, Mode, Scope

OWNER = Actor(name="owner", owns=True)
RULE = Actor(name="drawdown")
FIRST = Actor(name="anna", is_risk=True)
SECOND_USER = Actor(name="bert", is_risk=True)
REASON = "checked by hand"


def trip(
    actor: Actor, *, scope: Scope = Scope.ACCOUNT, automatic: bool = False, at: int = 0
) -> Trip:
    """A trip of account a."""
    return Trip(
        switch_id="s",
        scope=scope,
        target="a",
        mode=Mode.HALT,
        actor=actor,
        reason="first",
        automatic=automatic,
        at=Instant(at),
    )


def release(actor: Actor, at: int, *, level: Level = Level.LOW, reason: str = REASON) -> Release:
    """A wish to release."""
    return Release(switch_id="s", actor=actor, reason=reason, level=level, at=Instant(at))


def approve(actor: Actor, at: int) -> ApproveRelease:
    """A first agreement."""
    return ApproveRelease(
        switch_id="s", actor=actor, reason=REASON, level=Level.LOW, at=Instant(at)
    )


def after_all(*commands: SwitchCommand) -> Switch:
    """The switch after commands that were all accepted."""
    state = ARMED
    for command in commands:
        state = replay(SWITCH, SWITCH.decide(command, state).unwrap(), state)
    return state


def refusal(command: SwitchCommand, state: Switch) -> str:
    """The code of the cause."""
    return SWITCH.decide(command, state).failure().code


@pytest.mark.parametrize(
    ("actor", "scope", "automatic", "admitted"),
    [
        (OWNER, Scope.ACCOUNT, False, True),
        (OWNER, Scope.BOT, False, True),
        (OWNER, Scope.GLOBAL, False, False),
        (Actor(name="stranger"), Scope.ACCOUNT, False, False),
        (FIRST, Scope.GLOBAL, False, True),
        (FIRST, Scope.INSTRUMENT, False, True),
        (RULE, Scope.EXCHANGE, True, True),
    ],
)
def test_who_may_trip(actor: Actor, scope: Scope, *, automatic: bool, admitted: bool) -> None:
    """The owner their own, role risk all, a rule what it watches."""
    answer = SWITCH.decide(trip(actor, scope=scope, automatic=automatic), ARMED)
    assert answer.map(lambda _: True).value_or(False) is admitted  # noqa: FBT003
    if not admitted:
        assert answer.failure().code == "not_permitted"


def test_tripping_twice_keeps_the_first_reason() -> None:
    """The second trip is no event."""
    state = after_all(trip(OWNER))
    again = trip(RULE, automatic=True, at=5)
    assert SWITCH.decide(again, state).unwrap() == ()
    assert state.engaged is not None
    assert state.engaged.reason == "first"


def test_an_owner_waits_fifteen_minutes_and_a_day_after_a_rule() -> None:
    """Role risk need not wait for what a rule tripped, the rule itself never releases."""
    own, ruled = after_all(trip(OWNER)), after_all(trip(RULE, automatic=True))
    assert refusal(release(OWNER, 15 * MINUTE - 1), own) == "release_too_soon"
    assert after_all(trip(OWNER), release(OWNER, 15 * MINUTE)) == ARMED
    assert refusal(release(Actor(name="x"), DAY), own) == "not_permitted"
    assert refusal(release(OWNER, 24 * HOUR - 1), ruled) == "release_too_soon"
    assert after_all(trip(RULE, automatic=True), release(OWNER, 24 * HOUR)) == ARMED
    assert after_all(trip(RULE, automatic=True), release(FIRST, 1)) == ARMED
    assert refusal(release(RULE, DAY), ruled) == "not_permitted"


def test_other_scopes_need_two_of_role_risk_within_an_hour() -> None:
    """The same user twice is one."""
    start = trip(FIRST, scope=Scope.GLOBAL)
    state = after_all(start)
    assert refusal(release(SECOND_USER, 1), state) == "second_approver"
    assert refusal(approve(OWNER, 1), state) == "not_permitted"
    agreed = after_all(start, approve(FIRST, 10))
    assert refusal(release(FIRST, 11), agreed) == "second_approver"
    assert refusal(release(SECOND_USER, 10 + HOUR), agreed) == "second_approver"
    assert refusal(release(OWNER, 11), agreed) == "not_permitted"
    assert SWITCH.decide(release(SECOND_USER, 10 + HOUR - 1), agreed).unwrap()


def test_a_release_needs_a_switch_a_calm_level_and_a_reason() -> None:
    """In this order."""
    state = after_all(trip(OWNER))
    assert refusal(release(OWNER, DAY), ARMED) == "not_engaged"
    assert refusal(release(OWNER, DAY, level=Level.HIGH), state) == "risk_too_high"
    assert refusal(release(OWNER, DAY, reason="too short"), state) == "reason_too_short"
    assert refusal(approve(FIRST, 1), ARMED) == "not_engaged"


actors = st.sampled_from([OWNER, RULE, FIRST, SECOND_USER])
times = st.integers(0, 3 * DAY)
switch_commands = (
    st.builds(trip, actors, automatic=st.booleans(), at=times)
    | st.builds(release, actors, times, level=st.sampled_from(list(Level)))
    | st.builds(approve, actors, times)
)


@given(st.lists(switch_commands, max_size=20))
def test_a_random_history_leaves_a_switch_that_its_events_rebuild(
    commands: list[SwitchCommand],
) -> None:
    """It is engaged exactly when the last event is not a release, by its first trip's facts."""
    state = ARMED
    events: list[SwitchEvent] = []
    for command in commands:
        new = SWITCH.decide(command, state).value_or(())
        if isinstance(command, Release) and new:
            assert command.level in {Level.LOW, Level.MEDIUM}
        state = replay(SWITCH, new, state)
        events.extend(new)
    assert replay(SWITCH, events) == state
    trips = [each for each in events if isinstance(each, KillSwitchEngaged)]
    assert (state.engaged is not None) == bool(
        events and not events[-1].TYPE.endswith("released.v1")
    )
    assert state.engaged is None or state.engaged.since == trips[-1].at


@given(st.sampled_from(list(Scope)), st.sampled_from(["sim", "ETH-USD", "a", "bot", "other"]))
def test_a_switch_covers_its_scope_and_nothing_else(scope: Scope, target: str) -> None:
    """The worst of all states counts."""
    engaged = Engaged(
        scope=scope,
        target=target,
        mode=Mode.HALT,
        by="x",
        by_owner=False,
        reason="",
        automatic=False,
        since=Instant(0),
    )
    place = Place(exchange="sim", symbol="ETH-USD", account_id="a", bot_id="bot")
    aimed = {
        Scope.EXCHANGE: "sim",
        Scope.INSTRUMENT: "ETH-USD",
        Scope.ACCOUNT: "a",
        Scope.BOT: "bot",
    }
    covered = scope is Scope.GLOBAL or aimed[scope] == target
    expected = TradingState.HALTED if covered else TradingState.REDUCING
    assert state_at(place, (engaged,), own=TradingState.REDUCING) is expected
