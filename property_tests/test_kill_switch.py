"""The kill switch: what may follow what, by hand and by random histories."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astracore.errors.risk import NotPermitted, SecondApprover
from astracore.events.decider import replay
from astracore.instants import DAY, HOUR, MINUTE, Instant
from astracore.risk.limits import Level
from astracore.risk.pretrade import TradingState
from astracore.risk.switches.commands import ApproveRelease, Release, SwitchCommand, Trip
from astracore.risk.switches.events import (
    KillSwitchEngaged,
    KillSwitchReleased,
    SwitchEvent,
)
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


def test_an_owners_stop_of_more_than_their_own_is_no_owners_stop() -> None:
    """By role risk: two must agree, whoever owns what; nor is a rule's global stop theirs."""
    both = Actor(name="owner", owns=True, is_risk=True)
    wide = after_all(trip(both, scope=Scope.GLOBAL))
    assert wide.engaged is not None
    assert not wide.engaged.by_owner
    assert refusal(release(both, DAY), wide) == "second_approver"
    ruled = after_all(trip(RULE, scope=Scope.GLOBAL, automatic=True))
    assert refusal(release(OWNER, 2 * DAY), ruled) == "not_permitted"
    assert SWITCH.decide(release(both, 1), ruled).failure() == SecondApprover(0)


def test_who_stopped_it_by_hand_decides_who_may_release_it() -> None:
    """Role risk stopped an account: its owner may not, and two of role risk must agree."""
    state = after_all(trip(FIRST))
    assert state.engaged is not None
    assert not state.engaged.by_owner
    assert refusal(release(OWNER, 2 * DAY), state) == "not_permitted"
    assert SWITCH.decide(release(SECOND_USER, 1), state).failure() == SecondApprover(0)
    agreed = after_all(trip(FIRST), approve(FIRST, 1))
    assert SWITCH.decide(release(FIRST, 2), agreed).failure() == SecondApprover(1)
    automatic = after_all(trip(OWNER, automatic=True))
    assert automatic.engaged is not None
    assert not automatic.engaged.by_owner


def test_who_tripped_it_as_a_rule_does_not_release_it_as_a_person() -> None:
    state = after_all(trip(FIRST, automatic=True))
    assert refusal(release(FIRST, 1), state) == "not_permitted"
    assert after_all(trip(FIRST, automatic=True), release(SECOND_USER, 1)) == ARMED


def test_who_is_asked_for_is_named() -> None:
    """The owner where it is theirs to stop or release, else role risk."""
    stranger = Actor(name="stranger")
    for scope, who in ((Scope.ACCOUNT, "owner or role:risk"), (Scope.GLOBAL, "role:risk")):
        assert SWITCH.decide(trip(stranger, scope=scope), ARMED).failure() == NotPermitted(who)
    own, ruled = after_all(trip(OWNER)), after_all(trip(RULE, automatic=True))
    assert SWITCH.decide(release(stranger, DAY), own).failure() == NotPermitted("owner")
    by_rule = SWITCH.decide(release(stranger, DAY), ruled).failure()
    assert by_rule == NotPermitted("owner or role:risk")
    assert refusal(release(FIRST, DAY), own) == "not_permitted"


def test_a_release_tells_what_it_ended() -> None:
    state = after_all(trip(OWNER))
    (event,) = SWITCH.decide(release(OWNER, 15 * MINUTE), state).unwrap()
    assert event == KillSwitchReleased(
        switch_id="s",
        scope=Scope.ACCOUNT,
        target="a",
        by="owner",
        reason=REASON,
        at=Instant(15 * MINUTE),
    )


def test_an_agreement_holds_for_an_hour_to_the_microsecond() -> None:
    start = trip(FIRST, scope=Scope.GLOBAL)
    agreed = after_all(start, approve(FIRST, 10))
    late = SWITCH.decide(release(SECOND_USER, 10 + HOUR), agreed).failure()
    assert late == SecondApprover(0)
