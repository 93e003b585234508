"""Battles: scores against fractions, ratings against powers, and every credit accounted for."""

from decimal import Decimal
from typing import Any, TypeAlias

import pytest
from attrs import evolve as changed
from hypothesis import given
from hypothesis import strategies as st

from astracore.errors.funds import InsufficientFunds
from astracore.errors.social import (
    BattleInvalid,
    BattleState,
    ClanPermission,
    ClanState,
    RatingGap,
)
from astracore.errors.values import NumericLimit
from astracore.events.decider import replay
from astracore.ids import UserId
from astracore.instants import DAY, HOUR, Instant
from astracore.outcome import is_failure
from astracore.social.battles.battle import BATTLE
from astracore.social.battles.commands import (
    AnswerBattle,
    BattleCommand,
    CancelBattle,
    DeclareBattle,
    FinishBattle,
    JoinBattle,
    ScoreBattle,
    Side,
)
from astracore.social.battles.events import (
    BattleAccepted,
    BattleCancelled,
    BattleDeclined,
    BattleEvent,
    BattleExpired,
    BattleFinished,
    BattleScored,
)
from astracore.social.battles.joint import fought, side_of, suggestions
from astracore.social.battles.scores import (
    BattleKind,
)
from astracore.social.battles.state import PEACE, Battle, Phase, phase_at
from astracore.social.clans.clan import CLAN
from astracore.social.clans.events import Role
from astracore.social.clans.state import Clan, Member
from astracore.social.feats import CloseFeat, DayFeat, Feat, PlayMode, XpFeat
from astracore.social.ids import BattleId, ClanId

Loose: TypeAlias = Any  # facts by name
ID, RED, BLUE = BattleId("battle"), ClanId("red"), ClanId("blue")
ADA, BOB, EVE = UserId("ada"), UserId("bob"), UserId("eve")
END = Instant(24 * HOUR)


def clan(clan_id: ClanId, treasury: int = 100, rating: int = 1000, members: int = 4) -> Clan:
    """An owner and plain members."""
    people = {
        UserId(f"{clan_id}{number}"): Member(role=Role.MEMBER, since=Instant(0))
        for number in range(members)
    }
    people[UserId(f"{clan_id}0")] = Member(role=Role.OWNER, since=Instant(0))
    return Clan(clan_id=clan_id, members=people, treasury=treasury, rating=rating)


def side(clan_id: ClanId, **facts: Loose) -> Side:
    """A clan as a battle sees it."""
    plain = Side(clan_id=clan_id, role=Role.ADMIN, rating=1000, members=4, treasury=100)
    return changed(plain, **facts)


def declare(**facts: Loose) -> DeclareBattle:
    """Red challenges blue."""
    command = DeclareBattle(
        battle_id=ID,
        actor_id=ADA,
        declarer=side(RED),
        opponent=side(BLUE, role=None),
        kind=BattleKind.TRADING,
        mode=PlayMode.PRACTICE,
        stake=50,
        at=Instant(0),
    )
    return changed(command, **facts)


def answer(**facts: Loose) -> AnswerBattle:
    """Blue says yes."""
    command = AnswerBattle(
        battle_id=ID,
        actor_id=BOB,
        accept=True,
        declarer=side(RED, role=None),
        opponent=side(BLUE),
        at=Instant(0),
    )
    return changed(command, **facts)


def join(user: UserId, clan_id: ClanId, equity: int = 1000, at: int = 0) -> JoinBattle:
    """Somebody takes part."""
    return JoinBattle(
        battle_id=ID, actor_id=user, clan_id=clan_id, equity=Decimal(equity), at=Instant(at)
    )


def close(user: UserId, net: str, at: int = 1) -> ScoreBattle:
    """Somebody closed a position in practice."""
    feat = CloseFeat(net=Decimal(net), mode=PlayMode.PRACTICE)
    return ScoreBattle(battle_id=ID, user_id=user, feat=feat, at=Instant(at))


def finish(at: Instant = END, red: int = 1000, blue: int = 1000) -> FinishBattle:
    """Time is up."""
    return FinishBattle(battle_id=ID, declarer_rating=red, opponent_rating=blue, at=at)


