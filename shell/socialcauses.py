"""Which status a cause of people among people has: the type checker proves that each has one."""

from typing import TypeAlias, assert_never

from astracore.errors import social

SocialCause: TypeAlias = (
    social.BlockedUser
    | social.ClanPermission
    | social.FriendState
    | social.AlreadyVoted
    | social.AlreadyInClan
    | social.NameTaken
    | social.ClanState
    | social.BattleState
    | social.ChallengeState
    | social.AlreadyReported
    | social.CaseState
    | social.SelfAction
    | social.ClanInvalid
    | social.ClanFull
    | social.ClanCooldown
    | social.OwnerMustTransfer
    | social.LevelTooLow
    | social.BattleInvalid
    | social.RatingGap
    | social.ChallengeInvalid
    | social.ContentInvalid
    | social.InviteInvalid
    | social.SelfReferral
    | social.CaseInvalid
    | social.SocialLimit
)


def status_of_social(cause: SocialCause) -> int:
    """The HTTP status of one of these causes."""
    match cause:
        case social.BlockedUser() | social.ClanPermission():
            return 403
        case (
            social.FriendState()
            | social.AlreadyVoted()
            | social.AlreadyInClan()
            | social.NameTaken()
            | social.ClanState()
            | social.BattleState()
            | social.ChallengeState()
            | social.AlreadyReported()
            | social.CaseState()
        ):
            return 409
        case (
            social.SelfAction()
            | social.ClanInvalid()
            | social.ClanFull()
            | social.ClanCooldown()
            | social.OwnerMustTransfer()
            | social.LevelTooLow()
            | social.BattleInvalid()
            | social.RatingGap()
            | social.ChallengeInvalid()
            | social.ContentInvalid()
            | social.InviteInvalid()
            | social.SelfReferral()
            | social.CaseInvalid()
        ):
            return 422
        case social.SocialLimit():
            return 429
        case _:
            return assert_never(cause)
