"""Read models of copies: they say what the copy says, and keep what was not copied."""

from decimal import Decimal
from typing import Any

from astracore.bots.copying.commands import WithdrawLeader
from astracore.bots.copying.copy import COPY_DECIDER
from astracore.bots.copying.events import CopyStarted
from astracore.bots.copying.leader import LEADER
from astracore.bots.copying.sizing import SkipReason
from astracore.bots.copying.state import Copy, Listing
from astracore.catalog.examples import example
from astracore.events.decider import Decider, replay
from astracore.instants import Instant
from astracore.projections.copies import FOLLOWS, LEADERS, SKIPS
from property_tests import test_copies as copies
from property_tests.social_world import folded


def history(
    decider: Decider[Any, Any, Any, Any], state: object, commands: list[Any]
) -> tuple[list[Any], Any]:
    """The events of commands that are allowed, and the state after them."""
    log: list[Any] = []
    for command in commands:
        events = decider.decide(command, state).unwrap()
        log.extend(events)
        state = replay(decider, events, state)
    return log, state


def test_leaders_are_listed_until_they_withdraw() -> None:
    log, listed = history(LEADER, Listing(), [copies.publish()])
    row = folded(LEADERS, log)["leader"]
    assert (row.user_id, LEADERS.owner(row)) == ("bob", "bob")
    rest = WithdrawLeader(leader_id="leader", reason="rest", at=Instant(1))
    gone, _ = history(LEADER, listed, [rest])
    assert folded(LEADERS, [*log, *gone]) == {}


def test_a_follow_is_its_copy_with_what_it_came_to() -> None:
    commands = [
        copies.start(),
        copies.replicate(),
        copies.replicate({"fill_id": "small", "qty": Decimal("0.04")}),
        copies.replicate({"fill_id": "gone"}, steps=None),
        copies.change(paused=True),
        copies.stop(560),
    ]
    log, copy = history(COPY_DECIDER, Copy(), commands)
    row = folded(FOLLOWS, log)["follow"]
    assert row.copy == copy
    assert (row.copied, row.skipped) == (1, 2)
    assert row.fees == 6
    assert (FOLLOWS.owner(row), row.leader_id) == ("ada", "leader")
    skips = folded(SKIPS, log)
    assert {one.leader_fill_id: one.reason for one in skips.values()} == {
        "small": SkipReason.BELOW_MIN_QTY,
        "gone": SkipReason.SYMBOL_MISSING,
    }
    assert {SKIPS.owner(one) for one in skips.values()} == {"follow"}
    others = [shape for shape in FOLLOWS.events if shape is not CopyStarted]
    late: list[Any] = [example(shape) for shape in others]
    assert folded(FOLLOWS, late) == {}
