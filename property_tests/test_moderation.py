"""Moderation: one report each, weights, strikes by windows, one appeal to somebody else."""

from typing import Any, TypeAlias

import pytest
from attrs import evolve as changed
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.errors.nft import NotEligible
from astracore.errors.risk import NotPermitted
from astracore.errors.social import (
    AlreadyReported,
    CaseInvalid,
    CaseState,
    SocialLimit,
)
from astracore.events.decider import replay
from astracore.ids import UserId
from astracore.instants import DAY, Instant
from astracore.outcome import is_failure
from astracore.social.ids import CaseId
from astracore.social.moderation.case import CASE
from astracore.social.moderation.commands import Appeal, CaseCommand, Decide, Report
from astracore.social.moderation.events import (
    CaseAppealed,
    CaseDecided,
    CaseEvent,
    Decision,
    ObjectKind,
    Reported,
)
from astracore.social.moderation.rules import Sanction, is_ignored, sanction_for, strikes_at
from astracore.social.moderation.state import NO_CASE, Case, Stage

Loose: TypeAlias = Any  # facts by name
ID = CaseId("case")
OWNER, JUDGE, OTHER = UserId("owner"), UserId("judge"), UserId("other")
NOW = Instant(1000 * DAY)
WEEK = Instant(NOW.micros + 7 * DAY)


def report(user: str = "ada", **facts: Loose) -> Report:
    """Somebody reports OWNER's post."""
    command = Report(
        case_id=ID,
        object_kind=ObjectKind.CONTENT,
        object_id="content",
        owner_id=OWNER,
        actor_id=UserId(user),
        moderates=False,
        reason="spam",
        rejected=(),
        recent=(),
        at=NOW,
    )
    return changed(command, **facts)


def decide(decision: Decision = Decision.REMOVE, **facts: Loose) -> Decide:
    """JUDGE decides."""
    command = Decide(
        case_id=ID,
        actor_id=JUDGE,
        moderates=True,
        decision=decision,
        reason_code="spam",
        note="",
        strikes=(),
        at=NOW,
    )
    return changed(command, **facts)


def appeal(**facts: Loose) -> Appeal:
    """OWNER asks again."""
    return changed(Appeal(case_id=ID, actor_id=OWNER, text="it is not", at=NOW), **facts)


def after(*commands: CaseCommand, case: Case = NO_CASE) -> Case:
    """The case when all of it was allowed."""
    for command in commands:
        case = replay(CASE, told(command, case), case)
    return case


def told(command: CaseCommand, case: Case) -> tuple[CaseEvent, ...]:
    """What happens, when it is allowed."""
    return CASE.decide(command, case).unwrap()


def judged(command: Decide, case: Case) -> CaseDecided:
    """The decision."""
    found = told(command, case)[0]
    assert isinstance(found, CaseDecided)
    return found


def refusal(command: CaseCommand, case: Case) -> object:
    """Why it is not allowed."""
    return CASE.decide(command, case).failure()


@given(st.lists(st.tuples(st.integers(0, 6), st.booleans(), st.booleans()), max_size=12))
@example([(0, False, False), (1, False, False), (2, False, False)])
@example([(0, True, False)])
@example([(0, True, True)])
def test_reports_weigh_until_it_is_hidden(found: list[tuple[int, bool, bool]]) -> None:
    case, total, seen = NO_CASE, 0, set()
    for user, moderates, ignored in found:
        rejected = (NOW,) * 5 if ignored else ()
        command = report(f"u{user}", moderates=moderates, rejected=rejected)
        if user in seen:
            assert refusal(command, case) == AlreadyReported(f"u{user}")
            continue
        seen.add(user)
        weight = 0 if ignored else 3 if moderates else 1
        total += weight
        events = told(command, case)
        reported = events[0]
        assert isinstance(reported, Reported)
        assert (reported.weight, reported.total, reported.hidden) == (weight, total, total >= 3)
        case = replay(CASE, events, case)


days = st.lists(st.integers(900, 1010), max_size=9)


@given(days)
@example([970, 975, 980, 985, 999])
@example([971, 975, 980, 985, 1001])
def test_five_rejections_in_a_month_are_a_month_of_silence(found: list[int]) -> None:
    rejected = tuple(Instant(day * DAY) for day in found)
    past = sorted(day for day in found if day <= 1000)
    expected = any(
        past[place] - past[place - 4] < 30 and 1000 - past[place] < 30
        for place in range(4, len(past))
    )
    assert is_ignored(rejected, NOW) is expected


