"""Read models of people: each is a fold, and says what the aggregates say."""

from decimal import Decimal
from typing import Any, TypeAlias

from attrs import evolve as changed
from hypothesis import given
from hypothesis import strategies as st

from astracore.catalog.examples import example
from astracore.catalog.social import SOCIAL_AGGREGATES
from astracore.events.decider import replay
from astracore.events.projection import Projection
from astracore.ids import UserId
from astracore.instants import DAY, HOUR, Instant
from astracore.outcome import is_failure
from astracore.projections.social_challenges import CHALLENGES, ENGAGEMENTS
from astracore.projections.social_clans import BATTLES, CLAN_MEMBERS, CLANS
from astracore.projections.social_content import CASES, CONTENTS, FEED, INVITES, trending
from astracore.projections.social_people import (
    ACTS,
    FOLLOWERS,
    FRIENDS,
    PROFILES,
    act_of,
    by_name,
)
from astracore.social.battles.battle import BATTLE
from astracore.social.battles.commands import CancelBattle
from astracore.social.battles.events import BattleFinished, FighterScore
from astracore.social.battles.state import Battle, Phase
from astracore.social.challenges.challenge import CHALLENGE
from astracore.social.challenges.events import ChallengeCancelled
from astracore.social.challenges.state import UNSET
from astracore.social.clans.clan import CLAN
from astracore.social.clans.commands import (
    ClanCommand,
    Contribute,
    EndClan,
    JoinClan,
    KickMember,
    LeaveClan,
    SetRole,
    TransferClan,
)
from astracore.social.clans.events import ClanEvent, ClanJoined, ClanLeft, Role
from astracore.social.clans.state import Clan
from astracore.social.content.commands import HideContent, RemoveContent, RestoreContent
from astracore.social.content.content import POST
from astracore.social.content.events import ContentReacted, Reaction, ShareTarget
from astracore.social.content.scores import viral_score
from astracore.social.content.state import Content, Shown, spread_of
from astracore.social.friendships.commands import FriendCommand
from astracore.social.friendships.events import FriendEvent
from astracore.social.friendships.friendship import FRIENDSHIP
from astracore.social.friendships.state import STRANGERS, Bond
from astracore.social.ids import ContentId
from astracore.social.invites.invite import INVITE
from astracore.social.invites.state import Invite
from astracore.social.limits import WINDOWS, Act, over_limit
from astracore.social.moderation.case import CASE
from astracore.social.moderation.events import Decision
from astracore.social.moderation.state import Case
from astracore.social.profiles.commands import VoteSpotlight, WithdrawEndorsement
from astracore.social.profiles.events import Followed, Unfollowed
from astracore.social.profiles.profile import PROFILE
from astracore.social.profiles.state import Profile
from property_tests import test_battles as battles
from property_tests import test_challenges as challenges
from property_tests import test_clans as clans
from property_tests import test_content as posts
from property_tests import test_friendships as friends
from property_tests import test_invites as invites
from property_tests import test_moderation as cases
from property_tests import test_reputation as profiles
from property_tests.social_world import folded, lying

Loose: TypeAlias = Any  # one of many command types
USERS = clans.USERS
users = st.sampled_from(USERS)
moments = st.integers(1, 30 * DAY).map(Instant)
moves = st.lists(
    st.builds(JoinClan, clan_id=st.just(clans.NOVA), actor_id=users, at=moments)
    | st.builds(LeaveClan, clan_id=st.just(clans.NOVA), actor_id=users, at=moments)
    | st.builds(KickMember, clan_id=st.just(clans.NOVA), actor_id=users, user_id=users, at=moments)
    | st.builds(
        SetRole,
        clan_id=st.just(clans.NOVA),
        actor_id=users,
        user_id=users,
        role=st.sampled_from(Role),
        at=moments,
    )
    | st.builds(
        TransferClan, clan_id=st.just(clans.NOVA), actor_id=users, user_id=users, at=moments
    )
    | st.builds(
        Contribute,
        clan_id=st.just(clans.NOVA),
        user_id=users,
        xp=st.integers(0, 90_000),
        at=moments,
    )
    | st.builds(EndClan, clan_id=st.just(clans.NOVA), actor_id=users, at=moments),
    max_size=25,
)


