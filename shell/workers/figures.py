"""What read models count of somebody, for the achievements that an event may have made due."""

from collections.abc import Callable, Iterable
from typing import Any

from astracore.events.envelope import Envelope, StreamId
from astracore.gamification.commands import Figure
from astracore.gamification.measures import Measure
from astracore.gamification.tournaments.events import TournamentClosed
from astracore.ids import UserId
from astracore.nft.tokens.events import NftMinted
from astracore.nft.types import MintState
from astracore.policies.trophies import Concerned, UserFigures
from astracore.projections.boards import TOURNAMENT_ENTRIES
from astracore.projections.collectibles import CLAIMS
from astracore.projections.social_challenges import ENGAGEMENTS
from astracore.projections.social_clans import BATTLES, CLANS
from astracore.projections.social_content import CONTENTS, INVITES
from astracore.projections.social_people import PROFILES
from astracore.social.battles.events import BattleFinished
from astracore.social.clans.events import ClanCreated, ClanJoined, ClanTransferred, Role
from astracore.social.content.rules import ContentKind
from astracore.social.invites.events import ReferralActivated
from astracore.social.profiles.events import Endorsed
from shell.workers.facts import Look

INSIGHT, LESSON, VIRAL = 50, 100, 500  # what a post scores that counts


def earned(look: Look, told: Envelope[Any]) -> Concerned | None:
    """Everybody whose figures the event may have raised, with the figures after it."""
    users, counts = concerning(look, told.event)
    return Concerned(
        users=tuple(
            UserFigures(
                user_id=one,
                figures=tuple(
                    Figure(measure=measure, value=value) for measure, value in counts(look, one)
                ),
            )
            for one in dict.fromkeys(users)
        )
    )


Counts = Callable[[Look, UserId], Iterable[tuple[Measure, int]]]


def concerning(look: Look, event: Any) -> tuple[tuple[UserId, ...], Counts]:  # noqa: ANN401
    """Whom an event concerns, and what is counted of them."""
    match event:
        case ClanCreated() | ClanJoined() | ClanTransferred():
            owner = owner_of(look, event.clan_id)
            return (event.user_id, *(() if owner is None else (owner,))), clan_figures
        case BattleFinished():
            return tuple(one.user_id for one in event.fighters), battle_figures
        case Endorsed():
            return (event.target_id,), endorsers
        case ReferralActivated():
            return (event.inviter_id,), referrals
        case NftMinted():
            return (event.owner_id,), tokens
        case TournamentClosed():
            entries = look.rows(TOURNAMENT_ENTRIES)
            mine = (one for one in entries if one.tournament_id == event.tournament_id)
            return tuple(one.user_id for one in mine if not one.is_ai), finished
        case _:
            return (event.author_id,), posts


def owner_of(look: Look, clan_id: str) -> UserId | None:
    """Who owns a clan."""
    row = look.row(CLANS, clan_id)
    members = {} if row is None else row.clan.members
    return next((one for one, held in members.items() if held.role is Role.OWNER), None)


def clan_figures(look: Look, user_id: UserId) -> Iterable[tuple[Measure, int]]:
    """A clan joined, and how many are in the own one."""
    engaged = look.row(ENGAGEMENTS, user_id)
    clan_id = None if engaged is None else engaged.clan_id
    row = None if clan_id is None else look.row(CLANS, clan_id)
    if row is None or clan_id is None:
        return
    yield Measure.CLANS, 1
    if owner_of(look, clan_id) == user_id:
        yield Measure.OWNED_CLAN, row.members


def battle_figures(look: Look, user_id: UserId) -> Iterable[tuple[Measure, int]]:
    """Battles won by the clan that one fought for."""
    won = 0
    for row in look.rows(BATTLES):
        if row.winner_id is None:
            continue
        ended = (one.event for one in look.events(StreamId("social.battle", row.battle_id)))
        won += any(
            fighter.user_id == user_id and fighter.clan_id == row.winner_id
            for event in ended
            if isinstance(event, BattleFinished)
            for fighter in event.fighters
        )
    yield Measure.BATTLES_WON, won


def endorsers(look: Look, user_id: UserId) -> Iterable[tuple[Measure, int]]:
    """How many praise somebody now."""
    row = look.row(PROFILES, user_id)
    yield Measure.ENDORSERS, 0 if row is None else len(row.endorsers)


def referrals(look: Look, user_id: UserId) -> Iterable[tuple[Measure, int]]:
    """How many came by somebody's invites and play in earnest."""
    yield Measure.REFERRALS, sum(len(one.activated) for one in look.rows(INVITES, user_id))


def tokens(look: Look, user_id: UserId) -> Iterable[tuple[Measure, int]]:
    """Collectibles minted, and of how many classes."""
    minted = [one for one in look.rows(CLAIMS, user_id) if one.status is MintState.MINTED]
    yield Measure.TOKENS, len(minted)
    yield Measure.TOKEN_CLASSES, len({one.class_ for one in minted})


def finished(look: Look, user_id: UserId) -> Iterable[tuple[Measure, int]]:
    """Tournaments finished with a rank."""
    mine = (one for one in look.rows(TOURNAMENT_ENTRIES) if one.user_id == user_id)
    yield Measure.TOURNAMENTS, sum(one.final_rank is not None for one in mine)


def posts(look: Look, user_id: UserId) -> Iterable[tuple[Measure, int]]:
    """Posts that others valued."""
    rows = [(one.kind, one.score) for one in look.rows(CONTENTS, user_id)]
    yield (
        Measure.INSIGHTS,
        sum(kind is ContentKind.INSIGHT and score >= INSIGHT for kind, score in rows),
    )
    yield (
        Measure.LESSON_POSTS,
        sum(kind is ContentKind.LESSON and score >= LESSON for kind, score in rows),
    )
    yield Measure.VIRAL, sum(score >= VIRAL for _, score in rows)
