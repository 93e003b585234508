"""Contracts, fills and an oracle in fractions that knows neither steps nor averages of ours."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from attrs import define
from hypothesis import strategies as st

from astracore.instants import Instant
from astracore.trading.contracts.contract_positions import (
    Applied,
    ContractFill,
    ContractPosition,
    apply_contract_fill,
)
from astracore.trading.contracts.kinds import Contract
from astracore.trading.types import ContractKind, Side

D = Decimal
KINDS = tuple(ContractKind)
quantities = st.sampled_from([D("0.00000001"), D(1), D("1000000000")]) | st.integers(1, 10**7).map(
    lambda n: D(n).scaleb(-4)
)
prices = st.sampled_from([D("0.00000001"), D(1), D("99999999.99")]) | st.integers(1, 10**7).map(
    lambda n: D(n).scaleb(-2)
)
fees = st.sampled_from([D(0), D("-0.25"), D("0.000001")]) | st.integers(0, 10**5).map(
    lambda n: D(n).scaleb(-4)
)


def terms(kind: ContractKind, multiplier: str = "1", step: str = "0.000001") -> Contract:
    """A contract in BTC, USD and, for quanto, XBT."""
    settle = {ContractKind.INVERSE: "BTC", ContractKind.QUANTO: "XBT"}.get(kind, "USD")
    return Contract(
        kind=kind, base="BTC", quote="USD", settle=settle, multiplier=D(multiplier), step=D(step)
    )


contracts = st.builds(
    terms,
    st.sampled_from(KINDS),
    st.sampled_from(["1", "0.001", "100"]),
    st.sampled_from(["0.000001", "1E-8", "1E-18"]),
)


def fill(number: int, side: Side, qty: Decimal, price: Decimal, fee: Decimal) -> ContractFill:
    """One trade, a second after the one before."""
    at = Instant(number * 1_000_000)
    return ContractFill(trade_id=f"t{number}", side=side, qty=qty, price=price, fee=fee, at=at)


def numbered(rows: Sequence[tuple[Side, Decimal, Decimal, Decimal]]) -> tuple[ContractFill, ...]:
    """Rows as trades."""
    return tuple(fill(number, *row) for number, row in enumerate(rows))


histories: st.SearchStrategy[tuple[ContractFill, ...]] = st.lists(
    st.tuples(st.sampled_from(Side), quantities, prices, fees), min_size=1, max_size=14
).map(numbered)


def applied(position: ContractPosition, fills: Sequence[ContractFill]) -> ContractPosition:
    """All fills in turn."""
    for one in fills:
        position = apply_contract_fill(position, one).unwrap().position
    return position


def run(contract: Contract, fills: Sequence[ContractFill]) -> ContractPosition:
    """A position from nothing."""
    return applied(ContractPosition(terms=contract), fills)


def last(contract: Contract, fills: Sequence[ContractFill]) -> Applied:
    """What the last fill did."""
    return apply_contract_fill(run(contract, fills[:-1]), fills[-1]).unwrap()


def signed(one: ContractFill) -> Fraction:
    """The quantity with its side's sign."""
    return Fraction(one.qty) * (1 if one.side is Side.BUY else -1)


def worth(contract: Contract, qty: Fraction, price: Fraction) -> Fraction:
    """The textbook value of a quantity, with no rounding; of an inverse contract, negative: what
    one is long of when one is short of it."""
    units = qty * Fraction(contract.multiplier)
    return -units / price if contract.kind is ContractKind.INVERSE else units * price


def total_gain(contract: Contract, fills: Sequence[ContractFill], mark: Fraction) -> Fraction:
    """What all fills are worth at `mark`, less what they were worth when done: cash accounting."""
    moved = sum((signed(one) for one in fills), Fraction(0))
    paid = sum((worth(contract, signed(one), Fraction(one.price)) for one in fills), Fraction(0))
    return worth(contract, moved, mark) - paid


@define
class Averages:
    """Average-cost accounting in fractions: entry value of what is open, profit of what closed."""

    contract: Contract
    qty: Fraction = Fraction(0)
    entry: Fraction = Fraction(0)
    realised: Fraction = Fraction(0)

    def take(self, one: ContractFill) -> None:
        """One fill, cut at flat."""
        change, price = signed(one), Fraction(one.price)
        if self.qty * change < 0:
            part = min(abs(change), abs(self.qty)) * (1 if self.qty > 0 else -1)
            gone = self.entry * part / self.qty
            self.realised += worth(self.contract, part, price) - gone
            self.entry -= gone
            self.qty -= part
            change += part
        self.entry += worth(self.contract, change, price)
        self.qty += change


def averages(contract: Contract, fills: Sequence[ContractFill]) -> Averages:
    """The oracle after all fills."""
    book = Averages(contract)
    for one in fills:
        book.take(one)
    return book


def slack(contract: Contract, fills: Sequence[ContractFill], scale: int = 3) -> Fraction:
    """How far roundings to the step may have led, in all."""
    return Fraction(contract.step) * scale * (len(fills) + 1)