@given(moves)
def test_clans_and_members_are_the_aggregate(asked: list[ClanCommand]) -> None:
    clan = Clan()
    log: list[ClanEvent] = []
    for command in [clans.found(), *asked]:
        decided = CLAN.decide(command, clan)
        if not is_failure(decided):
            log.extend(decided.unwrap())
            clan = replay(CLAN, decided.unwrap(), clan)
    rows, members = folded(CLANS, log), folded(CLAN_MEMBERS, log)
    if clan.ended:
        assert (rows, members) == ({}, {})
        return
    row = rows[clans.NOVA]
    assert (row.clan, row.members) == (clan, len(clan.members))
    seen = {one.user_id: (one.role, one.since, one.contribution) for one in members.values()}
    assert seen == {
        user: (one.role, one.since, one.contribution) for user, one in clan.members.items()
    }
    homes = {user for user, one in folded(ENGAGEMENTS, log).items() if one.clan_id is not None}
    assert homes == set(clan.members)
    ranked = sorted(members.values(), key=CLAN_MEMBERS.sort)
    assert ranked[0].role is Role.OWNER


@given(friends.commands)
def test_friends_are_symmetric(asked: list[FriendCommand]) -> None:
    pair = STRANGERS
    log: list[FriendEvent] = []
    for command in asked:
        decided = FRIENDSHIP.decide(command, pair)
        if not is_failure(decided):
            log.extend(decided.unwrap())
            pair = replay(FRIENDSHIP, decided.unwrap(), pair)
    rows = folded(FRIENDS, log)
    sides = {(one.user_id, one.friend_id): one.bond for one in rows.values()}
    assert all(sides.get((friend, user)) is bond for (user, friend), bond in sides.items())
    assert set(sides.values()) == ({pair.bond} - {Bond.NONE})
    asking = {one.user_id for one in rows.values() if one.asked}
    assert len(asking) == (1 if rows else 0)
    assert pair.asked_by is None or asking == {pair.asked_by}
    if rows:
        names = {friends.ADA: "zoe", friends.BOB: "al"}
        assert [one.friend_id for one in by_name(rows.values(), names)] == ["bob", "ada"]


@given(st.lists(st.tuples(st.sampled_from([0, 1]), st.integers(0, 3), st.integers(0, 3))))
def test_followers_are_counted(found: list[tuple[int, int, int]]) -> None:
    pairs: set[tuple[UserId, UserId]] = set()
    log: list[Followed | Unfollowed] = []
    for wanted, left, right in found:
        one, other = USERS[left], USERS[right]
        if one != other and ((one, other) in pairs) is not bool(wanted):
            make = Followed if wanted else Unfollowed
            log.append(make(actor_id=one, target_id=other, at=Instant(len(log))))
            pairs ^= {(one, other)}
    rows, counts = folded(FOLLOWERS, log), folded(PROFILES, log)
    assert {(one.follower_id, one.user_id) for one in rows.values()} == pairs
    for user, row in counts.items():
        assert row.followers == sum(other == user for _, other in pairs)
        assert row.following == sum(one == user for one, _ in pairs)
    newest = sorted(rows.values(), key=FOLLOWERS.sort)
    assert [one.since for one in newest] == sorted((one.since for one in newest), reverse=True)


