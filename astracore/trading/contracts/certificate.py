"""A certificate of profit and loss: a small record that a stranger can check.

It names the fills by the hash of their text, states the running sums every so many fills, and the
result. `verification/pnl_checker.py` decides by its own arithmetic whether it is true; it shares
no line with this library.
"""

import json
from collections.abc import Sequence
from decimal import Decimal
from hashlib import sha256

from returns.result import Failure, Result, Success

from astracore.errors.contracts import ContractFault
from astracore.numeric import exact, to_text
from astracore.outcome import is_failure
from astracore.trading.contracts.contract_positions import (
    ContractFill,
    ContractPosition,
    apply_contract_fill,
    worth_at,
)
from astracore.trading.contracts.kinds import Contract

VERSION = "1"


def fill_line(fill: ContractFill) -> str:
    """One fill as a line of text: `trade_id side qty price fee`, the fee in the settlement.

    >>> from astracore.trading.types import Side
    >>> fill_line(ContractFill(trade_id="t1", side=Side.BUY, qty=Decimal("1.50"), price=Decimal(2)))
    '["t1","buy","1.5","2","0"]'
    """
    texts = [to_text(value) for value in (fill.qty, fill.price, fill.fee)]
    return json.dumps([fill.trade_id, fill.side.value, *texts], separators=(",", ":"))


def fills_text(fills: Sequence[ContractFill]) -> str:
    """All fills, a line each: what the certificate's hash is of."""
    return "".join(fill_line(fill) + "\n" for fill in fills)


@exact
def certificate(
    terms: Contract, fills: Sequence[ContractFill], mark: Decimal, every: int = 1000
) -> Result[str, ContractFault]:
    """The record of what `fills` of one contract came to at `mark`, as JSON text.

    Fees are in the settlement asset. `steps` holds [fills so far, qty, cost, realised, fees].
    Errors: those of apply_contract_fill and worth_at.
    Source: docs/formulas-contracts-orders.md#certificate.
    Invariant: the checker accepts it, and refuses it with any digit changed.
    """
    position = ContractPosition(terms=terms)
    steps: list[list[str]] = []
    for number, fill in enumerate(fills, start=1):
        applied = apply_contract_fill(position, fill)
        if is_failure(applied):
            return Failure(applied.failure())
        position = applied.unwrap().position
        if number % max(1, every) == 0 or number == len(fills):
            steps.append([str(number), *_sums(position)])
    worth = worth_at(position, mark)
    if is_failure(worth):
        return worth
    return Success(_written(terms, fills, mark, steps, worth.unwrap().total))


def _sums(position: ContractPosition) -> list[str]:
    """The running sums as text."""
    held = position.held
    sums = (held.qty, held.cost, position.realised, position.fee_cost)
    return [to_text(value) for value in sums]


def _written(
    terms: Contract,
    fills: Sequence[ContractFill],
    mark: Decimal,
    steps: list[list[str]],
    total: Decimal,
) -> str:
    """The record as canonical JSON."""
    record = {
        "version": VERSION,
        "kind": terms.kind.value,
        "multiplier": to_text(terms.multiplier),
        "step": to_text(terms.step),
        "mark": to_text(mark),
        "fills": str(len(fills)),
        "sha256": sha256(fills_text(fills).encode()).hexdigest(),
        "steps": steps,
        "total": to_text(total),
    }
    return json.dumps(record, sort_keys=True, separators=(",", ":"))