def after(*commands: BattleCommand, battle: Battle = PEACE) -> Battle:
    """The battle when all of it was allowed."""
    for command in commands:
        battle = replay(BATTLE, BATTLE.decide(command, battle).unwrap(), battle)
    return battle


def told(command: BattleCommand, battle: Battle) -> tuple[BattleEvent, ...]:
    """What happens, when it is allowed."""
    return BATTLE.decide(command, battle).unwrap()


def refusal(command: BattleCommand, battle: Battle) -> object:
    """Why it is not allowed."""
    return BATTLE.decide(command, battle).failure()


def test_a_battle_from_challenge_to_end() -> None:
    accepted = after(declare(), answer())
    assert phase_at(accepted, Instant(0)) is Phase.ACTIVE
    battle = after(join(ADA, RED), join(BOB, BLUE), join(EVE, BLUE, at=5), battle=accepted)
    battle = after(close(ADA, "80"), close(BOB, "-10"), close(EVE, "40", at=6), battle=battle)
    assert refusal(finish(Instant(END.micros - 1)), battle) == BattleState("active")
    events = told(finish(), battle)
    assert len(events) == 1
    found = events[0]
    assert isinstance(found, BattleFinished)
    # Best four of each, the missing counted 0: (8+20+1)/4 and (0+0+1 + 4+20+1)/4.
    assert (found.declarer_score, found.opponent_score) == (Decimal("7.25"), Decimal("6.50"))
    assert (found.winner_id, found.declarer_rating, found.opponent_rating) == (RED, 1016, 984)
    assert [(one.clan_id, one.user_id, one.amount) for one in found.shares] == [
        (RED, None, 40),
        (RED, ADA, 40),
        (BLUE, None, 10),
        (BLUE, EVE, 10),
    ]
    assert {one.user_id: one.score for one in found.fighters} == {ADA: 29, BOB: 1, EVE: 25}
    over = replay(BATTLE, events, battle)
    assert refusal(finish(), over) == BattleState("finished")
    assert told(close(ADA, "5"), over) == ()
    assert refusal(join(UserId("z"), RED), over) == BattleState("finished")


def test_the_stakes_of_a_battle_go_through_both_clans() -> None:
    red, blue = clan(RED), clan(BLUE, treasury=50)
    captain, rival = UserId("red0"), UserId("blue0")
    begun = declare(
        actor_id=captain,
        declarer=side_of(red, captain, Instant(0)),
        opponent=side_of(blue, captain, Instant(0)),
    )
    battle = after(begun)
    yes = answer(
        actor_id=rival,
        declarer=side_of(red, rival, Instant(0)),
        opponent=side_of(blue, rival, Instant(0)),
    )
    started = fought(yes, battle, red, blue).unwrap()
    battle = replay(BATTLE, started.battle, battle)
    red, blue = replay(CLAN, started.declarer, red), replay(CLAN, started.opponent, blue)
    assert (red.treasury, blue.treasury) == (50, 0)
    assert side_of(red, captain, Instant(0)).foes == {BLUE}
    battle = after(join(captain, RED), close(captain, "10"), battle=battle)
    ended = fought(finish(red=red.rating, blue=blue.rating), battle, red, blue).unwrap()
    red, blue = replay(CLAN, ended.declarer, red), replay(CLAN, ended.opponent, blue)
    finished = ended.battle[0]
    assert isinstance(finished, BattleFinished)
    prizes = sum(one.amount for one in finished.shares if one.user_id is not None)
    assert red.treasury + blue.treasury + prizes == 150
    assert (red.rating, blue.rating, dict(red.battles)) == (1016, 984, {})
    assert fought(yes, battle, red, blue).failure() == BattleState("active")
    again = fought(finish(), battle, red, blue)
    assert again.failure() == ClanState("not_in_battle")
    quiet = fought(close(captain, "1"), battle, red, blue).unwrap()
    assert (quiet.declarer, quiet.opponent) == ((), ())


