"""Clans: one owner, nobody orphaned or in two, room for all, and a treasury with two sides."""

from collections.abc import Callable
from decimal import Decimal
from math import isqrt

import pytest
from attrs import evolve as changed
from hypothesis import given
from hypothesis import strategies as st

from astracore.errors.funds import InsufficientFunds
from astracore.errors.social import (
    ClanFull,
    ClanInvalid,
    ClanPermission,
    ClanState,
    OwnerMustTransfer,
    SocialLimit,
)
from astracore.events.decider import replay
from astracore.ids import UserId
from astracore.instants import DAY, Instant
from astracore.outcome import is_failure
from astracore.social.clans.clan import CLAN, standing_of
from astracore.social.clans.commands import (
    AnswerJoin,
    ClanCommand,
    Contribute,
    CreateClan,
    Donate,
    EditClan,
    EndClan,
    InviteToClan,
    JoinClan,
    KickMember,
    LeaveClan,
    RequestJoin,
    SetRole,
    SettleClan,
    SpendTreasury,
    StakeClan,
    TransferClan,
)
from astracore.social.clans.events import (
    ClanContributed,
    ClanEnded,
    ClanJoined,
    ClanLeft,
    ClanTransferred,
    JoinPolicy,
    Role,
)
from astracore.social.clans.rules import clan_level, clan_size, contribution_of
from astracore.social.clans.state import Clan, Member, heir_of, owner_of, role_at
from astracore.social.ids import BattleId, ClanId

NOVA = ClanId("nova")
USERS = [UserId(f"u{number}") for number in range(5)]
OWNER, ADMIN, MEMBER, RECRUIT, OTHER = USERS
WEEK = 7 * DAY


def found(clan_id: ClanId = NOVA, actor: UserId = OWNER, at: int = 0) -> CreateClan:
    """A clan named after its id."""
    return CreateClan(
        clan_id=clan_id,
        actor_id=actor,
        level=5,
        name=f"Clan {clan_id}",
        tag=clan_id[:5],
        description="",
        policy=JoinPolicy.OPEN,
        colour="#00ff88",
        emblem="star",
        at=Instant(at),
    )


def staffed(policy: JoinPolicy = JoinPolicy.OPEN) -> Clan:
    """One of each role, since the beginning."""
    roles = zip(USERS[:4], (Role.OWNER, Role.ADMIN, Role.MEMBER, Role.RECRUIT), strict=True)
    members = {user: Member(role=role, since=Instant(0)) for user, role in roles}
    return Clan(clan_id=NOVA, name="Nova", tag="NOVA", policy=policy, members=members, treasury=50)


def after(clan: Clan, *commands: ClanCommand) -> Clan:
    """The clan when all of it was allowed."""
    for command in commands:
        clan = replay(CLAN, CLAN.decide(command, clan).unwrap(), clan)
    return clan


def refusal(command: ClanCommand, clan: Clan) -> object:
    """Why it is not allowed."""
    return CLAN.decide(command, clan).failure()


