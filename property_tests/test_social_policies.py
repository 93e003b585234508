"""What one domain asks of another because of people: pure, once, and to the last credit."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve as changed

from astracore.catalog.examples import example
from astracore.events.policy import reactions
from astracore.gamification.commands import AwardXp, DeedFacts, PrizeFacts, ScoreFacts
from astracore.gamification.events import StreakUpdated, XpGained
from astracore.gamification.progress import PROGRESS
from astracore.gamification.rules import Flat, XpRules, rule_for
from astracore.gamification.sources import XpSource
from astracore.gamification.state import Progress
from astracore.ids import UserId
from astracore.instants import DAY, Instant
from astracore.ledger.books import BOOKS
from astracore.ledger.state import Books
from astracore.outcome import is_failure
from astracore.policies.engagements import (
    ReferralFacts,
    activate,
    count_close,
    count_day,
    count_xp,
    leave_all,
    use_code,
)
from astracore.policies.social import SOCIAL_POLICIES
from astracore.policies.social_postings import SOCIAL_POSTINGS
from astracore.social.battles.commands import ScoreBattle
from astracore.social.battles.events import BattleFinished, FighterScore, StakeShare
from astracore.social.challenges.commands import ProgressChallenge
from astracore.social.challenges.events import ChallengeCompleted
from astracore.social.challenges.rules import TEMPLATES
from astracore.social.clans.commands import Contribute, LeaveClan
from astracore.social.clans.events import (
    ClanDonated,
    ClanEnded,
    ClanJoined,
    ClanSpent,
    ClanStaked,
)
from astracore.social.content.commands import HideContent, RemoveContent, RestoreContent
from astracore.social.content.events import (
    ContentCommented,
    ContentReacted,
    ContentShared,
    Reaction,
)
from astracore.social.engagements import Engagement
from astracore.social.feats import CloseFeat, DayFeat, PlayMode, XpFeat
from astracore.social.friendships.commands import Separate
from astracore.social.ids import BattleId, ChallengeId, ClanId, ContentId, InviteId
from astracore.social.invites.commands import ActivateReferral, Tier, UseInvite
from astracore.social.invites.events import ReferralActivated
from astracore.social.invites.rules import INVITES
from astracore.social.moderation.events import CaseDecided, Decision, ObjectKind, Reported
from astracore.social.profiles.commands import MarkEndorsement, Unfollow
from astracore.social.profiles.events import Blocked, Endorsed, EndorsementWithdrawn, Followed
from astracore.trading.events import PositionClosed
from property_tests.social_world import lying

ADA, BOB = UserId("ada"), UserId("bob")
ROW = Engagement(
    user_id=ADA,
    clan_id=ClanId("clan"),
    battles=(BattleId("b1"), BattleId("b2")),
    challenges=(ChallengeId("c1"),),
    invite_id=InviteId("invite"),
)
AT = Instant(9)


def asked(event: object) -> list[Any]:
    """Everything that social policies ask because of an event."""
    return [one.command for policy in SOCIAL_POLICIES for one in reactions(policy, lying(event))]


def test_a_block_ends_what_was_between_two() -> None:
    event = changed(example(Blocked), actor_id=ADA, target_id=BOB)
    assert asked(event) == [
        Unfollow(actor_id=BOB, target_id=ADA, at=event.at),
        Separate(actor_id=ADA, target_id=BOB, at=event.at),
    ]


@pytest.mark.parametrize(("shape", "mutual"), [(Endorsed, True), (EndorsementWithdrawn, False)])
def test_an_endorsement_marks_the_one_that_it_answers(
    shape: type[Endorsed] | type[EndorsementWithdrawn], *, mutual: bool
) -> None:
    event = changed(example(shape), actor_id=ADA, target_id=BOB)
    mark = MarkEndorsement(actor_id=BOB, target_id=ADA, mutual=mutual, at=event.at)
    assert mark in asked(event)


def test_reports_and_decisions_reach_the_post() -> None:
    report = changed(example(Reported), object_kind=ObjectKind.CONTENT, object_id="post")
    content = ContentId("post")
    assert asked(changed(report, hidden=True)) == [HideContent(content_id=content, at=report.at)]
    assert asked(changed(report, hidden=False)) == []
    assert asked(changed(report, object_kind=ObjectKind.CLAN)) == []
    decided = changed(example(CaseDecided), object_kind=ObjectKind.CONTENT, object_id="post")
    kinds = {
        decision: [type(one) for one in asked(changed(decided, decision=decision))]
        for decision in Decision
    }
    approved = kinds.pop(Decision.APPROVE)
    assert approved == [RestoreContent]
    assert all(found == [RemoveContent] for found in kinds.values())


@pytest.mark.parametrize(
    ("event", "user", "source", "once"),
    [
        (
            changed(example(ContentReacted), reaction=Reaction.LIKE, author_id=BOB),
            "actor_id",
            XpSource.LIKE,
            "content_id",
        ),
        (
            changed(example(ContentCommented), author_id=None),
            "actor_id",
            XpSource.COMMENT,
            "content_id",
        ),
        (changed(example(ContentShared), author_id=BOB), "actor_id", XpSource.SHARE, "content_id"),
        (example(Followed), "actor_id", XpSource.FOLLOW, "target_id"),
        (
            changed(example(Endorsed), actor_id=ADA, target_id=BOB, positive=True),
            "target_id",
            XpSource.ENDORSEMENT,
            "actor_id",
        ),
        (example(ClanJoined), "user_id", XpSource.CLAN_JOIN, None),
    ],
)
def test_deeds_are_worth_xp_once_to_whom_the_table_names(
    event: object, user: str, source: XpSource, once: str | None
) -> None:
    awards = [one for one in asked(event) if not isinstance(one, MarkEndorsement)]
    assert [(one.user_id, one.source, one.facts) for one in awards] == [
        (getattr(event, user), source, DeedFacts())
    ]
    assert awards[0].once == ("clan" if once is None else getattr(event, once))


def paid(events: Sequence[object], user: UserId) -> int:
    """XP of `user` after these events, each told under an id of its own."""
    state = Progress()
    for number, event in enumerate(events, start=1):
        told = [
            one for policy in SOCIAL_POLICIES for one in reactions(policy, lying(event, number))
        ]
        for command in (one.command for one in told):
            if isinstance(command, AwardXp) and command.user_id == user:
                for happened in PROGRESS.decide(command, state).unwrap():
                    state = PROGRESS.evolve(state, happened)
    return state.xp


@pytest.mark.parametrize(
    ("deed", "worth"),
    [
        (
            changed(example(ContentReacted), actor_id=ADA, author_id=BOB, reaction=Reaction.LIKE),
            1,
        ),
        (changed(example(ContentCommented), actor_id=ADA, author_id=BOB), 2),
        (changed(example(ContentShared), actor_id=ADA, author_id=BOB), 5),
        (changed(example(Followed), actor_id=ADA), 1),
        (changed(example(Endorsed), target_id=ADA, positive=True), 5),
        (changed(example(ClanJoined), user_id=ADA), 20),
    ],
)
def test_doing_and_undoing_a_deed_pays_once(deed: Followed, worth: int) -> None:
    """Like, take it back, like; follow, unfollow, follow; hop from clan to clan, day after day."""
    again = [changed(deed, at=Instant(deed.at.micros + day * DAY)) for day in range(4)]
    assert paid(again, ADA) == worth


def test_hopping_from_clan_to_clan_pays_once() -> None:
    joined = example(ClanJoined)
    hops = [changed(joined, user_id=ADA, clan_id=ClanId(f"c{n}")) for n in range(5)]
    assert paid(hops, ADA) == 20


@pytest.mark.parametrize("shape", [ContentReacted, ContentCommented, ContentShared])
def test_admiring_oneself_pays_nothing(
    shape: type[ContentReacted] | type[ContentCommented] | type[ContentShared],
) -> None:
    assert paid([changed(example(shape), actor_id=ADA, author_id=ADA)], ADA) == 0


def test_being_spoken_against_and_endorsing_pay_nothing() -> None:
    given = changed(example(Endorsed), actor_id=ADA, target_id=BOB, positive=True)
    assert paid([given], ADA) == 0
    assert paid([changed(given, positive=False)], BOB) == 0


def test_a_battle_pays_nobody_who_only_joined() -> None:
    scores = ((ADA, "0.00"), (BOB, "0.01"))
    fighters = tuple(
        FighterScore(clan_id=ClanId("clan"), user_id=user, score=Decimal(score))
        for user, score in scores
    )
    finished = changed(example(BattleFinished), fighters=fighters)
    assert [one.user_id for one in asked(finished)] == [BOB]


def test_many_challenges_of_one_kind_pay_once_in_their_time() -> None:
    """A hundred challenges that the same five trades meet; the next day's counts anew."""
    for template in TEMPLATES:
        start = Instant(30 * template.days * DAY)
        done = changed(
            example(ChallengeCompleted),
            user_id=ADA,
            template=template.name,
            xp=template.xp,
            at=start,
        )
        many = [changed(done, challenge_id=ChallengeId(f"c{n}")) for n in range(100)]
        last = changed(done, at=Instant(start.micros + template.days * DAY - 1))
        assert paid([*many, last], ADA) == template.xp
        anew = changed(done, at=Instant(start.micros + template.days * DAY))
        assert paid([*many, anew], ADA) == 2 * template.xp


