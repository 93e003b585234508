"""What is remembered of a contract of revenue.

`base` was earned before the present spread began, `spread` is to be earned in it: by days from
`start` to `end`, or by what is `done` of `whole` (units, or shares of milestones).
"""

from decimal import Decimal
from typing import assert_never

from attrs import evolve as changed
from attrs import frozen

from astracore.ids import UserId
from astracore.numeric import EXACT
from astracore.revenue.recognition.commands import Method, Milestone, Stream
from astracore.revenue.recognition.events import (
    ContractBilled,
    ContractChanged,
    ContractEvent,
    ContractRefunded,
    ContractSuspended,
    RevenueRecognised,
)

ZERO, ONE = Decimal(0), Decimal(1)
NOBODY = UserId("")
CENT = Decimal("0.01")


@frozen(kw_only=True)
class Contract:
    """One contract; not begun while `begun` is false."""

    begun: bool = False
    contract_id: str = ""
    user_id: UserId = NOBODY
    stream: Stream = Stream.SUBSCRIPTIONS
    currency: str = ""
    unit: Decimal = CENT
    method: Method = Method.STRAIGHT_LINE
    billed: Decimal = ZERO  # less what was given back
    recognised: Decimal = ZERO  # less what was given back of it
    base: Decimal = ZERO
    spread: Decimal = ZERO
    start: int = 0
    end: int = 0
    through: int = 0  # days before it are closed
    done: Decimal = ZERO
    whole: Decimal = ZERO
    milestones: tuple[Milestone, ...] = ()
    reached: tuple[str, ...] = ()
    suspended: bool = False


NO_CONTRACT = Contract()


def deferred(contract: Contract) -> Decimal:
    """Billed and not earned. Kernel.

    Invariant: billed == recognised + deferred at all times.
    """
    return EXACT.subtract(contract.billed, contract.recognised)


def evolve(state: Contract, event: ContractEvent) -> Contract:
    """Fold one event."""
    match event:
        case ContractBilled():
            return _billed(event)
        case RevenueRecognised():
            return _recognised(state, event)
        case ContractChanged():
            more = changed(state, billed=EXACT.add(state.billed, event.more))
            return _spread(more, event.day, event.end)
        case ContractSuspended():
            return changed(state, suspended=True, through=max(state.through, event.day))
        case ContractRefunded():
            less = changed(
                state,
                billed=EXACT.subtract(state.billed, event.amount),
                recognised=EXACT.subtract(state.recognised, event.contra),
            )
            waits = state.suspended and event.end > event.day
            return changed(_spread(less, event.day, event.end), suspended=waits)
        case _:
            assert_never(event)


def _billed(event: ContractBilled) -> Contract:
    return Contract(
        begun=True,
        contract_id=event.contract_id,
        user_id=event.user_id,
        stream=event.stream,
        currency=event.currency,
        unit=event.unit,
        method=event.method,
        billed=event.amount,
        spread=event.amount,
        start=event.start,
        end=event.end,
        through=event.start,
        whole=event.units if event.method is Method.USE else ONE,
        milestones=event.milestones,
    )


def _recognised(state: Contract, event: RevenueRecognised) -> Contract:
    reached = (event.milestone,) if event.milestone else ()
    return changed(
        state,
        recognised=EXACT.add(state.recognised, event.amount),
        through=max(state.through, event.day + 1),
        done=EXACT.add(state.done, event.progress),
        reached=(*state.reached, *reached),
    )


# What was earned stays as it is; only what is left is spread anew, from `day` on.
def _spread(state: Contract, day: int, end: int) -> Contract:
    return changed(
        state,
        base=state.recognised,
        spread=deferred(state),
        start=day,
        end=end,
        through=max(state.through, day),
        whole=EXACT.subtract(state.whole, state.done),
        done=ZERO,
        suspended=False,
    )