@given(days)
@example([910, 911, 999])
def test_strikes_count_for_ninety_days(found: list[int]) -> None:
    strikes = tuple(Instant(day * DAY) for day in found)
    held = strikes_at(strikes, NOW)
    assert held == sum(day > 910 for day in found)
    case = after(report())
    decided = judged(decide(strikes=strikes), case)
    assert decided.strikes == held + 1
    expected = {True: (Sanction.NONE, None)}.get(
        held + 1 < 3, (Sanction.SUSPENDED, WEEK) if held + 1 < 5 else (Sanction.BANNED, None)
    )
    assert (decided.sanction, decided.until) == expected == sanction_for(held + 1, NOW)


def test_each_decision_has_its_consequence() -> None:
    case = after(report(), report("bob"))
    held = (NOW,) * 2
    table = {
        Decision.APPROVE: (2, Sanction.NONE, None),
        Decision.REMOVE: (3, Sanction.SUSPENDED, WEEK),
        Decision.SUSPEND: (2, Sanction.SUSPENDED, WEEK),
        Decision.BAN: (2, Sanction.BANNED, None),
    }
    for decision, expected in table.items():
        found = judged(decide(decision, strikes=held), case)
        assert (found.strikes, found.sanction, found.until) == expected
        assert (found.reporters, found.on_appeal) == (("ada", "bob"), False)


def test_what_was_approved_may_be_reported_by_others_anew() -> None:
    cleared = after(report(), report("bob"), decide(Decision.APPROVE))
    assert (cleared.stage, cleared.total) == (Stage.CLEARED, 0)
    assert refusal(report(), cleared) == AlreadyReported("ada")
    again = told(report("eve", object_id="else", case_id=CaseId("x")), cleared)[0]
    assert isinstance(again, Reported)
    assert (again.total, again.object_id, again.case_id) == (1, "content", ID)
    assert refusal(decide(), cleared) == CaseState("cleared")


def test_no_moderator_judges_what_is_the_own() -> None:
    case = after(report())
    for decision in Decision:
        own = decide(decision, actor_id=OWNER)
        assert refusal(own, case) == NotEligible("another_moderator")
    appealed = after(report(), decide(), appeal())
    assert refusal(decide(actor_id=OWNER), appealed) == NotEligible("another_moderator")
    assert judged(decide(actor_id=OTHER), appealed).on_appeal


def test_one_appeal_in_two_weeks_to_somebody_else() -> None:
    case = after(report(), decide())
    last = Instant(NOW.micros + 14 * DAY)
    assert refusal(appeal(actor_id=OTHER), case) == NotPermitted("owner")
    assert refusal(appeal(at=Instant(last.micros + 1)), case) == CaseState("final")
    assert refusal(appeal(text=""), case) == CaseInvalid(("text",))
    asked = told(appeal(at=last), case)
    assert [type(one) for one in asked] == [CaseAppealed]
    appealed = replay(CASE, asked, case)
    assert refusal(decide(), appealed) == NotEligible("another_moderator")
    assert refusal(appeal(), appealed) == CaseState("appealed")
    final = judged(decide(Decision.APPROVE, actor_id=OTHER), appealed)
    assert (final.on_appeal, final.strikes, final.sanction) == (True, 0, Sanction.NONE)
    closed = replay(CASE, (final,), appealed)
    assert closed.stage is Stage.CLOSED
    for command in (report("eve"), decide(), appeal()):
        assert refusal(command, closed) == CaseState("closed")


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        (report("bob", reason=""), CaseInvalid(("reason",))),
        (report("bob", reason="x" * 501), CaseInvalid(("reason",))),
        (report("bob", recent=(NOW,) * 10), SocialLimit("report", 10)),
        (decide(moderates=False), NotPermitted("role:moderator")),
        (decide(reason_code="", note="\x00"), CaseInvalid(("code", "note"))),
        (appeal(), CaseState("open")),
    ],
)
def test_what_may_not_be_done(command: CaseCommand, fault: object) -> None:
    assert refusal(command, after(report())) == fault


def test_a_case_begins_with_a_report() -> None:
    assert refusal(decide(), NO_CASE) == CaseState("none")
    assert refusal(report("bob"), after(report(), decide())) == CaseState("decided")
    assert not is_failure(CASE.decide(report(recent=(NOW,) * 9), NO_CASE))
