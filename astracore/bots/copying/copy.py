"""The copy of one leader by one follower as a decider."""

from decimal import Decimal
from typing import TypeAlias, assert_never

from returns.result import Failure, Result, Success

from astracore.bots.copying.commands import (
    ChangeCopy,
    CopyCommand,
    Replicate,
    SettleCopyFee,
    StartCopy,
    StopCopy,
    WatchCopy,
)
from astracore.bots.copying.events import (
    CopyChanged,
    CopyEvent,
    CopyFeeSettled,
    CopyOrderIntended,
    CopySkipped,
    CopyStarted,
    CopyStopped,
)
from astracore.bots.copying.fees import CopyFee, moved_mark, performance_fee
from astracore.bots.copying.rules import COPY, CopyRules
from astracore.bots.copying.sizing import (
    CopyMode,
    CopyTerms,
    Sized,
    SkipReason,
    copy_size,
    shown_qty,
    wanted_qty,
)
from astracore.bots.copying.state import Copy, Parties, evolve
from astracore.errors.bots import AllocationLimit, CopyChain, CopyFault, CopyInvalid, CopyState
from astracore.events.decider import Decider
from astracore.instants import Instant
from astracore.numeric import EXACT, bounded, exact

Decided: TypeAlias = Result[tuple[CopyEvent, ...], CopyFault]


def copy_decider(rules: CopyRules) -> Decider[CopyCommand, Copy, CopyEvent, CopyFault]:
    """The decider under these rules."""

    @exact
    def decide(command: CopyCommand, copy: Copy) -> Decided:
        """Errors: CopyState, CopyChain, CopyInvalid, AllocationLimit, NumericLimit."""
        if isinstance(command, StartCopy):
            return _started(command, copy, rules)
        parties = copy.parties
        if parties is None or copy.ended:
            return Failure(CopyState("ended" if copy.ended else "unstarted"))
        match command:
            case ChangeCopy():
                return _changed(command, copy, parties, rules)
            case Replicate():
                return _replicated(command, copy, parties, rules)
            case StopCopy():
                stopped = _stop(parties, command.reason, command.at, close=command.close_positions)
                return _fee(command.equity, copy, parties, command.at, rules).map(
                    lambda paid: (*paid, stopped)
                )
            case WatchCopy():
                return _watched(command.equity, copy, parties, command.at, rules)
            case SettleCopyFee():
                return _fee(command.equity, copy, parties, command.at, rules)
            case _:
                assert_never(command)

    return Decider("bot.copy", Copy(), decide, evolve)


def is_lost(equity: Decimal, allocation: Decimal, stop: Decimal) -> bool:
    """equity <= allocation × (1 − stop).

    >>> is_lost(Decimal(70), Decimal(100), Decimal("0.3"))
    True
    """
    return equity <= EXACT.multiply(allocation, EXACT.subtract(1, stop))


COPY_DECIDER = copy_decider(COPY)


def _started(command: StartCopy, copy: Copy, rules: CopyRules) -> Decided:
    if copy.parties is not None:
        return Failure(CopyState("ended" if copy.ended else "started"))
    if not command.leader_listed:
        return Failure(CopyState("unlisted"))
    if command.leads or command.actor_id == command.leader_user_id:
        return Failure(CopyChain(command.actor_id))
    checks = (
        ("mode", command.mode is command.leader_mode),
        ("account_id", not command.account_taken),
        *_form(command.terms, command.allocation, command.stop, rules),
        ("equity", bounded(command.equity) and bounded(command.allocated)),
    )
    wrong = tuple(name for name, sound in checks if not sound)
    if wrong:
        return Failure(CopyInvalid(wrong))
    for bound, held, most in (
        ("leaders", command.leaders, rules.leaders_most),
        ("followers", command.followers, rules.followers_most),
    ):
        if held >= most:
            return Failure(AllocationLimit(bound, Decimal(most)))
    limit = _limit(command.allocation, command.allocated, command.equity, rules)
    if limit is not None:
        return Failure(limit)
    started = CopyStarted(
        follow_id=command.follow_id,
        leader_id=command.leader_id,
        user_id=command.actor_id,
        account_id=command.account_id,
        mode=command.terms.mode,
        figure=command.terms.figure,
        most=command.terms.most,
        allocation=command.allocation,
        stop=command.stop,
        copy_open=command.copy_open,
        at=command.at,
    )
    return Success((started,))


def _form(
    terms: CopyTerms, allocation: Decimal, stop: Decimal, rules: CopyRules
) -> tuple[tuple[str, bool], ...]:
    low, high = rules.multiplier
    scaled = terms.mode is CopyMode.PROPORTIONAL
    figure = bounded(terms.figure) and terms.figure > 0
    return (
        ("figure", figure and (not scaled or low <= terms.figure <= high)),
        ("most", terms.most is None or (bounded(terms.most) and terms.most > 0)),
        ("allocation", bounded(allocation) and allocation > 0),
        ("stop", bounded(stop) and 0 < stop < 1),
    )


