"""Walks through what people do with each other: profiles, friends, clans, posts, cases."""

# ruff: noqa: FBT003 - of what is drawn, much is true or false

from decimal import Decimal

from astracore.ids import EventId, UserId
from astracore.instants import DAY, HOUR, MINUTE, Instant
from astracore.social.challenges.challenge import CHALLENGE
from astracore.social.challenges.commands import (
    CancelChallenge,
    CloseChallenge,
    CreateChallenge,
    JoinChallenge,
    ProgressChallenge,
)
from astracore.social.challenges.rules import ChallengeKind, TemplateName
from astracore.social.clans.clan import CLAN
from astracore.social.clans.commands import (
    AnswerJoin,
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
from astracore.social.clans.events import JoinPolicy, Role
from astracore.social.content.commands import (
    Comment,
    HideContent,
    Post,
    React,
    RemoveContent,
    RestoreContent,
    Share,
    Source,
)
from astracore.social.content.content import POST
from astracore.social.content.events import Reaction, ShareTarget
from astracore.social.content.rules import ContentKind
from astracore.social.feats import CloseFeat, DayFeat, PlayMode, XpFeat
from astracore.social.friendships.commands import (
    AnswerFriend,
    RemoveFriend,
    RequestFriend,
    Separate,
)
from astracore.social.friendships.friendship import FRIENDSHIP
from astracore.social.ids import BattleId, CaseId, ChallengeId, ClanId, ContentId, InviteId
from astracore.social.invites.commands import ActivateReferral, CreateInvite, Tier, UseInvite
from astracore.social.invites.invite import INVITE
from astracore.social.moderation.case import CASE
from astracore.social.moderation.commands import Appeal, Decide, Report
from astracore.social.moderation.events import Decision, ObjectKind
from astracore.social.profiles.commands import (
    Block,
    Endorse,
    Follow,
    MarkEndorsement,
    Reassess,
    Unblock,
    Unfollow,
    VoteSpotlight,
    WithdrawEndorsement,
)
from astracore.social.profiles.events import Topic
from astracore.social.profiles.profile import PROFILE
from tests.kept.walking import Dice, Loose, walk_all

D = Decimal
ADA, BOB, CYD, DAN = (UserId(name) for name in ("ada", "bob", "cyd", "dan"))
ALL = (ADA, BOB, CYD, DAN)
NOVA, APEX = ClanId("nova"), ClanId("apex")


def recent(d: Dice, *counts: int) -> Loose:
    """So many acts just within an hour, or just not."""
    edge = d.odd(HOUR, HOUR - 1, DAY, DAY - 1)
    return (Instant(d.now.micros - edge),) * d.one(0, 0, 0, 0, 0, *counts)


def actor(d: Dice) -> dict[str, Loose]:
    return {"actor_id": d.one(*ALL), "at": d.now}


def pair(d: Dice) -> dict[str, Loose]:
    return {"actor_id": d.one(ADA, BOB, CYD), "target_id": d.odd(DAN, ADA), "at": d.now}


PROFILES = (
    lambda d: Follow(
        **pair(d), blocked_by_target=d.odd(False, False, True), recent=recent(d, 29, 30)
    ),
    lambda d: Follow(
        actor_id=ADA, target_id=DAN, at=d.now, blocked_by_target=False, recent=recent(d, 30)
    ),
    lambda d: Unfollow(**pair(d)),
    lambda d: Block(**pair(d)),
    lambda d: Unblock(**pair(d)),
    *(
        lambda d: Endorse(
            **pair(d),
            positive=d.odd(True, True, False),
            topic=d.one(*Topic),
            level=d.odd(3, 4, 4, 2),
            registered_at=Instant(d.now.micros - d.odd(7 * DAY, 7 * DAY, 7 * DAY - 1)),
            tier=d.odd(1, 2, 3, 4, 5, 0),
            mutual=d.odd(True, False),
            recent=recent(d, 1, 4, 5, 9, 10, 20),
        ),
    )
    * 4,
    lambda d: WithdrawEndorsement(**pair(d)),
    lambda d: MarkEndorsement(**pair(d), mutual=d.odd(True, False)),
    lambda d: VoteSpotlight(**pair(d), verified=d.odd(True, False)),
    lambda d: VoteSpotlight(**pair(d), verified=d.odd(True, False)),
    lambda d: Reassess(user_id=DAN, at=d.now),
)
FRIENDS = (
    lambda d: RequestFriend(
        **pair(d),
        blocked=d.odd(False, False, False, True),
        friends=d.one(0, 0, 499, 500, 999, 1000),
        target_friends=d.one(0, 0, 499, 500, 999, 1000),
        recent=recent(d, 19, 20, 30),
    ),
    lambda d: AnswerFriend(
        **{**pair(d), "actor_id": d.odd(DAN, ADA), "target_id": d.odd(ADA, BOB, DAN)},
        accept=d.odd(True, True, False),
        friends=d.odd(0, 499, 500, 999, 1000),
        target_friends=d.odd(0, 499, 500, 999, 1000),
    ),
    lambda d: RemoveFriend(**pair(d)),
    lambda d: Separate(**pair(d)) if d.one(0, 0, 1) else RemoveFriend(**pair(d)),
)


def posted(d: Dice) -> Post:
    source = Source(
        event_id=EventId("e"),
        owner_id=d.odd(ADA, ADA, BOB),
        fraction=d.odd(None, D("0.1")),
        amount=d.odd(None, D(5)),
    )
    return Post(
        content_id=ContentId("p"),
        actor_id=ADA,
        kind=d.one(*ContentKind),
        caption=d.odd("c", "c" * 280, "c" * 281, "", " c"),
        source=d.odd(None, source, source),
        show_amounts=d.odd(True, False),
        recent=recent(d, 9, 10, 19, 20),
        at=d.now,
    )


def on_post(d: Dice) -> dict[str, Loose]:
    return {"content_id": ContentId("p"), **actor(d)}


CONTENT = (
    posted,
    posted,
    lambda d: React(**on_post(d), reaction=d.one(*Reaction), recent=recent(d, 59, 60)),
    lambda d: React(**on_post(d), reaction=Reaction.LIKE, recent=()),
    lambda d: Comment(
        **on_post(d),
        comment_id="k",
        text=d.odd("t", "t" * 280, "t" * 281, ""),
        recent=recent(d, 20),
    ),
    lambda d: Share(**on_post(d), target=d.one(*ShareTarget)),
    lambda d: HideContent(content_id=ContentId("p"), at=d.now),
    lambda d: RestoreContent(content_id=ContentId("p"), at=d.now),
    lambda d: (
        RemoveContent(**on_post(d), moderates=d.odd(True, False), reason="spam")
        if d.one(0, 0, 0, 1)
        else RestoreContent(content_id=ContentId("p"), at=d.now)
    ),
)
CASES = (
    *(
        lambda d: Report(
            **actor(d),
            case_id=CaseId("c"),
            object_kind=d.one(*ObjectKind),
            object_id="o",
            owner_id=DAN,
            moderates=d.odd(False, False, True),
            reason=d.odd("r", "r", "r" * 500, "r" * 501, ""),
            rejected=(Instant(d.now.micros - d.odd(DAY, 30 * DAY - 1, 30 * DAY)),)
            * d.one(0, 0, 4, 5),
            recent=recent(d, 9, 10),
        ),
    )
    * 2,
    lambda d: Decide(
        **actor(d),
        case_id=CaseId("c"),
        moderates=d.odd(True, True, True, False),
        decision=d.one(*Decision),
        reason_code=d.odd("spam", "spam", ""),
        note=d.odd("n", "n", "n" * 500, "n" * 501),
        strikes=(Instant(d.now.micros - d.odd(DAY, 90 * DAY - 1, 90 * DAY)),)
        * d.odd(0, 1, 2, 3, 4),
    ),
    lambda d: Appeal(
        case_id=CaseId("c"),
        actor_id=d.odd(DAN, DAN, ADA),
        text=d.odd("why", "t" * 500, "t" * 501, ""),
        at=d.now,
    ),
)
INVITES = (
    lambda d: CreateInvite(
        **{**actor(d), "actor_id": ADA},
        invite_id=InviteId("i"),
        seed=d.odd(9, 8, -1),
        taken=d.odd(frozenset(), frozenset({"ZD3P1YZJ"})),
        live=d.odd(0, 4, 5),
        recent=recent(d, 9, 10, 20),
    ),
    lambda d: UseInvite(
        invite_id=InviteId("i"), user_id=UserId(f"u{d.random.randrange(12)}"), at=d.now
    ),
    *(
        lambda d: ActivateReferral(
            invite_id=InviteId("i"),
            user_id=d.one(*(UserId(f"u{n}") for n in range(5)), ADA),
            tier=d.one(*Tier, Tier.EMAIL),
            closes=d.odd(5, 5, 4, 6),
            close_days=d.odd(3, 3, 2),
            linked=d.odd(False, False, False, True),
            xp_rewards=d.odd(0, 4, 5),
            credit_rewards=d.odd(0, 19, 20),
            at=d.now,
        ),
    )
    * 2,
)


def feat(d: Dice) -> Loose:
    return d.one(
        CloseFeat(net=D(d.odd("5", "30", "-4", "0")), mode=d.one(*PlayMode)),
        CloseFeat(net=D("2.5"), mode=PlayMode.PRACTICE),
        XpFeat(d.odd(0, 40, 999, 1000)),
        DayFeat(d.now.micros // DAY + d.one(0, 0, 1)),
    )


def challenge(d: Dice) -> dict[str, Loose]:
    return {"challenge_id": ChallengeId("c"), "at": d.now}


CHALLENGES = (
    lambda d: CreateChallenge(
        **challenge(d),
        actor_id=ADA,
        template=d.one(*TemplateName),
        kind=d.one(*ChallengeKind),
        mode=PlayMode.PRACTICE,
        equity=D(d.odd("100", "100", "100", "0")),
        friend_id=d.odd(BOB, BOB, None, ADA),
        are_friends=d.odd(True, True, False),
    ),
    lambda d: JoinChallenge(
        **challenge(d), actor_id=d.one(*ALL), equity=D(d.odd("50", "100", "0"))
    ),
    *(lambda d: ProgressChallenge(**challenge(d), user_id=d.one(ADA, ADA, BOB, CYD), feat=feat(d)),)
    * 7,
    lambda d: (
        CancelChallenge(**challenge(d), actor_id=d.odd(ADA, BOB))
        if d.one(0, 0, 1)
        else CloseChallenge(**challenge(d))
    ),
    lambda d: CloseChallenge(**challenge(d)),
)


def clan(d: Dice) -> dict[str, Loose]:
    return {"clan_id": NOVA, **actor(d)}


def by(d: Dice) -> dict[str, Loose]:
    return {**clan(d), "user_id": d.one(*ALL)}


def founded(d: Dice) -> CreateClan:
    return CreateClan(
        clan_id=NOVA,
        actor_id=ADA,
        level=d.odd(5, 5, 5, 4),
        name=d.odd("Nova", "Nova", "No", "n" * 30, "n" * 31),
        tag=d.odd("NV", "NV", "NOVA5", "N", "NOVA56", "N!"),
        description=d.odd("d", "d" * 500, "d" * 501),
        policy=d.one(*JoinPolicy),
        colour=d.odd("#00ff00", "#00ff00", "red"),
        emblem=d.odd("star", "star", "!"),
        at=d.now,
    )


CLANS = (
    lambda d: EditClan(
        **clan(d),
        description=d.odd(None, "new", "d" * 501),
        policy=d.odd(None, *JoinPolicy),
        colour=d.odd(None, "#123456", "blue"),
        emblem=d.odd(None, "moon", "?"),
    ),
    lambda d: InviteToClan(**by(d), recent=recent(d, 19, 20, 49, 50)),
    lambda d: RequestJoin(**clan(d), message=d.odd("hi", "", "m" * 500, "m" * 501)),
    lambda d: AnswerJoin(**by(d), accept=d.odd(True, True, False)),
    lambda d: JoinClan(**clan(d)),
    lambda d: JoinClan(**clan(d)),
    lambda d: LeaveClan(**clan(d), deleted=d.odd(False, False, True)),
    lambda d: KickMember(**by(d)),
    lambda d: SetRole(**by(d), role=d.one(*Role)),
    lambda d: SetRole(**{**by(d), "actor_id": ADA}, role=d.one(*Role)),
    lambda d: TransferClan(**by(d)) if d.one(0, 0, 1) else founded(d),
    lambda d: EndClan(**clan(d)) if d.one(0, 0, 1) else founded(d),
    lambda d: Donate(**clan(d), amount=d.odd(0, 10, 100, -1), balance=d.odd(10, 100, 99)),
    lambda d: SpendTreasury(**clan(d), amount=d.odd(0, 10, 100, 11), purpose=d.odd("flag", "")),
    lambda d: Contribute(clan_id=NOVA, user_id=d.one(*ALL), xp=d.odd(9, 10, 9999, -1), at=d.now),
    lambda d: StakeClan(
        clan_id=NOVA, battle_id=battle(d), opponent_id=APEX, amount=d.odd(0, 5, 50), at=d.now
    ),
    lambda d: SettleClan(
        clan_id=NOVA, battle_id=battle(d), rating=d.odd(1016, 984), amount=d.odd(0, 7), at=d.now
    ),
)


def battle(d: Dice) -> BattleId:
    return BattleId(d.odd("b1", "b2"))


WEEKS = (0, 0, 0, 1, HOUR, DAY - 1, DAY, 7 * DAY)
LONG = (0, 0, 0, 0, MINUTE, HOUR, 14 * DAY, 30 * DAY, 60 * DAY, 365 * DAY)
WALKS = {
    "profiles": lambda: walk_all(PROFILE, PROFILES, 1, 2, 3, 4, waits=LONG),
    "friends": lambda: walk_all(
        FRIENDSHIP, FRIENDS, 1, 2, 3, 4, 5, 6, waits=(0, 0, 1, DAY, 14 * DAY, 30 * DAY), steps=30
    ),
    "posts": lambda: walk_all(POST, CONTENT, *range(1, 13), waits=(0, 1, HOUR), steps=16),
    "cases": lambda: walk_all(CASE, CASES, *range(1, 13), waits=(0, 0, 1, DAY, 14 * DAY), steps=14),
    "invites": lambda: walk_all(
        INVITE, INVITES, *range(1, 9), waits=(0, 0, 0, DAY, DAY, 10 * DAY), steps=24
    ),
    "challenges": lambda: walk_all(
        CHALLENGE, CHALLENGES, *range(1, 31), waits=(0, 0, 0, HOUR, HOUR, DAY), steps=15
    ),
    "clans": lambda: walk_all(CLAN, (founded, *CLANS), *range(1, 7), waits=WEEKS, steps=80),
}
