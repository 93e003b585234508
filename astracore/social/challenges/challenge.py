"""The challenge as a decider."""

from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias, assert_never

from returns.result import Failure, Result, Success

from astracore.errors.social import ChallengeFault, ChallengeInvalid, ChallengeState
from astracore.errors.values import NumericLimit
from astracore.events.decider import Decider
from astracore.instants import DAY, Instant, after
from astracore.numeric import bounded, exact, from_fraction, statistic
from astracore.social.challenges.commands import (
    CancelChallenge,
    ChallengeCommand,
    CloseChallenge,
    CreateChallenge,
    JoinChallenge,
    ProgressChallenge,
)
from astracore.social.challenges.events import (
    ChallengeCancelled,
    ChallengeCompleted,
    ChallengeCreated,
    ChallengeEvent,
    ChallengeFailed,
    ChallengeJoined,
    ChallengeProgressed,
)
from astracore.social.challenges.rules import (
    CHALLENGES,
    ChallengeKind,
    ChallengeRules,
    Template,
    TemplateName,
    template_of,
)
from astracore.social.challenges.state import (
    UNSET,
    Challenge,
    Contender,
    Ending,
    Phase,
    Terms,
    evolve,
    with_feat,
)
from astracore.social.feats import NOTHING, DayFeat, Tally, XpFeat, tally_of

BOUND = 2**53
Decided: TypeAlias = Result[tuple[ChallengeEvent, ...], ChallengeFault]


def challenge_decider(
    rules: ChallengeRules,
) -> Decider[ChallengeCommand, Challenge, ChallengeEvent, ChallengeFault]:
    """The decider under these rules."""

    @exact
    def decide(command: ChallengeCommand, challenge: Challenge) -> Decided:
        """Errors: ChallengeState, ChallengeInvalid, NumericLimit."""
        if isinstance(command, CreateChallenge):
            return _created(command, challenge, rules)
        terms = challenge.terms
        if terms is None:
            return Failure(ChallengeState(challenge.phase.value))
        template = template_of(terms.template, rules)
        if template is None:
            return Failure(ChallengeState("no_template"))
        match command:
            case JoinChallenge():
                return _joined(command, challenge, terms, template, rules)
            case ProgressChallenge():
                return _progressed(command, challenge, terms, template)
            case CancelChallenge():
                return _cancelled(command, challenge, terms)
            case CloseChallenge():
                return _closed(command, challenge, terms, rules)
            case _:
                assert_never(command)

    return Decider("social.challenge", UNSET, decide, evolve)


def reached(template: Template, contender: Contender) -> Fraction:
    """What a contender has reached, in the template's measure. Without equity no return.

    Kernel: amounts beyond all bounds are a decimal signal.
    """
    tally = contender.tally
    match template.name:
        case TemplateName.DAILY_TRADES:
            return Fraction(tally.closes)
        case TemplateName.WEEKLY_RETURN:
            equity = contender.equity
            return Fraction(tally.net) / Fraction(equity) if equity > 0 else Fraction(0)
        case TemplateName.STREAK:
            return Fraction(contender.days)
        case TemplateName.XP_RACE:
            return Fraction(tally.xp)
        case TemplateName.ACCURACY:
            enough = tally.closes >= max(1, template.closes)
            return Fraction(tally.wins, tally.closes) if enough else Fraction(0)
        case _:
            assert_never(template.name)


CHALLENGE = challenge_decider(CHALLENGES)


def _created(command: CreateChallenge, challenge: Challenge, rules: ChallengeRules) -> Decided:
    if challenge.phase is not Phase.NONE:
        return Failure(ChallengeState(challenge.phase.value))
    template = template_of(command.template, rules)
    friend, duel = command.friend_id, command.kind is ChallengeKind.DUEL
    paired = friend is not None and friend != command.actor_id and command.are_friends
    checks = (
        ("template", template is not None),
        ("friend_id", paired if duel else friend is None),
        ("equity", _is_equity(command.equity, command.template)),
    )
    wrong = tuple(name for name, sound in checks if not sound)
    if wrong or template is None:
        return Failure(ChallengeInvalid(wrong))
    alone = command.kind is ChallengeKind.SOLO
    created = ChallengeCreated(
        challenge_id=command.challenge_id,
        user_id=command.actor_id,
        template=command.template,
        kind=command.kind,
        mode=command.mode,
        friend_id=friend,
        equity=command.equity,
        due_at=after(command.at, template.days * DAY) if alone else None,
        at=command.at,
    )
    return Success((created,))


def _joined(
    command: JoinChallenge,
    challenge: Challenge,
    terms: Terms,
    template: Template,
    rules: ChallengeRules,
) -> Decided:
    refusal = _unjoinable(command, challenge, terms, rules)
    if refusal is not None:
        return Failure(refusal)
    if not _is_equity(command.equity, terms.template):
        return Failure(ChallengeInvalid(("equity",)))
    due = challenge.due_at
    joined = ChallengeJoined(
        challenge_id=terms.challenge_id,
        user_id=command.actor_id,
        equity=command.equity,
        due_at=after(command.at, template.days * DAY) if due is None else due,
        at=command.at,
    )
    return Success((joined,))


