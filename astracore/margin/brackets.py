"""Margin brackets: how much leverage a notional allows and what it must keep."""

from decimal import Decimal

from attrs import frozen

from astracore.numeric import EXACT, bounded

ZERO = Decimal(0)


@frozen(kw_only=True)
class Bracket:
    """Notionals [quote] up to and including `to` (None: without end)."""

    to: Decimal | None
    max_leverage: int
    rate: Decimal  # maintenance, fraction of notional
    deduction: Decimal  # [quote], makes maintenance continuous at the floors


MARGIN_BRACKETS: tuple[Bracket, ...] = tuple(
    Bracket(
        to=None if to == "" else Decimal(to),
        max_leverage=leverage,
        rate=Decimal(rate),
        deduction=Decimal(deduction),
    )
    for to, leverage, rate, deduction in (
        ("50000", 50, "0.005", "0"),
        ("250000", 25, "0.01", "250"),
        ("1000000", 10, "0.025", "4000"),
        ("5000000", 5, "0.05", "29000"),
        ("", 2, "0.125", "404000"),
    )
)


def are_brackets(brackets: tuple[Bracket, ...]) -> bool:
    """Whether they rise to one without end, and maintenance is continuous and below the notional.

    d_n = floor_n × (m_n − m_(n−1)) + d_(n−1), so that no step of the price is worth a jump of it.
    >>> are_brackets(MARGIN_BRACKETS), are_brackets(MARGIN_BRACKETS[:2]), are_brackets(())
    (True, False, False)
    """
    floor, rate, deduction = ZERO, ZERO, ZERO
    for place, row in enumerate(brackets, 1):
        figures = (row.rate, row.deduction, floor if row.to is None else row.to)
        if not all(bounded(figure) for figure in figures) or row.max_leverage < 1:
            return False
        if (row.to is None) is not (place == len(brackets)) or not rate <= row.rate < 1:
            return False
        deduction = EXACT.fma(floor, EXACT.subtract(row.rate, rate), deduction)
        if row.deduction != deduction or (row.to is not None and row.to <= floor):
            return False
        floor, rate = row.to or floor, row.rate
    return bool(brackets)


def bracket_of(brackets: tuple[Bracket, ...], notional: Decimal) -> Bracket:
    """The bracket that contains `notional` [quote]; the last one when none says so.

    >>> bracket_of(MARGIN_BRACKETS, Decimal(50000)).max_leverage
    50
    >>> bracket_of(MARGIN_BRACKETS, Decimal("50000.01")).max_leverage
    25
    """
    for bracket in brackets:
        if bracket.to is None or notional <= bracket.to:
            return bracket
    return brackets[-1]


def level_cap(level: int) -> int:
    """Highest leverage of a player's level: min(10 + 5 × (level − 1), 100).

    >>> level_cap(1), level_cap(3), level_cap(99)
    (10, 20, 100)
    """
    return min(10 + 5 * (level - 1), 100)
