"""Groups of orders under any order of events; invariant 99."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astracore.outcome import is_failure
from astracore.trading.orders.groups import (
    Act,
    Group,
    GroupKind,
    GroupStep,
    LegState,
    Release,
    bracket,
    bracket_prices,
    leg_ended,
    leg_filled,
    leg_triggered,
    oco,
    oto,
    ouo,
    working,
)
from astracore.trading.types import ZERO, Side

D = Decimal
NAMES = ("a", "b", "c")
QTY = D(10)
Event = tuple[str, str, Decimal]
events: st.SearchStrategy[list[Event]] = st.lists(
    st.tuples(
        st.sampled_from(["fill", "trigger", "end"]),
        st.sampled_from(NAMES),
        st.integers(1, 10).map(D),
    ),
    max_size=14,
)


def happen(group: Group, event: Event) -> GroupStep | None:
    """The group after an event; None where it cannot happen, and nothing changes then."""
    what, name, qty = event
    if what == "fill":
        answer = leg_filled(group, name, qty)
    elif what == "trigger":
        answer = leg_triggered(group, name)
    else:
        answer = leg_ended(group, name)
    return None if is_failure(answer) else answer.unwrap()


def legal(group: Group, event: Event) -> bool:
    """Fills of ended legs are late and come from outside: they are tested apart."""
    ended = {leg.order_id for leg in group.legs if leg.state is LegState.ENDED}
    return not (event[0] == "fill" and event[1] in ended)


def check_leg(group: Group) -> None:
    """0 <= executed <= qty, and a leg with nothing left has ended."""
    for leg in group.legs:
        assert ZERO <= leg.executed <= leg.qty
        if leg.state in {LegState.WORKING, LegState.TRIGGERED}:
            assert leg.executed < leg.qty


@given(events, st.sampled_from([GroupKind.OCO, GroupKind.OUO]))
def test_99_legs_together_never_execute_more_than_one_quantity(
    history: list[Event], kind: GroupKind
) -> None:
    """Whatever fills, triggers and ends, in any order; in an oco one leg at most stays at work
    once one has triggered or ended."""
    made = oco(NAMES[:2], QTY) if kind is GroupKind.OCO else ouo(NAMES, QTY)
    group, touched = made.unwrap(), False
    for event in history:
        if not legal(group, event):
            continue
        step = happen(group, event)
        if step is None:
            continue
        group = step.group
        check_leg(group)
        assert sum((leg.executed for leg in group.legs), ZERO) <= QTY
        touched = touched or event[0] != "fill"
        if kind is GroupKind.OCO and touched:
            assert len(working(group)) <= 1
        left = QTY - sum((leg.executed for leg in group.legs), ZERO)
        for leg in working(group):
            assert leg.qty - leg.executed <= left


@given(events)
def test_99_exits_never_exceed_the_entry(history: list[Event]) -> None:
    """In a bracket: executed exits <= executed entry; working exits cover what is not left yet;
    when no exit works and something is open, the entry does not work either."""
    group = bracket(NAMES, QTY).unwrap()
    for event in history:
        if not legal(group, event):
            continue
        step = happen(group, event)
        if step is None:
            continue
        group = step.group
        check_leg(group)
        entry, *exits = group.legs
        out = sum((leg.executed for leg in exits), ZERO)
        assert out <= entry.executed
        at_work = [leg for leg in exits if leg in working(group)]
        for leg in at_work:
            assert leg.qty - leg.executed == entry.executed - out
        if entry.executed and not at_work:
            assert entry not in working(group)


@given(events, st.sampled_from(Release))
def test_a_child_is_never_larger_than_its_parents_fill(
    history: list[Event], release: Release
) -> None:
    """full: held until the parent's end; partial: with each fill, to its quantity."""
    group = oto("a", "b", QTY, release).unwrap()
    for event in history:
        if event[1] == "c" or not legal(group, event):
            continue
        step = happen(group, event)
        if step is None:
            continue
        group = step.group
        check_leg(group)
        parent, child = group.legs
        assert child.qty <= parent.executed
        if child.state is LegState.WORKING:
            assert child.qty == parent.executed
        if release is Release.FULL and parent in working(group):
            assert child.state in {LegState.HELD, LegState.ENDED}
        if parent.state is LegState.ENDED and parent.executed == ZERO:
            assert child.state is LegState.ENDED


def told(step: GroupStep) -> list[tuple[str, str, str]]:
    """Instructions in short."""
    return [(one.act.value, one.order_id, str(one.qty)) for one in step.instructions]