def _unjoinable(
    command: JoinChallenge, challenge: Challenge, terms: Terms, rules: ChallengeRules
) -> ChallengeState | None:
    if challenge.phase not in {Phase.PENDING, Phase.ACTIVE} or _is_due(challenge, command.at):
        return ChallengeState(challenge.phase.value)
    if command.actor_id in challenge.contenders:
        return ChallengeState("joined")
    match terms.kind:
        case ChallengeKind.SOLO:
            return ChallengeState("solo")
        case ChallengeKind.DUEL:
            return None if command.actor_id == terms.friend_id else ChallengeState("not_invited")
        case ChallengeKind.OPEN:
            full = len(challenge.contenders) >= rules.open_most
            return ChallengeState("full") if full else None
        case _:
            assert_never(terms.kind)


# What does not concern this challenge changes nothing: policies tell of everything people do.
def _progressed(
    command: ProgressChallenge, challenge: Challenge, terms: Terms, template: Template
) -> Decided:
    contender = challenge.contenders.get(command.user_id)
    if contender is None or not _counts(challenge, contender, terms, command.at):
        return Success(())
    feat = command.feat
    day, more = None, NOTHING
    if isinstance(feat, DayFeat):
        last = contender.last_day
        day = feat.day if last is None or feat.day > last else None
    else:
        more = tally_of(feat, terms.mode)
    if not _concerns(template.name, command, day, more):
        return Success(())
    if not bounded(more.net) or not 0 <= more.xp < BOUND:
        return Failure(NumericLimit("feat"))
    return Success(_events(command, with_feat(contender, more, day), terms, template, more, day))


def _events(
    command: ProgressChallenge,
    contender: Contender,
    terms: Terms,
    template: Template,
    more: Tally,
    day: int | None,
) -> tuple[ChallengeEvent, ...]:
    progress = reached(template, contender)
    progressed = ChallengeProgressed(
        challenge_id=terms.challenge_id,
        user_id=command.user_id,
        template=terms.template,
        closes=more.closes,
        wins=more.wins,
        net=more.net,
        xp=more.xp,
        day=day,
        progress=statistic(from_fraction(progress)),
        at=command.at,
    )
    if progress < template.target:
        return (progressed,)
    completed = ChallengeCompleted(
        challenge_id=terms.challenge_id,
        user_id=command.user_id,
        template=terms.template,
        xp=template.xp,
        at=command.at,
    )
    return (progressed, completed)


def _cancelled(command: CancelChallenge, challenge: Challenge, terms: Terms) -> Decided:
    if challenge.phase is not Phase.PENDING:
        return Failure(ChallengeState(challenge.phase.value))
    if command.actor_id != terms.user_id:
        return Failure(ChallengeState("not_own"))
    return Success((_gone(terms, command.at),))


# The loser of a duel is told only at a later instant, so that the same instant can tie.
def _closed(
    command: CloseChallenge, challenge: Challenge, terms: Terms, rules: ChallengeRules
) -> Decided:
    at = command.at.micros
    if challenge.phase is Phase.PENDING and at >= terms.since.micros + rules.pending_for:
        return Success((_gone(terms, command.at),))
    met = challenge.met_at
    won = terms.kind is ChallengeKind.DUEL and met is not None and at > met.micros
    if challenge.phase is not Phase.ACTIVE or not (won or _is_due(challenge, command.at)):
        return Failure(ChallengeState(challenge.phase.value))
    return Success(
        tuple(
            ChallengeFailed(
                challenge_id=terms.challenge_id,
                user_id=user,
                template=terms.template,
                at=command.at,
            )
            for user, one in sorted(challenge.contenders.items())
            if one.ending is Ending.OPEN
        )
    )


def _gone(terms: Terms, at: Instant) -> ChallengeCancelled:
    return ChallengeCancelled(challenge_id=terms.challenge_id, user_id=terms.user_id, at=at)


def _counts(challenge: Challenge, contender: Contender, terms: Terms, at: Instant) -> bool:
    if challenge.phase is not Phase.ACTIVE or contender.ending is not Ending.OPEN:
        return False
    if at.micros < contender.since.micros or _is_due(challenge, at):
        return False
    met = challenge.met_at
    return terms.kind is not ChallengeKind.DUEL or met is None or at.micros == met.micros


def _concerns(name: TemplateName, command: ProgressChallenge, day: int | None, more: Tally) -> bool:
    match name:
        case TemplateName.STREAK:
            return day is not None
        case TemplateName.XP_RACE:
            return isinstance(command.feat, XpFeat) and more != NOTHING
        case TemplateName.DAILY_TRADES | TemplateName.WEEKLY_RETURN | TemplateName.ACCURACY:
            return more.closes == 1
        case _:
            assert_never(name)


def _is_due(challenge: Challenge, at: Instant) -> bool:
    return challenge.due_at is not None and at.micros >= challenge.due_at.micros


def _is_equity(equity: Decimal, name: TemplateName) -> bool:
    if not bounded(equity) or equity < 0:
        return False
    return equity > 0 or name is not TemplateName.WEEKLY_RETURN