def test_a_clan_is_joined_once_for_xp_and_blame_is_worth_nothing() -> None:
    first, second = (
        asked(changed(example(ClanJoined), clan_id=ClanId(clan)))[0] for clan in ("red", "blue")
    )
    assert (first.source, first.once, second.once) == (XpSource.CLAN_JOIN, "clan", "clan")
    awards = [
        one
        for one in asked(changed(example(Endorsed), positive=False))
        if not isinstance(one, MarkEndorsement)
    ]
    assert awards == []


def test_prizes_are_worth_what_was_fixed() -> None:
    assert asked(changed(example(ContentReacted), reaction=Reaction.NONE)) == []
    fighters = tuple(
        FighterScore(clan_id=ClanId("clan"), user_id=user, score=Decimal(score))
        for user, score in ((ADA, 40), (BOB, 3))
    )
    finished = changed(example(BattleFinished), fighters=fighters)
    assert [(one.user_id, one.source, one.facts) for one in asked(finished)] == [
        (ADA, XpSource.BATTLE, ScoreFacts(score=Decimal(40))),
        (BOB, XpSource.BATTLE, ScoreFacts(score=Decimal(3))),
    ]
    done = example(ChallengeCompleted)
    assert [one.facts for one in asked(done)] == [PrizeFacts(xp=done.xp)]
    referral = example(ReferralActivated)
    assert [(one.user_id, one.source) for one in asked(referral)] == [
        (referral.inviter_id, XpSource.REFERRAL)
    ]
    assert asked(changed(referral, xp=0)) == []


