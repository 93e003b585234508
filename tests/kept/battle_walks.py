"""Walks through battles of two clans, from the challenge to the end."""

# ruff: noqa: FBT003 - of what is drawn, much is true or false

from attrs import evolve

from astracore.ids import UserId
from astracore.instants import DAY, HOUR, MINUTE, Instant
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
)
from astracore.social.battles.joint import fought, side_of
from astracore.social.battles.scores import BattleKind
from astracore.social.clans.clan import CLAN
from astracore.social.clans.commands import (
    Donate,
    JoinClan,
)
from astracore.social.clans.events import JoinPolicy, Role
from astracore.social.clans.state import Clan
from astracore.social.feats import PlayMode
from astracore.social.ids import BattleId, ClanId
from tests.kept.social_walks import ADA, ALL, APEX, BOB, NOVA, D, feat, founded
from tests.kept.telling import Tale
from tests.kept.walking import Dice, Loose


def battles(*seeds: int) -> str:
    """Battles of two clans from the challenge to the end, all three streams together."""
    tale = Tale()
    for seed in seeds:
        d = Dice(seed, (0, 0, 0, MINUTE, MINUTE, HOUR))
        for name, people in ((NOVA, ALL), (APEX, tuple(UserId(f"x{n}") for n in range(4)))):
            build(tale, d, name, people)
        for place in range(40):
            d.wait()
            if place == 36:
                d.now = Instant(d.now.micros + 7 * DAY)
            fight(tale, d, place)
        tale.stand()
        tale.states.clear()
    return tale.text()


def build(tale: Tale, d: Dice, name: ClanId, people: tuple[UserId, ...]) -> None:
    """An open clan of four with a treasury."""
    form = evolve(
        founded(Dice(1)),
        clan_id=name,
        actor_id=people[0],
        level=5,
        name="Nova",
        tag="NV",
        description="d",
        policy=JoinPolicy.OPEN,
        colour="#00ff00",
        emblem="star",
        at=d.now,
    )
    joins = [JoinClan(clan_id=name, actor_id=one, at=d.now) for one in people[1:]]
    gift = Donate(clan_id=name, actor_id=people[0], amount=100, balance=100, at=d.now)
    tale.ask(CLAN, name, form, *joins, gift)


def fight(tale: Tale, d: Dice, place: int) -> None:
    own, other = tale.state(CLAN, NOVA), tale.state(CLAN, APEX)
    named: dict[str, Loose] = {"battle_id": BattleId("b"), "at": d.now}
    sides: dict[str, Loose] = {
        "declarer": side_of(own, ADA, d.now),
        "opponent": side_of(other, UserId("x0"), d.now),
    }
    foe = evolve(sides["opponent"], rating=d.odd(1000, 1000, 1500, 1501), members=d.odd(4, 4, 4, 2))
    declare = DeclareBattle(
        **named,
        actor_id=d.odd(ADA, ADA, ADA, BOB),
        declarer=sides["declarer"],
        opponent=foe,
        kind=d.one(*BattleKind),
        mode=PlayMode.PRACTICE,
        hours=d.odd(1, 24, 24, 168, 169, 0),
        stake=d.odd(0, 10, 51, 101, -1),
    )
    answer = AnswerBattle(
        **named, actor_id=UserId("x0"), accept=d.odd(True, True, True, False), **sides
    )
    side, user = d.one((NOVA, d.one(*ALL)), (APEX, UserId(f"x{d.random.randrange(4)}")))
    join = JoinBattle(
        **named, actor_id=user, clan_id=d.one(side, side, NOVA), equity=D(d.odd("100", "50", "0"))
    )
    fighter = d.one(*sorted(tale.state(BATTLE, "b").entries), user)
    score = ScoreBattle(**named, user_id=fighter, feat=feat(d))
    finish = FinishBattle(**named, declarer_rating=own.rating, opponent_rating=other.rating)
    cancel = CancelBattle(**named, actor_id=ADA, role=d.odd(Role.OWNER, Role.MEMBER, None))
    later = (join, join, join, score, score, score, score, score, score, finish)
    command = d.one(declare, declare, answer, cancel) if place < 5 else d.one(*later, answer)
    if 4 < place < 7 and tale.state(BATTLE, "b").running is None:
        command = (declare, answer)[place - 5]
    told(tale, command, own, other)


def told(tale: Tale, command: BattleCommand, own: Clan, other: Clan) -> None:
    """What the battle and both clans answer."""
    tale.lines.append(f"< {type(command).__name__}")
    made = fought(command, tale.state(BATTLE, "b"), own, other)
    if is_failure(made):
        tale.answer("fought", made)
        return
    tale.tell(BATTLE, "b", made.unwrap().battle)
    tale.tell(CLAN, NOVA, made.unwrap().declarer)
    tale.tell(CLAN, APEX, made.unwrap().opponent)


WALKS = {"battles": lambda: battles(*range(1, 11))}
