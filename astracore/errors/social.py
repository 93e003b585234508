"""Causes that concern people among people: profiles, clans, battles, posts, invites, reports."""

from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.errors.funds import InsufficientFunds
from astracore.errors.money import MoneyFault
from astracore.errors.nft import NotEligible
from astracore.errors.risk import NotPermitted
from astracore.errors.values import InvalidSeed, NumericLimit


@frozen
class SelfAction:
    """This may be done to others only."""

    code: ClassVar[str] = "self_action"
    user_id: str


@frozen
class BlockedUser:
    """One of the two has blocked the other."""

    code: ClassVar[str] = "blocked_user"
    user_id: str


@frozen
class SocialLimit:
    """So many of this were done lately, or are held, that no more is allowed now."""

    code: ClassVar[str] = "social_limit"
    act: str
    most: int


@frozen
class FriendState:
    """The friendship is not in the state that this needs."""

    code: ClassVar[str] = "friend_state"
    state: str


@frozen
class AlreadyVoted:
    """The vote stands, and may not be given again or changed yet."""

    code: ClassVar[str] = "already_voted"
    target_id: str


@frozen
class ClanInvalid:
    """Fields of a clan that do not have their form: all of them at once."""

    code: ClassVar[str] = "clan_invalid"
    fields: tuple[str, ...]


@frozen
class ClanFull:
    """The clan has as many members as its level allows."""

    code: ClassVar[str] = "clan_full"
    size: int


@frozen
class ClanCooldown:
    """A clan was left too recently to join another."""

    code: ClassVar[str] = "clan_cooldown"
    until: int  # [µs since 1970]


@frozen
class AlreadyInClan:
    """A user is a member of one clan at a time."""

    code: ClassVar[str] = "already_in_clan"
    clan_id: str


@frozen
class NameTaken:
    """Another clan holds this name or tag; upper and lower case are the same."""

    code: ClassVar[str] = "name_taken"
    name: str


@frozen
class ClanPermission:
    """The actor's role in the clan, `none` for strangers, does not allow this."""

    code: ClassVar[str] = "clan_permission"
    role: str


@frozen
class OwnerMustTransfer:
    """A clan of more than one is handed over before its owner leaves or ends it."""

    code: ClassVar[str] = "owner_must_transfer"
    members: int


@frozen
class ClanState:
    """The clan, or what was asked of it, is not in the state that this needs."""

    code: ClassVar[str] = "clan_state"
    state: str


@frozen
class LevelTooLow:
    """A level is needed that was not reached yet."""

    code: ClassVar[str] = "level_too_low"
    level: int
    least: int


@frozen
class BattleInvalid:
    """Fields of a battle that do not have their form: all of them at once."""

    code: ClassVar[str] = "battle_invalid"
    fields: tuple[str, ...]


@frozen
class BattleState:
    """The battle is not in the state that this needs."""

    code: ClassVar[str] = "battle_state"
    state: str


@frozen
class RatingGap:
    """The two ratings lie too far apart."""

    code: ClassVar[str] = "rating_gap"
    gap: int
    most: int


@frozen
class ChallengeInvalid:
    """Fields of a challenge that do not have their form: all of them at once."""

    code: ClassVar[str] = "challenge_invalid"
    fields: tuple[str, ...]


@frozen
class ChallengeState:
    """The challenge is not in the state that this needs."""

    code: ClassVar[str] = "challenge_state"
    state: str


@frozen
class ContentInvalid:
    """Fields of a post or comment that do not have their form: all of them at once."""

    code: ClassVar[str] = "content_invalid"
    fields: tuple[str, ...]


@frozen
class InviteInvalid:
    """The code is unknown, over, used up, or could not be made."""

    code: ClassVar[str] = "invite_invalid"
    why: str


@frozen
class SelfReferral:
    """Inviter and invited are one: the same user, device, payment method or address."""

    code: ClassVar[str] = "self_referral"
    user_id: str


@frozen
class AlreadyReported:
    """One report for each reporter and object."""

    code: ClassVar[str] = "already_reported"
    reporter_id: str


@frozen
class CaseInvalid:
    """Fields of a report, decision or appeal that do not have their form: all of them at once."""

    code: ClassVar[str] = "case_invalid"
    fields: tuple[str, ...]


@frozen
class CaseState:
    """The case is not in the state that this needs."""

    code: ClassVar[str] = "case_state"
    state: str


ProfileFault: TypeAlias = SelfAction | BlockedUser | SocialLimit | AlreadyVoted | NotEligible
FriendFault: TypeAlias = SelfAction | BlockedUser | SocialLimit | FriendState
ClanFault: TypeAlias = (
    ClanInvalid
    | ClanFull
    | ClanCooldown
    | AlreadyInClan
    | NameTaken
    | ClanPermission
    | OwnerMustTransfer
    | ClanState
    | LevelTooLow
    | SocialLimit
    | InsufficientFunds
)
BattleFault: TypeAlias = BattleInvalid | BattleState | RatingGap | ClanFault | MoneyFault
ChallengeFault: TypeAlias = ChallengeInvalid | ChallengeState | NumericLimit
ContentFault: TypeAlias = ContentInvalid | SocialLimit | NotPermitted | NumericLimit
InviteFault: TypeAlias = InviteInvalid | SelfReferral | SocialLimit | InvalidSeed
CaseFault: TypeAlias = (
    AlreadyReported | SocialLimit | CaseState | CaseInvalid | NotEligible | NotPermitted
)