def test_a_redelivered_event_asks_the_same_under_the_same_ids() -> None:
    for shape in (Blocked, Followed, ChallengeCompleted, ReferralActivated):
        told = lying(example(shape))
        once = [one for policy in SOCIAL_POLICIES for one in reactions(policy, told)]
        again = [one for policy in SOCIAL_POLICIES for one in reactions(policy, told)]
        assert once == again
        assert len({one.origin.command_id for one in once}) == len(once) > 0


RED, FIGHT = ClanId("red"), BattleId("b")
SHARES = (
    StakeShare(clan_id=ClanId("red"), user_id=None, amount=10),
    StakeShare(clan_id=ClanId("red"), user_id=ADA, amount=4),
)


@pytest.mark.parametrize(
    ("event", "lines"),
    [
        (
            changed(example(ClanDonated), clan_id=RED, user_id=ADA, amount=5),
            {"wallet/ada": 5, "treasury/red": -5},
        ),
        (
            changed(example(ClanSpent), clan_id=RED, amount=5),
            {"treasury/red": 5, "burned": -5},
        ),
        (
            changed(example(ClanStaked), clan_id=RED, battle_id=FIGHT, amount=5),
            {"treasury/red": 5, "game_escrow/b": -5},
        ),
        (
            changed(example(BattleFinished), battle_id=FIGHT, stake=7, shares=SHARES),
            {"game_escrow/b": 14, "treasury/red": -10, "wallet/ada": -4},
        ),
        (
            changed(example(ClanEnded), clan_id=RED, user_id=ADA, treasury=5),
            {"treasury/red": 5, "wallet/ada": -5},
        ),
        (
            changed(
                example(ReferralActivated),
                inviter_id=ADA,
                user_id=BOB,
                credits=500,
                invited_credits=250,
            ),
            {"issued": 750, "wallet/ada": -500, "wallet/bob": -250},
        ),
        (changed(example(ClanStaked), amount=0), {}),
        (changed(example(BattleFinished), stake=0, shares=()), {}),
        (changed(example(ClanEnded), treasury=0), {}),
    ],
)
def test_every_credit_has_two_sides(event: object, lines: dict[str, int]) -> None:
    posted = [one.command for policy in SOCIAL_POSTINGS for one in reactions(policy, lying(event))]
    found = {line.account: line.amount for one in posted for line in one.entry.lines}
    assert found == lines
    assert sum(found.values(), Decimal(0)) == 0
    assert len(posted) == bool(lines)
    if "issued" in found:
        assert not is_failure(BOOKS.decide(posted[0], Books()))


