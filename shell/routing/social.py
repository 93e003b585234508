"""People among people: which streams their commands are decided over."""

from typing import assert_never

from attrs import evolve
from returns.result import Result

from astracore.catalog.social import (
    BATTLE_AGGREGATE,
    CASE_AGGREGATE,
    CHALLENGE_AGGREGATE,
    CLAIM_AGGREGATE,
    CLAN_AGGREGATE,
    CONTENT_AGGREGATE,
    FRIEND_AGGREGATE,
    INVITE_AGGREGATE,
    PROFILE_AGGREGATE,
)
from astracore.errors.events import StreamFault
from astracore.errors.social import BattleFault, ClanFault
from astracore.outcome import collect, is_failure
from astracore.social.battles.commands import (
    AnswerBattle,
    BattleCommand,
    CancelBattle,
    DeclareBattle,
    FinishBattle,
)
from astracore.social.battles.joint import fought, side_of
from astracore.social.battles.state import Battle
from astracore.social.challenges.commands import ChallengeCommand
from astracore.social.clans.claims import claims_of, clan_move
from astracore.social.clans.clan import CLAN, standing_of
from astracore.social.clans.commands import ClanCommand
from astracore.social.clans.state import Clan
from astracore.social.content.commands import ContentCommand
from astracore.social.friendships.commands import FriendCommand
from astracore.social.friendships.state import pair_of
from astracore.social.ids import ClanId
from astracore.social.invites.commands import InviteCommand
from astracore.social.moderation.commands import CaseCommand
from astracore.social.profiles.commands import (
    Block,
    Endorse,
    Follow,
    MarkEndorsement,
    ProfileCommand,
    Reassess,
    Unblock,
    Unfollow,
    VoteSpotlight,
    WithdrawEndorsement,
)
from shell.joint import Work, joint_job
from shell.messages import SocialCommand, SocialFault
from shell.streams import Job, Streams, Terms, job


class Social:
    """The streams of profiles, friendships, clans, battles, challenges, content, invites, cases."""

    def __init__(self) -> None:
        self._profiles = Streams(PROFILE_AGGREGATE)
        self._friendships = Streams(FRIEND_AGGREGATE)
        self._clans = Streams(CLAN_AGGREGATE)
        self._claims = Streams(CLAIM_AGGREGATE)
        self._battles = Streams(BATTLE_AGGREGATE)
        self._challenges = Streams(CHALLENGE_AGGREGATE)
        self._content = Streams(CONTENT_AGGREGATE)
        self._invites = Streams(INVITE_AGGREGATE)
        self._cases = Streams(CASE_AGGREGATE)

    def job(self, command: SocialCommand, terms: Terms) -> Job[SocialFault]:
        """Over which streams `command` is decided."""
        if isinstance(command, ProfileCommand):
            return job(self._profiles, profile_key(command), command, terms)
        if isinstance(command, FriendCommand):
            pair = pair_of(command.actor_id, command.target_id)
            return job(self._friendships, pair, command, terms)
        if isinstance(command, ClanCommand):
            return self._clan(command, terms)
        if isinstance(command, BattleCommand):
            return self._battle(command, terms)
        if isinstance(command, ChallengeCommand):
            return job(self._challenges, command.challenge_id, command, terms)
        if isinstance(command, ContentCommand):
            return job(self._content, command.content_id, command, terms)
        if isinstance(command, InviteCommand):
            return job(self._invites, command.invite_id, command, terms)
        if isinstance(command, CaseCommand):
            return job(self._cases, command.case_id, command, terms)
        assert_never(command)

    def _clan(self, command: ClanCommand, terms: Terms) -> Job[ClanFault]:
        """A clan, and the names, tags and members that its move takes or frees."""
        key = command.clan_id

        def deciding(work: Work) -> Result[None, ClanFault | StreamFault]:
            return Result.do(
                done
                for clan in work.state(self._clans, key)
                for done in self._clan_moved(work, command, clan)
            )

        return joint_job(self._clans, key, deciding, CLAN_AGGREGATE.faults, terms)

    def _clan_moved(
        self, work: Work, command: ClanCommand, clan: Clan
    ) -> Result[None, ClanFault | StreamFault]:
        events = CLAN.decide(command, clan)
        if is_failure(events):
            return events
        keys = tuple(one.key for one in claims_of(events.unwrap()))
        return Result.do(
            None
            for held in collect(work.state(self._claims, one) for one in keys)
            for move in clan_move(command, clan, dict(zip(keys, held, strict=True)))
            for _ in work.append(self._clans, command.clan_id, move.clan)
            for _ in collect(work.append(self._claims, one.key, one.events) for one in move.claims)
        )

    def _battle(self, command: BattleCommand, terms: Terms) -> Job[BattleFault]:
        """A battle; its beginning and its end are also both clans'."""
        key = command.battle_id
        if not isinstance(command, DeclareBattle | AnswerBattle | CancelBattle | FinishBattle):
            return job(self._battles, key, command, terms)

        def deciding(work: Work) -> Result[None, BattleFault | StreamFault]:
            return Result.do(
                done
                for battle in work.state(self._battles, key)
                for done in self._fought(work, command, battle)
            )

        return joint_job(self._battles, key, deciding, BATTLE_AGGREGATE.faults, terms)

    def _fought(
        self,
        work: Work,
        command: DeclareBattle | AnswerBattle | CancelBattle | FinishBattle,
        battle: Battle,
    ) -> Result[None, BattleFault | StreamFault]:
        one, other = fighting(command, battle)
        return Result.do(
            done
            for declarer in work.state(self._clans, one)
            for opponent in work.state(self._clans, other)
            for made in fought(standing(command, declarer, opponent), battle, declarer, opponent)
            for _ in work.append(self._battles, command.battle_id, made.battle)
            for _ in work.append(self._clans, one, made.declarer)
            for done in work.append(self._clans, other, made.opponent)
        )


def profile_key(command: ProfileCommand) -> str:
    """Whose profile: follows and blocks are the actor's, opinions stand with their target."""
    match command:
        case Follow() | Unfollow() | Block() | Unblock():
            return command.actor_id
        case Endorse() | WithdrawEndorsement() | MarkEndorsement() | VoteSpotlight():
            return command.target_id
        case Reassess():
            return command.user_id
        case _:
            assert_never(command)


def fighting(command: BattleCommand, battle: Battle) -> tuple[ClanId, ClanId]:
    """Who declared the battle and who is challenged; nobody where there is no battle."""
    if isinstance(command, DeclareBattle):
        return command.declarer.clan_id, command.opponent.clan_id
    if battle.terms is None:
        return ClanId(""), ClanId("")
    return battle.terms.declarer_id, battle.terms.opponent_id


def standing(command: BattleCommand, declarer: Clan, opponent: Clan) -> BattleCommand:
    """The command with both clans as they stand at this moment, whatever its caller had read."""
    match command:
        case DeclareBattle() | AnswerBattle():
            return evolve(
                command,
                declarer=side_of(declarer, command.actor_id, command.at),
                opponent=side_of(opponent, command.actor_id, command.at),
            )
        case CancelBattle():
            return evolve(command, role=standing_of(declarer, command.actor_id, command.at))
        case FinishBattle():
            return evolve(command, declarer_rating=declarer.rating, opponent_rating=opponent.rating)
        case _:
            return command
