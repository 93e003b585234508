"""The weekly look at leagues, verified tiers, the spotlight."""

from typing import TypeAlias, assert_never

from returns.result import Failure, Result, Success

from astracore.errors.gamification import ProgressFault, RequirementsNotMet
from astracore.errors.values import NumericLimit
from astracore.gamification.commands import (
    EvaluateLeague,
    RecordSpotlight,
    RequestVerification,
    Standing,
    TraderFacts,
)
from astracore.gamification.events import (
    DemotionWarned,
    LeagueChanged,
    ProgressEvent,
    SpotlightShown,
    VerificationGranted,
    VerificationLost,
)
from astracore.gamification.game_rules import GameRules
from astracore.gamification.leagues import league_of, least_active, needs, neighbour, week_of
from astracore.gamification.sources import LeagueName, LeagueReason, Tier
from astracore.gamification.state import Progress
from astracore.gamification.tiers import RANKS, due, kept, missing, row_of
from astracore.instants import utc_day

Decision: TypeAlias = Result[tuple[ProgressEvent, ...], ProgressFault | NumericLimit]


def standing(command: Standing, state: Progress, rules: GameRules) -> Decision:
    """Errors: RequirementsNotMet, NumericLimit (a fact that is no number)."""
    match command:
        case EvaluateLeague():
            rate = command.win_rate
            if rate is not None and not rate.is_finite():
                return Failure(NumericLimit("facts"))
            return Success(_league(command, state, rules))
        case RequestVerification():
            if not _is_sound(command.facts):
                return Failure(NumericLimit("facts"))
            return _verification(command, state, rules)
        case RecordSpotlight():
            return Success(_spotlight(command, state))
        case _:
            assert_never(command)


def _is_sound(facts: TraderFacts) -> bool:
    amounts = (facts.volume, facts.win_rate, facts.drawdown)
    return all(amount.is_finite() for amount in amounts)


def _league(
    command: EvaluateLeague, state: Progress, rules: GameRules
) -> tuple[ProgressEvent, ...]:
    """One league up when all of the next one's requirements hold; a warning when active days are
    too few, and at the second week in a row one down. Each week is looked at once, and none that is
    earlier than the last that told something."""
    place, week = state.place, week_of(utc_day(command.at))
    if any(told is not None and week <= told for told in (place.week, place.warned)):
        return ()
    here = league_of(rules.leagues, place.league)
    above, below = (neighbour(rules.leagues, place.league, step) for step in (1, -1))
    needed = least_active(here, rules.leagues)
    if below is not None and command.active_days < needed:
        if place.warned == week - 1:
            return (_moved(command, place.league, below.name, LeagueReason.INACTIVE),)
        return (
            DemotionWarned(
                user_id=command.user_id,
                league=place.league,
                active_days=command.active_days,
                needed=needed,
                week=week,
            ),
        )
    if above is not None and all(need.met for need in needs(above, state, command)):
        return (_moved(command, place.league, above.name, LeagueReason.EARNED),)
    return ()


def _moved(
    command: EvaluateLeague, old: LeagueName, new: LeagueName, reason: LeagueReason
) -> LeagueChanged:
    day = utc_day(command.at)
    return LeagueChanged(
        user_id=command.user_id, old=old, new=new, reason=reason, week=week_of(day), day=day
    )


def _verification(command: RequestVerification, state: Progress, rules: GameRules) -> Decision:
    """A tier that is asked for is granted or refused; without one, what is due and what is lost."""
    if command.tier is not None and command.tier is not Tier.NONE:
        row = row_of(rules.tiers, command.tier)
        lacking = ("tier",) if row is None else missing(row, command.facts)
        if lacking:
            return Failure(RequirementsNotMet(command.tier.value, lacking))
        return Success(_granted(command, state.place.tier, command.tier))
    held = state.place.tier
    left = kept(rules.tiers, held, command.facts.drawdown)
    lost = VerificationLost(user_id=command.user_id, tier=held, left=left)
    before = () if left is held else (lost,)
    return Success((*before, *_granted(command, left, due(rules.tiers, command.facts))))


def _granted(command: RequestVerification, held: Tier, tier: Tier) -> tuple[ProgressEvent, ...]:
    """A higher tier than the one that is held; nobody asks for less."""
    if RANKS.index(tier) <= RANKS.index(held):
        return ()
    return (VerificationGranted(user_id=command.user_id, tier=tier),)


def _spotlight(command: RecordSpotlight, state: Progress) -> tuple[ProgressEvent, ...]:
    """A day in the spotlight counts once."""
    day = utc_day(command.at)
    if state.place.shown is not None and day <= state.place.shown:
        return ()
    return (SpotlightShown(user_id=command.user_id, day=day),)
