"""Challenges: met by events alone, in time, by the first; the same instant ties."""

from decimal import Decimal
from typing import Any, TypeAlias

import pytest
from attrs import evolve as changed
from hypothesis import given
from hypothesis import strategies as st

from astracore.errors.social import ChallengeInvalid, ChallengeState
from astracore.errors.values import NumericLimit
from astracore.events.decider import replay
from astracore.ids import UserId
from astracore.instants import DAY, Instant
from astracore.social.challenges.challenge import CHALLENGE, challenge_decider
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
    ChallengeEvent,
    ChallengeFailed,
    ChallengeProgressed,
)
from astracore.social.challenges.rules import (
    TEMPLATES,
    ChallengeKind,
    ChallengeRules,
    TemplateName,
)
from astracore.social.challenges.state import UNSET, Challenge, Ending, Phase
from astracore.social.feats import CloseFeat, DayFeat, Feat, PlayMode, XpFeat
from astracore.social.ids import ChallengeId

Loose: TypeAlias = Any  # facts by name
ID = ChallengeId("challenge")
ADA, BOB, EVE = UserId("ada"), UserId("bob"), UserId("eve")


def create(template: TemplateName = TemplateName.DAILY_TRADES, **facts: Loose) -> CreateChallenge:
    """ADA sets a challenge, alone unless said otherwise."""
    command = CreateChallenge(
        challenge_id=ID,
        actor_id=ADA,
        template=template,
        kind=ChallengeKind.SOLO,
        mode=PlayMode.PRACTICE,
        equity=Decimal(1000),
        at=Instant(0),
    )
    return changed(command, **facts)


DUEL: dict[str, Loose] = {"kind": ChallengeKind.DUEL, "friend_id": BOB, "are_friends": True}
OPEN: dict[str, Loose] = {"kind": ChallengeKind.OPEN}


def join(user: UserId = BOB, at: int = 0, equity: int = 1000) -> JoinChallenge:
    """Somebody takes part."""
    return JoinChallenge(challenge_id=ID, actor_id=user, equity=Decimal(equity), at=Instant(at))


def did(feat: Feat, user: UserId = ADA, at: int = 1) -> ProgressChallenge:
    """Somebody did something."""
    return ProgressChallenge(challenge_id=ID, user_id=user, feat=feat, at=Instant(at))


def close(net: str = "1", mode: PlayMode = PlayMode.PRACTICE) -> CloseFeat:
    """A qualifying close."""
    return CloseFeat(net=Decimal(net), mode=mode)


def due(at: int) -> CloseChallenge:
    """The job looks at it."""
    return CloseChallenge(challenge_id=ID, at=Instant(at))


def after(*commands: ChallengeCommand, challenge: Challenge = UNSET) -> Challenge:
    """The challenge when all of it was allowed."""
    for command in commands:
        challenge = replay(CHALLENGE, told(command, challenge), challenge)
    return challenge


def told(command: ChallengeCommand, challenge: Challenge) -> tuple[ChallengeEvent, ...]:
    """What happens, when it is allowed."""
    return CHALLENGE.decide(command, challenge).unwrap()


def refusal(command: ChallengeCommand, challenge: Challenge) -> object:
    """Why it is not allowed."""
    return CHALLENGE.decide(command, challenge).failure()


def kinds(events: tuple[ChallengeEvent, ...]) -> list[type]:
    """What happened, without figures."""
    return [type(one) for one in events]


def test_the_templates_are_those_that_were_published() -> None:
    assert [(one.name.value, str(one.target), one.days, one.xp) for one in TEMPLATES] == [
        ("daily_trades", "5", 1, 50),
        ("weekly_return", "1/20", 7, 150),
        ("streak", "7", 14, 150),
        ("xp_race", "1000", 30, 200),
        ("accuracy", "7/10", 7, 200),
    ]