@given(st.lists(st.integers(-50, 50), max_size=6), st.lists(st.integers(-50, 50), max_size=6))
def test_only_events_score_and_their_order_does_not(red: list[int], blue: list[int]) -> None:
    battle = after(declare(), answer(), join(ADA, RED), join(BOB, BLUE))
    moves = [close(ADA, str(net)) for net in red] + [close(BOB, str(net)) for net in blue]
    forward = told(finish(), after(*moves, battle=battle))
    backward = told(finish(), after(*reversed(moves), battle=battle))
    assert forward == backward


def test_declaring_is_refused_in_this_order() -> None:
    broken = declare(
        declarer=side(RED, role=Role.MEMBER, rating=1501),
        opponent=side(RED, members=2, treasury=0),
        hours=0,
    )
    steps: list[tuple[dict[str, Loose], object]] = [
        ({"role": Role.ADMIN}, ClanPermission("member")),
        ({}, BattleInvalid(("hours",))),
        ({"rating": 1500}, RatingGap(501, 500)),
    ]
    command = broken
    for fix, fault in steps:
        assert refusal(command, PEACE) == fault
        if fix:
            command = changed(command, declarer=changed(command.declarer, **fix))
        else:
            command = changed(command, hours=168)
    assert refusal(command, PEACE) == BattleState("same_clan")
    command = changed(command, opponent=changed(command.opponent, clan_id=BLUE))
    assert refusal(command, PEACE) == BattleState("too_few_members")
    command = changed(command, opponent=changed(command.opponent, members=3, foes=frozenset({RED})))
    assert refusal(command, PEACE) == BattleState("in_battle")
    command = changed(command, opponent=changed(command.opponent, foes=frozenset()))
    short = InsufficientFunds("treasury/blue", "CREDIT", Decimal(0), Decimal(50))
    assert refusal(command, PEACE) == short
    assert not is_failure(BATTLE.decide(changed(command, stake=0), PEACE))
    assert refusal(declare(declarer=side(RED, role=None)), PEACE) == ClanPermission("none")
    assert refusal(declare(stake=-1, hours=169), PEACE) == BattleInvalid(("hours", "stake"))
    assert refusal(declare(), after(declare())) == BattleState("declared")
    assert refusal(answer(), PEACE) == BattleState("none")


def test_answers_and_what_ends_the_waiting() -> None:
    battle = after(declare())
    assert isinstance(told(answer(accept=False), battle)[0], BattleDeclined)
    assert refusal(answer(), after(answer(accept=False), battle=battle)) == BattleState("declined")
    assert refusal(answer(at=Instant(DAY)), battle) == BattleState("expired")
    assert isinstance(told(answer(at=Instant(DAY - 1)), battle)[0], BattleAccepted)
    weak = answer(opponent=side(BLUE, role=Role.RECRUIT))
    assert refusal(weak, battle) == ClanPermission("recruit")
    assert refusal(answer(opponent=side(RED)), battle) == ClanPermission("none")
    poor = answer(declarer=side(RED, treasury=49))
    assert isinstance(refusal(poor, battle), InsufficientFunds)
    assert refusal(finish(Instant(DAY - 1)), battle) == BattleState("declared")
    gone = told(finish(Instant(DAY)), battle)
    assert gone == (BattleExpired(battle_id=ID, at=Instant(DAY)),)
    expired = replay(BATTLE, gone, battle)
    assert refusal(finish(Instant(DAY)), expired) == BattleState("expired")
    cancel = CancelBattle(battle_id=ID, actor_id=ADA, role=Role.OWNER, at=Instant(1))
    assert isinstance(told(cancel, battle)[0], BattleCancelled)
    assert refusal(changed(cancel, role=None), battle) == ClanPermission("none")
    assert refusal(cancel, after(answer(), battle=battle)) == BattleState("active")
    assert refusal(cancel, after(cancel, battle=battle)) == BattleState("cancelled")


def test_who_may_join() -> None:
    battle = after(declare(), answer())
    assert refusal(join(ADA, ClanId("green")), battle) == ClanPermission("none")
    assert refusal(join(ADA, RED, equity=0), battle) == BattleInvalid(("equity",))
    assert refusal(join(ADA, RED, equity=-1), battle) == BattleInvalid(("equity",))
    assert refusal(join(ADA, RED, at=END.micros), battle) == BattleState("active")
    joined = after(join(ADA, RED), battle=battle)
    assert refusal(join(ADA, BLUE), joined) == BattleState("joined")
    race = after(declare(kind=BattleKind.XP), answer())
    assert not is_failure(BATTLE.decide(join(ADA, RED, equity=0), race))
    assert refusal(join(ADA, RED), after(declare())) == BattleState("declared")