def _limit(
    allocation: Decimal, allocated: Decimal, equity: Decimal, rules: CopyRules
) -> AllocationLimit | None:
    if allocation < rules.allocation_least:
        return AllocationLimit("least", rules.allocation_least)
    most = EXACT.multiply(rules.allocation_share, equity)
    if EXACT.add(allocated, allocation) > most:
        return AllocationLimit("share", EXACT.subtract(most, allocated))
    return None


# The change of the allocation is money that moves, so the mark moves with it. Who has become too
# poor for what is allocated may always take some of it back.
def _changed(command: ChangeCopy, copy: Copy, parties: Parties, rules: CopyRules) -> Decided:
    terms = copy.terms if command.terms is None else command.terms
    allocation = copy.allocation if command.allocation is None else command.allocation
    stop = copy.stop if command.stop is None else command.stop
    checks = (
        *_form(terms, allocation, stop, rules),
        ("equity", bounded(command.equity) and bounded(command.allocated)),
    )
    wrong = tuple(name for name, sound in checks if not sound)
    if wrong:
        return Failure(CopyInvalid(wrong))
    limit = _limit(allocation, command.allocated, command.equity, rules)
    lowered = allocation < copy.allocation and allocation >= rules.allocation_least
    if limit is not None and allocation != copy.allocation and not lowered:
        return Failure(limit)
    flow = EXACT.subtract(allocation, copy.allocation)
    return moved_mark(copy.mark, flow).map(
        lambda mark: (
            CopyChanged(
                follow_id=parties.follow_id,
                mode=terms.mode,
                figure=terms.figure,
                most=terms.most,
                allocation=allocation,
                stop=stop,
                paused=copy.paused if command.paused is None else command.paused,
                flow=flow,
                mark=mark,
                at=command.at,
            ),
        )
    )


# Losses end a copy before anything else is opened; a pause stops what opens, never what closes.
def _replicated(command: Replicate, copy: Copy, parties: Parties, rules: CopyRules) -> Decided:
    opens = command.fill.closes <= 0
    equity = command.standing.equity
    if opens and bounded(equity) and is_lost(equity, copy.allocation, copy.stop):
        return _watched(equity, copy, parties, command.at, rules)
    steps = command.steps
    if steps is None or (copy.paused and opens):
        reason = SkipReason.SYMBOL_MISSING if steps is None else SkipReason.PAUSED
        return wanted_qty(copy.terms, command.fill, command.standing).map(
            lambda wanted: (_skipped(command, parties, reason, shown_qty(wanted)),)
        )
    sized = copy_size(copy.terms, command.fill, command.standing, steps, rules)
    return sized.map(lambda found: (_copied(command, parties, found),))


def _copied(command: Replicate, parties: Parties, sized: Sized) -> CopyEvent:
    if sized.skip is not None:
        return _skipped(command, parties, sized.skip, sized.wanted)
    if command.refusal is not None:
        return _skipped(command, parties, SkipReason.RISK_REFUSED, sized.wanted)
    fill, standing = command.fill, command.standing
    return CopyOrderIntended(
        follow_id=parties.follow_id,
        leader_id=parties.leader_id,
        leader_fill_id=fill.fill_id,
        account_id=parties.account_id,
        symbol=fill.symbol,
        side=command.side,
        wanted=sized.wanted,
        qty=sized.qty,
        capped=sized.capped,
        leader_qty=fill.qty,
        leader_price=fill.price,
        leader_equity=fill.equity,
        equity=standing.equity,
        available=standing.available,
        price=standing.price,
        reduces=fill.closes > 0,
        at=command.at,
    )


def _skipped(
    command: Replicate, parties: Parties, reason: SkipReason, wanted: Decimal
) -> CopySkipped:
    return CopySkipped(
        follow_id=parties.follow_id,
        leader_id=parties.leader_id,
        leader_fill_id=command.fill.fill_id,
        symbol=command.fill.symbol,
        reason=reason,
        detail=command.refusal or "",
        wanted=wanted,
        price=command.standing.price,
        at=command.at,
    )


def _watched(
    equity: Decimal, copy: Copy, parties: Parties, at: Instant, rules: CopyRules
) -> Decided:
    if not bounded(equity):
        return Failure(CopyInvalid(("equity",)))
    if not is_lost(equity, copy.allocation, copy.stop):
        return Success(())
    stopped = _stop(parties, "stop_loss", at, close=True)
    return _fee(equity, copy, parties, at, rules).map(lambda paid: (*paid, stopped))


def _stop(parties: Parties, reason: str, at: Instant, *, close: bool) -> CopyStopped:
    return CopyStopped(follow_id=parties.follow_id, reason=reason, close_positions=close, at=at)


def _fee(equity: Decimal, copy: Copy, parties: Parties, at: Instant, rules: CopyRules) -> Decided:
    return performance_fee(equity, copy.mark, rules).map(
        lambda found: (_settled(found, equity, parties, at),)
    )


def _settled(found: CopyFee, equity: Decimal, parties: Parties, at: Instant) -> CopyFeeSettled:
    return CopyFeeSettled(
        follow_id=parties.follow_id,
        leader_id=parties.leader_id,
        user_id=parties.user_id,
        account_id=parties.account_id,
        equity=equity,
        fee=found.fee,
        leader_share=found.leader,
        house_share=found.house,
        mark=found.mark,
        at=at,
    )