@pytest.mark.parametrize(
    ("template", "feats", "last"),
    [
        (TemplateName.DAILY_TRADES, [close()] * 4, close("-5")),
        (TemplateName.WEEKLY_RETURN, [close("30"), close("-20"), close("39.99")], close("0.01")),
        (TemplateName.STREAK, [DayFeat(day) for day in range(6)], DayFeat(9)),
        (TemplateName.XP_RACE, [XpFeat(500), XpFeat(499)], XpFeat(1)),
        (TemplateName.ACCURACY, [close()] * 7 + [close("-1")] * 2, close("0")),
    ],
)
def test_each_template_is_met_by_its_own_feats(
    template: TemplateName, feats: list[Feat], last: Feat
) -> None:
    challenge = after(create(template))
    for feat in feats:
        events = told(did(feat), challenge)
        assert kinds(events) == [ChallengeProgressed]
        challenge = replay(CHALLENGE, events, challenge)
    events = told(did(last), challenge)
    assert kinds(events) == [ChallengeProgressed, ChallengeCompleted]
    done = replay(CHALLENGE, events, challenge)
    assert (done.phase, done.contenders[ADA].ending) == (Phase.OVER, Ending.COMPLETED)
    assert told(did(last), done) == ()
    assert refusal(due(99 * DAY), done) == ChallengeState("over")


@given(st.lists(st.sampled_from(["1", "-1", "0"]), min_size=1, max_size=14))
def test_accuracy_needs_seven_of_ten(nets: list[str]) -> None:
    challenge = after(create(TemplateName.ACCURACY))
    met = None
    for number in range(1, len(nets) + 1):
        wins = sum(net == "1" for net in nets[:number])
        if met is None and number >= 10 and 10 * wins >= 7 * number:
            met = number
    for net in nets:
        challenge = replay(CHALLENGE, told(did(close(net)), challenge), challenge)
    assert (challenge.phase is Phase.OVER) is (met is not None)
    assert challenge.contenders[ADA].tally.closes == (len(nets) if met is None else met)


@pytest.mark.parametrize(
    ("template", "feat"),
    [
        (TemplateName.DAILY_TRADES, close(mode=PlayMode.LIVE)),
        (TemplateName.DAILY_TRADES, XpFeat(5)),
        (TemplateName.DAILY_TRADES, DayFeat(5)),
        (TemplateName.STREAK, close()),
        (TemplateName.XP_RACE, close()),
        (TemplateName.XP_RACE, XpFeat(0)),
    ],
)
def test_what_does_not_count(template: TemplateName, feat: Feat) -> None:
    assert told(did(feat), after(create(template))) == ()


def test_a_day_counts_once_and_never_backwards() -> None:
    challenge = after(create(TemplateName.STREAK), did(DayFeat(4)))
    assert told(did(DayFeat(4)), challenge) == told(did(DayFeat(3)), challenge) == ()
    assert challenge.contenders[ADA].days == 1


def test_only_what_happens_in_time_counts() -> None:
    challenge = after(create())
    assert told(did(close(), at=-1), challenge) == told(did(close(), at=DAY), challenge) == ()
    assert told(did(close(), user=BOB), challenge) == ()
    assert refusal(due(DAY - 1), challenge) == ChallengeState("active")
    failed = told(due(DAY), challenge)
    assert kinds(failed) == [ChallengeFailed]
    over = replay(CHALLENGE, failed, challenge)
    assert (over.phase, over.contenders[ADA].ending) == (Phase.OVER, Ending.FAILED)


def test_a_duel_begins_when_the_friend_joins_and_the_first_wins() -> None:
    waiting = after(create(**DUEL))
    assert waiting.phase is Phase.PENDING
    assert told(did(close()), waiting) == ()
    assert refusal(join(EVE), waiting) == ChallengeState("not_invited")
    running = after(join(at=5), challenge=waiting)
    assert (running.phase, running.due_at) == (Phase.ACTIVE, Instant(5 + DAY))
    assert refusal(join(ADA), running) == ChallengeState("joined")
    running = after(*[did(close(), user, 10) for user in (ADA, BOB)] * 4, challenge=running)
    won = after(did(close(), ADA, 20), challenge=running)
    assert won.met_at == Instant(20)
    assert told(did(close(), BOB, 21), won) == ()
    assert refusal(due(20), won) == ChallengeState("active")
    lost = told(due(21), won)
    assert [(type(one), one.user_id) for one in lost] == [(ChallengeFailed, BOB)]
    tied = after(did(close(), BOB, 20), challenge=won)
    assert {one.ending for one in tied.contenders.values()} == {Ending.COMPLETED}
    assert (tied.phase, tied.met_at) == (Phase.OVER, Instant(20))


