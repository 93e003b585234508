"""The contract of revenue as a decider: what each day, deed or unit earns, never more than billed.

Whatever changes, closed days stay as they are: what is left to earn is spread over the later ones.
"""

from decimal import Decimal
from typing import TypeAlias, assert_never

from returns.result import Failure, Result, Success

from astracore.errors.money import NegativeAmount
from astracore.errors.revenue import (
    ContractState,
    DayClosed,
    RecognitionFault,
    RefundExceedsRecognisedAndDeferred,
)
from astracore.errors.values import InvalidFraction, InvalidPeriod
from astracore.events.decider import Decider
from astracore.numeric import Rounding, exact, to_text
from astracore.revenue.recognition.commands import (
    BillContract,
    ChangeContract,
    ContractCommand,
    Method,
    ReachMilestone,
    RecogniseDay,
    RecordUse,
    RefundContract,
    SuspendContract,
)
from astracore.revenue.recognition.events import (
    ContractBilled,
    ContractChanged,
    ContractEvent,
    ContractRefunded,
    ContractSuspended,
    RevenueRecognised,
)
from astracore.revenue.recognition.state import NO_CONTRACT, Contract, deferred, evolve
from astracore.revenue.units import part_to

ZERO = Decimal(0)
Decided: TypeAlias = Result[tuple[ContractEvent, ...], RecognitionFault]


@exact
def decide(command: ContractCommand, state: Contract) -> Decided:
    """What a command does to a contract.

    Errors: ContractState, NegativeAmount, InvalidPeriod, InvalidFraction (shares of milestones
    that do not sum to 1), DayClosed, RefundExceedsRecognisedAndDeferred, NumericLimit.
    Rounds: HALF_EVEN to the unit, cumulatively.  Source: docs/formulas-revenue.md#recognition.
    Invariants: billed == recognised + deferred; closed days never change.
    """
    if isinstance(command, BillContract):
        return _bill(command, state)
    if not state.begun:
        return Failure(ContractState("unknown"))
    match command:
        case RecogniseDay():
            return Success(_until(state, command.day + 1))
        case ReachMilestone():
            return _reach(command, state)
        case RecordUse():
            return _use(command, state)
        case ChangeContract():
            return _change(command, state)
        case SuspendContract():
            return _suspend(command, state)
        case RefundContract():
            return _refund(command, state)
        case _:
            assert_never(command)


CONTRACT: Decider[ContractCommand, Contract, ContractEvent, RecognitionFault] = Decider(
    "financial.contract", NO_CONTRACT, decide, evolve
)


def _bill(command: BillContract, state: Contract) -> Decided:
    if state.begun:
        return Failure(ContractState("begun"))
    if command.amount < 0 or command.units < 0:
        return Failure(NegativeAmount(to_text(min(command.amount, command.units))[:64]))
    timed = command.method is not Method.MILESTONES
    if command.end < command.start + timed or (command.method is Method.USE and not command.units):
        return Failure(InvalidPeriod(f"{str(command.start)[:20]} to {str(command.end)[:20]}"))
    shares = [each.share for each in command.milestones]
    named = {each.name for each in command.milestones}
    if command.method is Method.MILESTONES and (
        sum(shares, ZERO) != 1 or min(shares) < 0 or len(named) < len(shares) or "" in named
    ):
        return Failure(InvalidFraction("milestones", to_text(sum(shares, ZERO))[:64]))
    return Success(
        (
            ContractBilled(
                contract_id=command.contract_id,
                user_id=command.user_id,
                stream=command.stream,
                currency=command.currency,
                amount=command.amount,
                start=command.start,
                end=command.end,
                method=command.method,
                milestones=command.milestones,
                units=command.units,
                unit=command.unit,
            ),
        )
    )


# What the days before `mark` have earned beyond what is recognised; nothing while suspended.
def _until(state: Contract, mark: int) -> tuple[ContractEvent, ...]:
    if state.suspended or state.method is Method.MILESTONES:
        return ()
    mark = max(mark, state.through)
    if state.method is Method.USE:
        left = state.whole - state.done
        return _earned(state, mark - 1, left) if mark >= state.end and left else ()
    whole = state.end - state.start
    part = min(max(mark - state.start, 0), whole)
    total = state.spread
    if whole > 0:
        total = part_to(state.spread * part, Decimal(whole), state.unit, Rounding.HALF_EVEN)
    amount = state.base + total - state.recognised
    return (_event(state, mark - 1, amount),) if amount else ()


