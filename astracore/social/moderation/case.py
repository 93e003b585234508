"""The case as a decider."""

from typing import TypeAlias, assert_never

from returns.result import Failure, Result, Success

from astracore.errors.nft import NotEligible
from astracore.errors.risk import NotPermitted
from astracore.errors.social import (
    AlreadyReported,
    CaseFault,
    CaseInvalid,
    CaseState,
)
from astracore.events.decider import Decider
from astracore.instants import Instant, after
from astracore.social.limits import Act, over_limit
from astracore.social.moderation.commands import Appeal, CaseCommand, Decide, Report
from astracore.social.moderation.events import (
    CaseAppealed,
    CaseDecided,
    CaseEvent,
    Decision,
    Reported,
)
from astracore.social.moderation.rules import (
    MODERATION,
    ModerationRules,
    Sanction,
    is_ignored,
    sanction_for,
    strikes_at,
)
from astracore.social.moderation.state import NO_CASE, Case, Stage, Subject, Verdict, evolve
from astracore.social.texts import is_text

CODE_MOST = 40
Decided: TypeAlias = Result[tuple[CaseEvent, ...], CaseFault]


def case_decider(rules: ModerationRules) -> Decider[CaseCommand, Case, CaseEvent, CaseFault]:
    """The decider under these rules."""

    def decide(command: CaseCommand, case: Case) -> Decided:
        """Errors: CaseState, CaseInvalid, AlreadyReported, SocialLimit, NotPermitted, NotEligible.

        Invariants: nobody reports one object twice; no moderator judges what is the own, nor an
        appeal against itself.
        """
        if isinstance(command, Report):
            return _reported(command, case, rules)
        subject = case.subject
        if subject is None:
            return Failure(CaseState(case.stage.value))
        match command:
            case Decide():
                return _judged(command, case, subject, rules)
            case Appeal():
                return _appealed(command, case, subject, rules)
            case _:
                assert_never(command)

    return Decider("social.case", NO_CASE, decide, evolve)


CASE = case_decider(MODERATION)


# A report of somebody who is ignored is kept, and weighs nothing.
def _reported(command: Report, case: Case, rules: ModerationRules) -> Decided:
    reporter = command.actor_id
    if reporter in case.reporters:
        return Failure(AlreadyReported(reporter))
    if case.stage not in {Stage.NONE, Stage.OPEN, Stage.CLEARED}:
        return Failure(CaseState(case.stage.value))
    if not is_text(command.reason, 1, rules.reason_most):
        return Failure(CaseInvalid(("reason",)))
    fault = over_limit(Act.REPORT, command.recent, command.at, rules.limits)
    if fault is not None:
        return Failure(fault)
    full = rules.moderator_weight if command.moderates else rules.weight
    weight = 0 if is_ignored(command.rejected, command.at, rules) else full
    total = case.total + weight
    subject = case.subject
    reported = Reported(
        case_id=command.case_id if subject is None else subject.case_id,
        object_kind=command.object_kind if subject is None else subject.object_kind,
        object_id=command.object_id if subject is None else subject.object_id,
        owner_id=command.owner_id if subject is None else subject.owner_id,
        reporter_id=reporter,
        reason=command.reason,
        weight=weight,
        total=total,
        hidden=total >= rules.hidden_from,
        at=command.at,
    )
    return Success((reported,))


def _judged(command: Decide, case: Case, subject: Subject, rules: ModerationRules) -> Decided:
    on_appeal = case.stage is Stage.APPEALED
    if case.stage not in {Stage.OPEN, Stage.APPEALED}:
        return Failure(CaseState(case.stage.value))
    if not command.moderates:
        return Failure(NotPermitted("role:moderator"))
    before = case.verdict
    if command.actor_id == subject.owner_id:
        return Failure(NotEligible("another_moderator"))
    if on_appeal and before is not None and before.moderator_id == command.actor_id:
        return Failure(NotEligible("another_moderator"))
    checks = (
        ("code", is_text(command.reason_code, 1, CODE_MOST)),
        ("note", is_text(command.note, 0, rules.reason_most)),
    )
    wrong = tuple(name for name, sound in checks if not sound)
    if wrong:
        return Failure(CaseInvalid(wrong))
    strikes, sanction, until = _sentence(command, rules)
    decided = CaseDecided(
        case_id=subject.case_id,
        object_kind=subject.object_kind,
        object_id=subject.object_id,
        owner_id=subject.owner_id,
        moderator_id=command.actor_id,
        decision=command.decision,
        reason_code=command.reason_code,
        note=command.note,
        reporters=case.pending,
        strikes=strikes,
        sanction=sanction,
        until=until,
        on_appeal=on_appeal,
        at=command.at,
    )
    return Success((decided,))


# Only removing is a strike; suspending and banning are sanctions of their own.
def _sentence(command: Decide, rules: ModerationRules) -> tuple[int, Sanction, Instant | None]:
    held = strikes_at(command.strikes, command.at, rules)
    match command.decision:
        case Decision.APPROVE:
            return held, Sanction.NONE, None
        case Decision.REMOVE:
            return held + 1, *sanction_for(held + 1, command.at, rules)
        case Decision.SUSPEND:
            return held, Sanction.SUSPENDED, after(command.at, rules.suspended_for)
        case Decision.BAN:
            return held, Sanction.BANNED, None
        case _:
            assert_never(command.decision)


def _appealed(command: Appeal, case: Case, subject: Subject, rules: ModerationRules) -> Decided:
    verdict: Verdict | None = case.verdict
    if case.stage is not Stage.DECIDED or verdict is None:
        return Failure(CaseState(case.stage.value))
    if command.actor_id != subject.owner_id:
        return Failure(NotPermitted("owner"))
    if command.at.micros - verdict.at.micros > rules.appeal_within:
        return Failure(CaseState("final"))
    if not is_text(command.text, 1, rules.reason_most):
        return Failure(CaseInvalid(("text",)))
    appealed = CaseAppealed(
        case_id=subject.case_id, owner_id=subject.owner_id, text=command.text, at=command.at
    )
    return Success((appealed,))