def test_an_open_challenge_is_won_by_everybody_who_meets_it() -> None:
    challenge = after(create(**OPEN), join(BOB, 1), join(EVE, 2))
    assert challenge.due_at == Instant(1 + DAY)
    for user in (EVE, ADA):
        challenge = after(*[did(close(), user, 10)] * 5, challenge=challenge)
    assert challenge.phase is Phase.ACTIVE
    assert refusal(due(DAY), challenge) == ChallengeState("active")
    closed = told(due(1 + DAY), challenge)
    assert [(type(one), one.user_id) for one in closed] == [(ChallengeFailed, BOB)]
    late = join(UserId("z"), 1 + DAY)
    assert refusal(late, challenge) == ChallengeState("active")


def test_an_open_challenge_has_fifty_places() -> None:
    challenge = after(create(**OPEN), *[join(UserId(f"u{number}")) for number in range(49)])
    assert refusal(join(EVE), challenge) == ChallengeState("full")


def test_taking_back() -> None:
    cancel = CancelChallenge(challenge_id=ID, actor_id=ADA, at=Instant(1))
    waiting = after(create(**DUEL))
    assert kinds(told(cancel, waiting)) == [ChallengeCancelled]
    assert refusal(changed(cancel, actor_id=BOB), waiting) == ChallengeState("not_own")
    assert refusal(cancel, after(create())) == ChallengeState("active")
    gone = after(cancel, challenge=waiting)
    assert refusal(join(), gone) == ChallengeState("cancelled")
    assert refusal(due(7 * DAY - 1), waiting) == ChallengeState("pending")
    assert kinds(told(due(7 * DAY), waiting)) == [ChallengeCancelled]


def test_forms_name_all_their_faults() -> None:
    wrong = create(TemplateName.WEEKLY_RETURN, equity=Decimal(0), friend_id=BOB)
    assert refusal(wrong, UNSET) == ChallengeInvalid(("friend_id", "equity"))
    assert refusal(create(equity=Decimal(-1)), UNSET) == ChallengeInvalid(("equity",))
    assert refusal(create(equity=Decimal("NaN")), UNSET) == ChallengeInvalid(("equity",))
    wrongs: list[dict[str, Loose]] = [
        {"friend_id": None},
        {"friend_id": ADA},
        {"are_friends": False},
    ]
    for facts in wrongs:
        duel = create(**{**DUEL, **facts})
        assert refusal(duel, UNSET) == ChallengeInvalid(("friend_id",))
    assert refusal(create(), after(create())) == ChallengeState("active")
    assert refusal(join(), UNSET) == ChallengeState("none")
    assert refusal(join(), after(create())) == ChallengeState("solo")
    race = after(create(TemplateName.WEEKLY_RETURN, **DUEL))
    assert refusal(join(equity=0), race) == ChallengeInvalid(("equity",))


def test_a_template_that_the_rules_drop_is_no_longer_counted() -> None:
    bare = challenge_decider(ChallengeRules(templates=()))
    assert bare.decide(create(), UNSET).failure() == ChallengeInvalid(("template",))
    assert bare.decide(did(close()), after(create())).failure() == ChallengeState("no_template")


def test_feats_beyond_all_bounds_are_refused() -> None:
    assert refusal(did(close("1E+40")), after(create())) == NumericLimit("feat")
    race = after(create(TemplateName.XP_RACE))
    for wild in (-1, 2**53):
        assert refusal(did(XpFeat(wild)), race) == NumericLimit("feat")
    assert kinds(told(did(XpFeat(2**53 - 1)), race)) == [ChallengeProgressed, ChallengeCompleted]
    small = after(create(TemplateName.WEEKLY_RETURN, equity=Decimal("0.5")))
    assert kinds(told(did(close("0.025")), small)) == [ChallengeProgressed, ChallengeCompleted]
    broke = changed(race, contenders={ADA: changed(race.contenders[ADA], equity=Decimal(0))})
    poor = changed(after(create(TemplateName.WEEKLY_RETURN)), contenders=broke.contenders)
    progressed = told(did(close()), poor)[0]
    assert isinstance(progressed, ChallengeProgressed)
    assert progressed.progress == 0


def test_events_of_strangers_fold_to_nothing() -> None:
    stray = told(did(close()), after(create()))[0]
    gone = told(due(DAY), after(create()))[0]
    empty = changed(after(create()), contenders={})
    assert CHALLENGE.evolve(empty, stray) == empty
    assert CHALLENGE.evolve(empty, gone) == empty
