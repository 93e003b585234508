"""The daily run: which contracts are asked to recognise a day that is over."""

from collections.abc import Iterable

from astracore.revenue.recognition.commands import Method, RecogniseDay
from astracore.revenue.recognition.state import Contract, deferred


def daily_run(contracts: Iterable[Contract], day: int) -> tuple[RecogniseDay, ...]:
    """One command for each contract that may still earn something by the end of `day`.

    Running it twice asks twice and earns once; a day that was missed is earned with the next.
    """
    return tuple(
        RecogniseDay(contract_id=contract.contract_id, day=day)
        for contract in contracts
        if is_earning(contract, day)
    )


def is_earning(contract: Contract, day: int) -> bool:
    """Whether days up to `day` may bring revenue of this contract."""
    if not contract.begun or contract.suspended or contract.method is Method.MILESTONES:
        return False
    return bool(deferred(contract)) and contract.start <= day