@given(st.integers(-10, 10**9))
def test_level_and_size_follow_the_contribution(contribution: int) -> None:
    level = clan_level(contribution)
    assert 1000 * (level - 1) ** 2 <= max(0, contribution) < 1000 * level**2
    assert clan_size(level) == min(200, 40 + 10 * level)
    assert contribution_of(contribution) == max(0, contribution) // 10
    assert isqrt(max(0, contribution) // 1000) + 1 == level


SOON, NEW = Instant(1), UserId("new")
# Who may: owner, admin, member, recruit, stranger.
MAY: dict[str, tuple[Callable[[UserId], ClanCommand], str]] = {
    "invite": (
        lambda user: InviteToClan(clan_id=NOVA, actor_id=user, user_id=NEW, recent=(), at=SOON),
        "+++--",
    ),
    "accept": (
        lambda user: AnswerJoin(clan_id=NOVA, actor_id=user, user_id=NEW, accept=False, at=SOON),
        "+++--",
    ),
    "kick": (
        lambda user: KickMember(clan_id=NOVA, actor_id=user, user_id=RECRUIT, at=SOON),
        "++---",
    ),
    "lower": (
        lambda user: SetRole(
            clan_id=NOVA, actor_id=user, user_id=RECRUIT, role=Role.MEMBER, at=SOON
        ),
        "++---",
    ),
    "admin": (
        lambda user: SetRole(clan_id=NOVA, actor_id=user, user_id=MEMBER, role=Role.ADMIN, at=SOON),
        "+----",
    ),
    "edit": (
        lambda user: EditClan(clan_id=NOVA, actor_id=user, colour="#000000", at=SOON),
        "++---",
    ),
    "spend": (
        lambda user: SpendTreasury(clan_id=NOVA, actor_id=user, amount=50, purpose="flag", at=SOON),
        "++---",
    ),
    "transfer": (
        lambda user: TransferClan(clan_id=NOVA, actor_id=user, user_id=ADMIN, at=SOON),
        "+----",
    ),
    "donate": (
        lambda user: Donate(clan_id=NOVA, actor_id=user, amount=1, balance=1, at=SOON),
        "++++-",
    ),
    "leave": (
        lambda user: LeaveClan(clan_id=NOVA, actor_id=user, at=SOON),
        "-+++-",
    ),
}


@pytest.mark.parametrize("what", MAY)
def test_who_may_do_what(what: str) -> None:
    ask = RequestJoin(clan_id=NOVA, actor_id=NEW, message="hi", at=SOON)
    clan = after(staffed(JoinPolicy.REQUEST), ask)
    make, expected = MAY[what]
    allowed = [not is_failure(CLAN.decide(make(user), clan)) for user in USERS]
    assert "".join("+" if may else "-" for may in allowed) == expected


def test_a_recruit_is_a_member_after_a_week() -> None:
    clan = staffed()
    assert standing_of(clan, RECRUIT, Instant(WEEK - 1)) is Role.RECRUIT
    assert standing_of(clan, RECRUIT, Instant(WEEK)) is Role.MEMBER
    assert standing_of(clan, OTHER, Instant(WEEK)) is None
    assert role_at(clan.members[ADMIN], Instant(WEEK)) is Role.ADMIN
    late = Member(role=Role.RECRUIT, since=Instant(5))
    assert role_at(late, Instant(WEEK + 4)) is Role.RECRUIT
    assert role_at(late, Instant(WEEK + 5)) is Role.MEMBER
    invite = InviteToClan(
        clan_id=NOVA, actor_id=RECRUIT, user_id=OTHER, recent=(), at=Instant(WEEK)
    )
    assert not is_failure(CLAN.decide(invite, clan))


def test_nobody_touches_an_equal_or_gives_what_is_not_below() -> None:
    clan, at = staffed(), Instant(1)
    for user in (OWNER, ADMIN):
        kick = KickMember(clan_id=NOVA, actor_id=ADMIN, user_id=user, at=at)
        assert refusal(kick, clan) == ClanPermission("admin")
    for role in (Role.ADMIN, Role.OWNER):
        raised = SetRole(clan_id=NOVA, actor_id=ADMIN, user_id=MEMBER, role=role, at=at)
        assert refusal(raised, clan) == ClanPermission("admin")
    crown = SetRole(clan_id=NOVA, actor_id=OWNER, user_id=ADMIN, role=Role.OWNER, at=at)
    assert refusal(crown, clan) == ClanPermission("owner")
    stranger = KickMember(clan_id=NOVA, actor_id=ADMIN, user_id=OTHER, at=at)
    assert refusal(stranger, clan) == ClanState("stranger")
    same = SetRole(clan_id=NOVA, actor_id=ADMIN, user_id=RECRUIT, role=Role.RECRUIT, at=at)
    assert CLAN.decide(same, clan).unwrap() == ()
    kicked = CLAN.decide(
        KickMember(clan_id=NOVA, actor_id=ADMIN, user_id=MEMBER, at=at), clan
    ).unwrap()
    assert kicked == (ClanLeft(clan_id=NOVA, user_id=MEMBER, by=ADMIN, role=Role.MEMBER, at=at),)
    lowered = SetRole(clan_id=NOVA, actor_id=OWNER, user_id=ADMIN, role=Role.MEMBER, at=at)
    assert after(clan, lowered).members[ADMIN] == Member(role=Role.MEMBER, since=at)


def test_how_an_owner_goes() -> None:
    clan, at = staffed(), Instant(1)
    leave = LeaveClan(clan_id=NOVA, actor_id=OWNER, at=at)
    end = EndClan(clan_id=NOVA, actor_id=OWNER, at=at)
    assert refusal(leave, clan) == OwnerMustTransfer(4)
    assert refusal(end, clan) == OwnerMustTransfer(4)
    assert refusal(changed(end, actor_id=ADMIN), clan) == ClanPermission("admin")
    assert refusal(changed(end, actor_id=OTHER), clan) == ClanPermission("none")
    passed = after(clan, TransferClan(clan_id=NOVA, actor_id=OWNER, user_id=MEMBER, at=at))
    assert (owner_of(passed), passed.members[OWNER].role) == (MEMBER, Role.ADMIN)
    for user in (OWNER, OTHER):
        wrong = TransferClan(clan_id=NOVA, actor_id=OWNER, user_id=user, at=at)
        assert refusal(wrong, clan) == ClanState("stranger")
    deleted = changed(leave, deleted=True)
    gone = CLAN.decide(deleted, clan).unwrap()
    assert [type(one) for one in gone] == [ClanTransferred, ClanLeft]
    assert owner_of(after(clan, deleted)) == ADMIN
    alone = after(Clan(), found())
    assert refusal(leave, alone) == OwnerMustTransfer(1)
    rich = changed(alone, treasury=7)
    for command in (end, deleted):
        ended = CLAN.decide(command, rich).unwrap()
        assert isinstance(ended[0], ClanEnded)
        assert (ended[0].treasury, ended[0].user_id) == (7, OWNER)
        over = replay(CLAN, ended, rich)
        assert (over.ended, over.treasury, over.members, owner_of(over)) == (True, 0, {}, None)
        assert refusal(end, over) == ClanState("ended")
    busy = changed(rich, battles={BattleId("b"): ClanId("foe")})
    assert refusal(end, busy) == ClanState("in_battle")
    assert refusal(end, Clan()) == ClanState("unfounded")
    assert refusal(found(), alone) == ClanState("founded")


def test_the_heir_is_the_next_in_rank() -> None:
    clan = staffed()
    assert heir_of(clan, Instant(0)) == ADMIN
    plain = {
        OWNER: Member(role=Role.OWNER, since=Instant(0)),
        MEMBER: Member(role=Role.MEMBER, since=Instant(5), contribution=3),
        RECRUIT: Member(role=Role.MEMBER, since=Instant(4), contribution=3),
        OTHER: Member(role=Role.MEMBER, since=Instant(0)),
    }
    assert heir_of(changed(clan, members=plain), Instant(0)) == RECRUIT
    assert heir_of(after(Clan(), found()), Instant(0)) is None


def test_how_people_come_in() -> None:
    at, new = Instant(1), UserId("new")
    join = JoinClan(clan_id=NOVA, actor_id=new, at=at)
    ask = RequestJoin(clan_id=NOVA, actor_id=new, message="hello", at=at)
    joined = CLAN.decide(join, staffed()).unwrap()
    assert joined == (ClanJoined(clan_id=NOVA, user_id=new, role=Role.RECRUIT, at=at),)
    for policy in (JoinPolicy.REQUEST, JoinPolicy.INVITE):
        assert refusal(join, staffed(policy)) == ClanState(policy.value)
    for policy in (JoinPolicy.OPEN, JoinPolicy.INVITE):
        assert refusal(ask, staffed(policy)) == ClanState(policy.value)
    invite = InviteToClan(clan_id=NOVA, actor_id=MEMBER, user_id=new, recent=(), at=at)
    invited = after(staffed(JoinPolicy.INVITE), invite)
    assert CLAN.decide(invite, invited).unwrap() == ()
    inside = after(invited, join)
    assert (inside.invited, standing_of(inside, new, at)) == (frozenset(), Role.RECRUIT)
    assert refusal(join, inside) == refusal(invite, inside) == ClanState("member")
    asked = after(staffed(JoinPolicy.REQUEST), ask)
    assert CLAN.decide(ask, asked).unwrap() == ()
    bad = changed(ask, message="x" * 501)
    assert refusal(bad, staffed(JoinPolicy.REQUEST)) == ClanInvalid(("message",))
    yes = AnswerJoin(clan_id=NOVA, actor_id=MEMBER, user_id=new, accept=True, at=at)
    assert new in after(asked, yes).members
    declined = after(asked, changed(yes, accept=False))
    assert declined.requests == frozenset()
    assert refusal(yes, declined) == ClanState("not_requested")


def test_a_clan_has_room_for_so_many() -> None:
    crowd = {
        UserId(f"m{number}"): Member(role=Role.MEMBER, since=Instant(0)) for number in range(46)
    }
    full = changed(staffed(), members={**staffed().members, **crowd})
    join = JoinClan(clan_id=NOVA, actor_id=OTHER, at=Instant(1))
    invite = InviteToClan(clan_id=NOVA, actor_id=OWNER, user_id=OTHER, recent=(), at=Instant(1))
    assert refusal(join, full) == refusal(invite, full) == ClanFull(50)
    fewer = changed(full, members={**staffed().members, **dict(list(crowd.items())[:45])})
    assert not is_failure(CLAN.decide(join, fewer))
    assert not is_failure(CLAN.decide(join, changed(full, contribution=1000)))
    busy = changed(invite, recent=(Instant(1),) * 50)
    assert refusal(busy, fewer) == SocialLimit("clan_invitation", 50)
    assert not is_failure(CLAN.decide(changed(invite, recent=(Instant(1),) * 49), fewer))


def test_money_and_contribution() -> None:
    clan, at = staffed(), Instant(1)
    donate = Donate(clan_id=NOVA, actor_id=MEMBER, amount=30, balance=30, at=at)
    assert after(clan, donate).treasury == 80
    for amount in (0, -1, 2**53):
        wrong = changed(donate, amount=amount, balance=2**60)
        assert refusal(wrong, clan) == ClanInvalid(("amount",))
    short = InsufficientFunds(f"wallet/{MEMBER}", "CREDIT", Decimal(30), Decimal(31))
    assert refusal(changed(donate, amount=31), clan) == short
    assert refusal(changed(donate, actor_id=OTHER), clan) == ClanPermission("none")
    spend = SpendTreasury(clan_id=NOVA, actor_id=ADMIN, amount=50, purpose="flag", at=at)
    assert after(clan, spend).treasury == 0
    over = InsufficientFunds(f"treasury/{NOVA}", "CREDIT", Decimal(50), Decimal(51))
    assert refusal(changed(spend, amount=51), clan) == over
    assert refusal(changed(spend, amount=0, purpose=""), clan) == ClanInvalid(("amount", "purpose"))
    assert refusal(changed(spend, actor_id=MEMBER), clan) == ClanPermission("member")
    assert refusal(changed(spend, actor_id=OTHER), clan) == ClanPermission("none")
    gain = Contribute(clan_id=NOVA, user_id=MEMBER, xp=10_009, at=at)
    events = CLAN.decide(gain, clan).unwrap()
    assert isinstance(events[0], ClanContributed)
    assert (events[0].amount, events[0].contribution, events[0].level) == (1000, 1000, 2)
    richer = replay(CLAN, events, clan)
    assert (richer.contribution, richer.members[MEMBER].contribution) == (1000, 1000)
    gone = after(richer, LeaveClan(clan_id=NOVA, actor_id=MEMBER, at=at))
    assert gone.contribution == 1000
    assert CLAN.evolve(gone, events[0]).contribution == 1000
    for quiet in (changed(gain, xp=9), changed(gain, user_id=OTHER)):
        assert CLAN.decide(quiet, clan).unwrap() == ()


def test_stakes_leave_and_come_back() -> None:
    clan, at, foe = staffed(), Instant(1), ClanId("foe")
    stake = StakeClan(clan_id=NOVA, battle_id=BattleId("b"), opponent_id=foe, amount=50, at=at)
    staked = after(clan, stake)
    assert (staked.treasury, dict(staked.battles)) == (0, {"b": "foe"})
    again = changed(stake, battle_id=BattleId("c"), amount=0)
    assert refusal(stake, staked) == refusal(again, staked) == ClanState("in_battle")
    assert refusal(changed(stake, amount=-1), clan) == ClanInvalid(("amount",))
    over = InsufficientFunds(f"treasury/{NOVA}", "CREDIT", Decimal(50), Decimal(51))
    assert refusal(changed(stake, amount=51), clan) == over
    settle = SettleClan(clan_id=NOVA, battle_id=BattleId("b"), rating=1016, amount=80, at=at)
    done = after(staked, settle)
    assert (done.treasury, done.rating, dict(done.battles)) == (80, 1016, {})
    assert refusal(settle, done) == ClanState("not_in_battle")
    assert after(staked, changed(settle, amount=-5)).treasury == 0