def test_what_somebody_did_is_told_wherever_it_counts() -> None:
    gained = changed(example(XpGained), amount=30)
    feat = XpFeat(30)
    assert count_xp(lying(gained, at=9), ROW) == (
        Contribute(clan_id=ClanId("clan"), user_id=ADA, xp=30, at=AT),
        ScoreBattle(battle_id=BattleId("b1"), user_id=ADA, feat=feat, at=AT),
        ScoreBattle(battle_id=BattleId("b2"), user_id=ADA, feat=feat, at=AT),
        ProgressChallenge(challenge_id=ChallengeId("c1"), user_id=ADA, feat=feat, at=AT),
    )
    assert count_xp(lying(gained), Engagement(user_id=ADA)) == ()
    day = example(StreakUpdated)
    assert count_day(lying(day, at=9), ROW) == (
        ProgressChallenge(
            challenge_id=ChallengeId("c1"), user_id=ADA, feat=DayFeat(day.day), at=AT
        ),
    )


def test_only_closes_that_qualify_count() -> None:
    close = changed(
        example(PositionClosed),
        fees=Decimal(1),
        peak_cost=Decimal(100),
        max_qty=Decimal(1),
        entry_avg=Decimal(100),
        exit_avg=Decimal(120),
        net=Decimal(19),
        opened_at=Instant(0),
        closed_at=Instant(600_000_000),
    )
    for practice, mode in ((True, PlayMode.PRACTICE), (False, PlayMode.LIVE)):
        told = count_close(lying(changed(close, is_practice=practice)), ROW)
        assert [one.feat for one in told if not isinstance(one, Contribute)] == [
            CloseFeat(net=Decimal(19), mode=mode)
        ] * 3
        assert {one.at for one in told} == {Instant(600_000_000)}
    assert count_close(lying(changed(close, fees=Decimal(0))), ROW) == ()


def test_invitations_and_goodbyes() -> None:
    assert use_code(BOB, InviteId("invite"), AT) == (
        UseInvite(invite_id=InviteId("invite"), user_id=BOB, at=AT),
    )
    facts = ReferralFacts(
        tier=Tier.EMAIL, closes=5, close_days=3, linked=False, xp_rewards=0, credit_rewards=1
    )
    found = activate(ROW, facts, AT)
    assert [type(one) for one in found] == [ActivateReferral]
    assert (found[0].user_id, found[0].closes, found[0].credit_rewards) == (ADA, 5, 1)
    assert activate(changed(ROW, invite_id=None), facts, AT) == ()
    posts = (ContentId("p1"), ContentId("p2"))
    gone = leave_all(ROW, posts, AT)
    assert [type(one) for one in gone] == [LeaveClan, RemoveContent, RemoveContent]
    assert [type(one) for one in leave_all(Engagement(user_id=ADA), posts, AT)] == [
        RemoveContent
    ] * 2
    assert isinstance(gone[0], LeaveClan)
    assert gone[0].deleted


def test_what_a_referral_is_worth_is_the_same_number_in_both_tables() -> None:
    """Invites tell the XP, the XP table pays it: neither may change alone."""
    rule = rule_for(XpRules(), XpSource.REFERRAL)
    assert rule is not None
    assert rule.worth == Flat(INVITES.inviter_xp)
    assert rule.per_month == INVITES.xp_rewards
