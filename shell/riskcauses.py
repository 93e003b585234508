"""Which status a cause of limits and boards has: the type checker proves that each has one."""

from typing import TypeAlias, assert_never

from astracore.errors import gamification, gates, leaderboards, risk

GuardCause: TypeAlias = (
    risk.NotPermitted
    | gates.TierRequired
    | risk.ReasonTooShort
    | risk.LimitNotFound
    | risk.AlertNotFound
    | leaderboards.NotRanked
    | leaderboards.NotJoined
    | risk.LimitExists
    | risk.AlertClosed
    | risk.NotEngaged
    | risk.NotDue
    | gamification.ExclusionRunning
    | leaderboards.LeaderboardState
    | leaderboards.TournamentState
    | leaderboards.AlreadyJoined
    | risk.ThresholdOrder
    | risk.InvalidCountdown
    | risk.ReleaseTooSoon
    | risk.SecondApprover
    | risk.RiskTooHigh
    | gamification.InvalidSafeguards
    | leaderboards.InvalidScore
    | leaderboards.LeftOut
    | leaderboards.OutsidePeriod
    | leaderboards.InvalidTournament
)


def status_of_guard(cause: GuardCause) -> int:
    """The HTTP status of one of these causes."""
    match cause:
        case risk.NotPermitted() | gates.TierRequired():
            return 403
        case (
            risk.LimitNotFound()
            | risk.AlertNotFound()
            | leaderboards.NotRanked()
            | leaderboards.NotJoined()
        ):
            return 404
        case (
            risk.LimitExists()
            | risk.AlertClosed()
            | risk.NotEngaged()
            | risk.NotDue()
            | gamification.ExclusionRunning()
            | leaderboards.LeaderboardState()
            | leaderboards.TournamentState()
            | leaderboards.AlreadyJoined()
        ):
            return 409
        case (
            risk.ReasonTooShort()
            | risk.ThresholdOrder()
            | risk.InvalidCountdown()
            | risk.ReleaseTooSoon()
            | risk.SecondApprover()
            | risk.RiskTooHigh()
            | gamification.InvalidSafeguards()
            | leaderboards.InvalidScore()
            | leaderboards.LeftOut()
            | leaderboards.OutsidePeriod()
            | leaderboards.InvalidTournament()
        ):
            return 422
        case _:
            return assert_never(cause)