@given(st.lists(st.integers(0, 90), max_size=90), st.integers(0, 60))
def test_acts_say_what_all_instants_would(minutes: list[int], now: int) -> None:
    times = [Instant(minute * HOUR // 60) for minute in sorted(minutes)]
    log = [
        Followed(actor_id=USERS[0], target_id=UserId(f"t{number}"), at=at)
        for number, at in enumerate(times)
    ]
    rows = folded(ACTS, log)
    recent = rows["u0:follow"].recent if rows else ()
    at = Instant(max((one.micros for one in times), default=0) + now * HOUR // 60)
    assert over_limit(Act.FOLLOW, recent, at) == over_limit(Act.FOLLOW, tuple(times), at)


def test_every_act_is_counted_for_whoever_did_it() -> None:
    counted = [act_of(example(shape)) for shape in ACTS.events]
    assert {one[1] for one in counted if one is not None} == {one.act for one in WINDOWS}
    gone = changed(example(ContentReacted), reaction=Reaction.NONE)
    assert act_of(gone) is None
    assert folded(ACTS, [gone]) == {}
    assert ACTS.evolve(None, lying(gone), "") is None


def history(decider: Loose, state: object, commands: list[Loose]) -> tuple[list[Any], Any]:
    """The events of commands that are allowed, and the state after them."""
    log: list[Any] = []
    for command in commands:
        events = decider.decide(command, state).unwrap()
        log.extend(events)
        state = replay(decider, events, state)
    return log, state


def test_profiles_show_what_was_decided() -> None:
    vote = VoteSpotlight(
        actor_id=profiles.ADA, target_id=profiles.BOB, verified=True, at=profiles.NOW
    )
    log, profile = history(PROFILE, Profile(), [profiles.endorse(), vote])
    row = folded(PROFILES, log)["bob"]
    assert (row.rating, row.votes, len(row.endorsers)) == (profile.rating, 2, 1)
    withdraw = WithdrawEndorsement(actor_id=profiles.ADA, target_id=profiles.BOB, at=profiles.NOW)
    more, empty = history(PROFILE, profile, [withdraw])
    gone = folded(PROFILES, [*log, *more])["bob"]
    assert [gone.rating, gone.positive] == [empty.rating, 0]
    assert not gone.endorsers


def test_battles_and_who_takes_part() -> None:
    commands = [
        battles.declare(),
        battles.answer(),
        battles.join(battles.ADA, battles.RED),
        battles.close(battles.ADA, "80"),
    ]
    log, battle = history(BATTLE, Battle(), commands)
    assert folded(BATTLES, log)["battle"].phase is Phase.ACCEPTED
    assert folded(ENGAGEMENTS, log)["ada"].battles == ("battle",)
    more, _ = history(BATTLE, battle, [battles.finish()])
    row = folded(BATTLES, [*log, *more])["battle"]
    assert (row.phase, row.winner_id, row.fighters) == (Phase.FINISHED, battles.RED, 1)
    assert folded(ENGAGEMENTS, [*log, *more])["ada"].battles == ()
    endings = {
        Phase.DECLINED: battles.answer(accept=False),
        Phase.EXPIRED: battles.finish(Instant(DAY)),
        Phase.CANCELLED: CancelBattle(
            battle_id=battles.ID, actor_id=battles.ADA, role=Role.ADMIN, at=Instant(0)
        ),
    }
    for phase, command in endings.items():
        ended, _ = history(BATTLE, Battle(), [battles.declare(), command])
        assert folded(BATTLES, ended)["battle"].phase is phase


def test_challenges_and_who_takes_part() -> None:
    feats = [challenges.did(challenges.close())] * 3
    log, state = history(
        CHALLENGE, UNSET, [challenges.create(**challenges.OPEN), challenges.join()]
    )
    more, after = history(CHALLENGE, state, feats)
    row = folded(CHALLENGES, [*log, *more])["challenge"]
    assert row.challenge == after
    assert [row.best, row.contenders] == [3, 2]
    assert folded(ENGAGEMENTS, log)["bob"].challenges == ("challenge",)
    done, _ = history(CHALLENGE, after, [*feats[:2], challenges.due(DAY)])
    left = folded(ENGAGEMENTS, [*log, *more, *done])
    assert (left["ada"].challenges, left["bob"].challenges) == ((), ())
    assert folded(CHALLENGES, more) == {}
    late: list[Any] = [example(ChallengeCancelled)]
    assert [one.challenges for one in folded(ENGAGEMENTS, late).values()] == [()]


def test_posts_trend_and_feeds_show_them() -> None:
    spread = [posts.like(), posts.share(target=ShareTarget.FEED), posts.say()]
    log, content = history(POST, Content(), [posts.post(), *spread])
    row = folded(CONTENTS, log)["content"]
    assert row.score == viral_score(spread_of(content), row.kind)
    assert {one.kind for one in folded(FEED, log).values()} == {"post", "share"}
    hidden, state = history(POST, content, [HideContent(content_id=posts.ID, at=posts.AT)])
    shut = folded(CONTENTS, [*log, *hidden])["content"]
    assert shut.shown is Shown.HIDDEN
    older = changed(row, content_id=ContentId("older"), posted_at=Instant(0))
    higher = changed(row, content_id=ContentId("higher"), score=row.score + 100)
    stale = changed(row, posted_at=Instant(-8 * DAY))
    found = trending([older, row, shut, stale, higher], Instant(HOUR))
    assert [one.content_id for one in found] == ["higher", "content", "older"]
    back, state = history(POST, state, [RestoreContent(content_id=posts.ID, at=posts.AT)])
    assert folded(CONTENTS, [*log, *hidden, *back])["content"] == row
    remove = RemoveContent(
        content_id=posts.ID, actor_id=posts.ADA, moderates=False, reason="", at=posts.AT
    )
    gone, _ = history(POST, state, [remove])
    assert folded(CONTENTS, [*log, *gone]) == {}
    assert {one.kind for one in folded(FEED, [*log, *gone]).values()} == {"share"}


def test_invites_and_cases() -> None:
    log, _ = history(INVITE, Invite(), [invites.create(), invites.use(), invites.activate()])
    row = folded(INVITES, log)["invite"]
    assert (row.used_by, row.activated, row.uses) == (("bob",), ("bob",), 10)
    assert folded(ENGAGEMENTS, log[:2])["bob"].invite_id == "invite"
    assert folded(ENGAGEMENTS, log)["bob"].invite_id is None
    steps: list[Loose] = [
        cases.report(),
        cases.report("bob"),
        cases.decide(),
        cases.appeal(),
        cases.decide(Decision.APPROVE, actor_id=cases.OTHER),
    ]
    state = Case()
    seen: list[Any] = []
    for command in steps:
        events, state = history(CASE, state, [command])
        seen.extend(events)
        shown = folded(CASES, seen)["case"]
        assert (shown.stage, shown.total) == (state.stage, state.total)
    assert folded(CASES, seen)["case"].moderator_id == cases.OTHER
    cleared, _ = history(CASE, Case(), [cases.report(), cases.decide(Decision.APPROVE)])
    assert folded(CASES, cleared)["case"].stage.value == "cleared"


def test_what_comes_before_its_beginning_makes_no_row() -> None:
    """A house that keeps only later events of something shows nothing of it."""
    everything: list[Any] = [
        example(shape) for one in SOCIAL_AGGREGATES for shape in one.events.names
    ]
    started = {"ClanCreated", "BattleDeclared", "ChallengeCreated", "ContentPosted"}
    started |= {"InviteCreated", "Reported", "ClanJoined"}
    late = [one for one in everything if type(one).__name__ not in started]
    models: tuple[Projection[Any, Any], ...] = (
        CLANS,
        BATTLES,
        CHALLENGES,
        CONTENTS,
        INVITES,
        CASES,
        CLAN_MEMBERS,
    )
    for projection in models:
        assert folded(projection, late) == {}
    fighters = (FighterScore(clan_id=battles.RED, user_id=battles.ADA, score=Decimal(1)),)
    finished = changed(example(BattleFinished), fighters=fighters)
    assert folded(ENGAGEMENTS, [finished])["ada"].battles == ()


def test_owners_are_whose_the_rows_are() -> None:
    joined: list[ClanEvent] = [example(ClanJoined)]
    rows = folded(CLAN_MEMBERS, joined)
    assert [CLAN_MEMBERS.owner(one) for one in rows.values()] == [joined[0].clan_id]
    left = [*joined, example(ClanLeft)]
    assert folded(CLAN_MEMBERS, left) == {}
    assert [one.clan_id for one in folded(ENGAGEMENTS, left).values()] == [None]