# By deeds or units: the share of the spread that is done, cumulatively.
def _earned(
    state: Contract, day: int, progress: Decimal, milestone: str = ""
) -> tuple[ContractEvent, ...]:
    done = (state.done + progress) * state.spread
    total = part_to(done, state.whole, state.unit, Rounding.HALF_EVEN)
    amount = state.base + total - state.recognised
    return (_event(state, day, amount, progress, milestone),)


def _event(
    state: Contract, day: int, amount: Decimal, progress: Decimal = ZERO, milestone: str = ""
) -> RevenueRecognised:
    return RevenueRecognised(
        contract_id=state.contract_id,
        user_id=state.user_id,
        stream=state.stream,
        day=day,
        amount=amount,
        currency=state.currency,
        progress=progress,
        milestone=milestone,
    )


def _reach(command: ReachMilestone, state: Contract) -> Decided:
    shares = {each.name: each.share for each in state.milestones}
    share = shares.get(command.milestone)
    if state.method is not Method.MILESTONES or share is None or state.suspended:
        return Failure(ContractState("milestone"))
    if command.milestone in state.reached:
        return Success(())
    if not share or state.whole <= 0:
        return Success((_event(state, command.day, ZERO, share, command.milestone),))
    return Success(_earned(state, command.day, share, command.milestone))


def _use(command: RecordUse, state: Contract) -> Decided:
    if command.units <= 0:
        return Failure(NegativeAmount(to_text(command.units)[:64]))
    left = state.whole - state.done
    if state.method is not Method.USE or state.suspended or command.units > left:
        return Failure(ContractState("use"))
    return Success(_earned(state, command.day, command.units))


def _change(command: ChangeContract, state: Contract) -> Decided:
    if command.day < state.through:
        return Failure(DayClosed(command.day))
    if state.billed + command.more < 0:
        return Failure(NegativeAmount(to_text(state.billed + command.more)[:64]))
    before = _until(state, command.day)
    now = _folded(state, before)
    if state.method is not Method.STRAIGHT_LINE and now.done >= now.whole:
        return Failure(ContractState("complete"))
    event = ContractChanged(
        contract_id=command.contract_id, day=command.day, more=command.more, end=command.end
    )
    return Success(_closed(state, (*before, event), command.day))


def _suspend(command: SuspendContract, state: Contract) -> Decided:
    if command.day < state.through:
        return Failure(DayClosed(command.day))
    if state.suspended:
        return Success(())
    event = ContractSuspended(contract_id=command.contract_id, day=command.day)
    return Success((*_until(state, command.day), event))


def _refund(command: RefundContract, state: Contract) -> Decided:
    if command.amount <= 0:
        return Failure(NegativeAmount(to_text(command.amount)[:64]))
    if command.amount > state.billed:
        return Failure(RefundExceedsRecognisedAndDeferred(state.billed, command.amount))
    day = max(command.day, state.through)
    before = _until(state, day)
    now = _folded(state, before)
    unearned = max(ZERO, min(command.amount, deferred(now)))
    event = ContractRefunded(
        contract_id=command.contract_id,
        user_id=state.user_id,
        stream=state.stream,
        day=day,
        amount=command.amount,
        deferred=unearned,
        contra=command.amount - unearned,
        end=day if command.ends else max(day, state.end),
        currency=state.currency,
    )
    return Success(_closed(state, (*before, event), day))


# Where no days are left, what remains (a cent, or what is not given back) is earned now.
def _closed(
    state: Contract, events: tuple[ContractEvent, ...], day: int
) -> tuple[ContractEvent, ...]:
    after = _folded(state, events)
    if after.end > day or after.method is not Method.STRAIGHT_LINE:
        return events
    return (*events, *_until(after, day + 1))


def _folded(state: Contract, events: tuple[ContractEvent, ...]) -> Contract:
    for event in events:
        state = evolve(state, event)
    return state