def test_one_cancels_the_other_by_hand() -> None:
    """A fill lowers, a trigger cancels, a late fill of a cancelled leg still counts."""
    group = oco(("a", "b"), D(5)).unwrap()
    part = leg_filled(group, "a", D(2)).unwrap()
    assert told(part) == [("lower", "b", "3")]
    fired = leg_triggered(part.group, "b").unwrap()
    assert told(fired) == [("cancel", "a", "3")]
    late = leg_filled(fired.group, "a", D(1)).unwrap()
    assert told(late) == [("lower", "b", "2")]
    done = leg_filled(late.group, "b", D(2)).unwrap()
    assert told(done) == []
    assert working(done.group) == ()
    assert leg_ended(done.group, "b").unwrap().instructions == ()


def test_a_late_fill_never_lowers_below_what_is_executed() -> None:
    """The other leg had filled already: what is left of it is cancelled."""
    group = oco(("a", "b"), D(5)).unwrap()
    fired = leg_triggered(group, "b").unwrap()
    most = leg_filled(fired.group, "b", D(4)).unwrap()
    late = leg_filled(most.group, "a", D(3)).unwrap()
    assert told(late) == [("cancel", "b", "1")]
    assert [str(leg.executed) for leg in late.group.legs] == ["3", "4"]


def test_a_bracket_by_hand() -> None:
    """Entry in two parts; the stop triggers: target and the rest of the entry go."""
    group = bracket(NAMES, D(5)).unwrap()
    first = leg_filled(group, "a", D(2)).unwrap()
    assert told(first) == [("start", "b", "2"), ("start", "c", "2")]
    second = leg_filled(first.group, "a", D(1)).unwrap()
    assert told(second) == [("raise", "b", "3"), ("raise", "c", "3")]
    hit = leg_filled(second.group, "c", D(1)).unwrap()
    assert told(hit) == [("lower", "b", "2")]
    fired = leg_triggered(hit.group, "b").unwrap()
    assert told(fired) == [("cancel", "c", "2"), ("cancel", "a", "2")]
    late = leg_filled(fired.group, "a", D(1)).unwrap()
    assert told(late) == [("raise", "b", "3")]
    nothing = leg_ended(group, "a").unwrap()
    assert told(nothing) == [("cancel", "b", "0"), ("cancel", "c", "0")]


def test_a_child_by_hand() -> None:
    """Full: started with what the parent executed by its end."""
    group = oto("a", "b", D(5)).unwrap()
    part = leg_filled(group, "a", D(2)).unwrap()
    assert told(part) == []
    assert told(leg_ended(part.group, "a").unwrap()) == [("start", "b", "2")]
    whole = leg_filled(part.group, "a", D(3)).unwrap()
    assert told(whole) == [("start", "b", "5")]
    assert told(leg_ended(whole.group, "b").unwrap()) == []
    gone = leg_ended(part.group, "b").unwrap()
    assert told(leg_ended(gone.group, "a").unwrap()) == []
    partial = oto("a", "b", D(5), Release.PARTIAL).unwrap()
    started = leg_filled(partial, "a", D(2)).unwrap()
    assert told(leg_ended(started.group, "a").unwrap()) == []
    assert Act.START.value == "start"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (oco(("a", "a"), D(1)), "invalid_order"),
        (oco(NAMES, D(1)), "invalid_order"),
        (ouo(("a", "b"), D(0)), "invalid_quantity"),
        (oto("a", "a", D(1)), "invalid_order"),
        (oto("a", "b", D(0)), "invalid_quantity"),
        (bracket(("a", "b", "a"), D(1)), "invalid_order"),
        (bracket(NAMES, D(-1)), "invalid_quantity"),
    ],
)
def test_groups_that_are_none(answer: object, code: str) -> None:
    """Each refusal by its smallest example."""
    assert answer.failure().code == code  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (("fill", "z", D(1)), "unknown_order"),
        (("fill", "a", D(0)), "invalid_quantity"),
        (("fill", "a", D(6)), "overfill"),
        (("fill", "b", D(1)), "invalid_transition"),
        (("trigger", "z", D(1)), "unknown_order"),
        (("trigger", "b", D(1)), "invalid_transition"),
        (("end", "z", D(1)), "unknown_order"),
    ],
)
def test_events_that_cannot_happen(event: Event, code: str) -> None:
    """The group stays as it was."""
    group = bracket(NAMES, D(5)).unwrap()
    answers = {
        "fill": lambda: leg_filled(group, event[1], event[2]),
        "trigger": lambda: leg_triggered(group, event[1]),
        "end": lambda: leg_ended(group, event[1]),
    }
    assert answers[event[0]]().failure().code == code


@pytest.mark.parametrize("side", Side)
def test_a_bracket_stands_around_its_entry(side: Side) -> None:
    """Buy: stop below, target above; sell reversed; equality is on neither side."""
    low, high = (D(95), D(110)) if side is Side.BUY else (D(110), D(95))
    assert bracket_prices(side, low, D(100), high).unwrap() is None
    for stop, target in ((high, low), (D(100), high), (low, D(100))):
        assert bracket_prices(side, stop, D(100), target).failure().code == "bracket_prices"