@pytest.mark.parametrize(
    ("kind", "feat", "counts"),
    [
        (BattleKind.TRADING, CloseFeat(net=Decimal(1), mode=PlayMode.PRACTICE), True),
        (BattleKind.TRADING, CloseFeat(net=Decimal(1), mode=PlayMode.LIVE), False),
        (BattleKind.TRADING, XpFeat(5), False),
        (BattleKind.TRADING, DayFeat(5), False),
        (BattleKind.XP, XpFeat(5), True),
        (BattleKind.XP, XpFeat(0), False),
        (BattleKind.XP, CloseFeat(net=Decimal(1), mode=PlayMode.PRACTICE), False),
        (BattleKind.ACCURACY, CloseFeat(net=Decimal(1), mode=PlayMode.PRACTICE), True),
    ],
)
def test_what_counts(kind: BattleKind, feat: Feat, *, counts: bool) -> None:
    battle = after(declare(kind=kind), answer(), join(ADA, RED))
    command = ScoreBattle(battle_id=ID, user_id=ADA, feat=feat, at=Instant(1))
    events = told(command, battle)
    assert [type(one) for one in events] == ([BattleScored] if counts else [])
    assert told(changed(command, user_id=BOB), battle) == ()
    assert told(changed(command, at=END), battle) == ()
    assert told(changed(command, at=Instant(-1)), battle) == ()
    assert told(command, after(declare(kind=kind))) == ()


def test_a_feat_beyond_all_bounds_is_refused() -> None:
    battle = after(declare(), answer(), join(ADA, RED))
    assert refusal(close(ADA, "1E+40"), battle) == NumericLimit("feat")
    race = after(declare(kind=BattleKind.XP), answer(), join(ADA, RED))
    wild = ScoreBattle(battle_id=ID, user_id=ADA, feat=XpFeat(-1), at=Instant(1))
    assert refusal(wild, race) == NumericLimit("feat")
    assert refusal(changed(wild, feat=XpFeat(2**53)), race) == NumericLimit("feat")
    assert len(told(changed(wild, feat=XpFeat(2**53 - 1)), race)) == 1
    stray = told(close(ADA, "1"), battle)[0]
    assert BATTLE.evolve(after(declare(), answer()), stray) == after(declare(), answer())


def test_a_tie_gives_each_half_and_moves_no_rating_of_equals() -> None:
    found = told(finish(), after(declare(), answer()))[0]
    assert isinstance(found, BattleFinished)
    assert (found.winner_id, found.declarer_rating, found.opponent_rating) == (None, 1000, 1000)
    assert [(one.clan_id, one.amount) for one in found.shares] == [(RED, 50), (BLUE, 50)]
    lost = told(finish(), after(declare(), answer(), join(BOB, BLUE), close(BOB, "1")))[0]
    assert isinstance(lost, BattleFinished)
    assert lost.winner_id == BLUE


def test_a_battle_that_musters_waits_for_its_start() -> None:
    battle = after(declare(), answer())
    running = battle.running
    assert running is not None
    later = changed(battle, running=changed(running, starts_at=Instant(10)))
    assert phase_at(later, Instant(9)) is Phase.ACCEPTED
    assert phase_at(later, Instant(10)) is Phase.ACTIVE


def test_suggestions_are_of_like_rating_and_near() -> None:
    own = side(RED, foes=frozenset({ClanId("foe")}))
    others = (
        own,
        side(ClanId("foe")),
        side(ClanId("few"), members=2),
        side(ClanId("far"), rating=1201),
        side(ClanId("edge"), rating=1200),
        side(ClanId("b"), rating=990),
        side(ClanId("a"), rating=1010),
    )
    assert [one.clan_id for one in suggestions(own, others)] == ["a", "b", "edge"]
    assert side_of(Clan(), ADA, Instant(0)) == Side(
        clan_id=ClanId(""), role=None, rating=1000, members=0, treasury=0
    )
