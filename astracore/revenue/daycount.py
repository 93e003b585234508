"""What part of a year lies between two dates, by the conventions that contracts name."""

from enum import StrEnum
from fractions import Fraction
from typing import assert_never

from astracore.revenue.dates import civil, day_number

YEAR = 365


class DayCount(StrEnum):
    """Conventions by their usual names."""

    ACT_365F = "ACT/365F"
    ACT_360 = "ACT/360"
    ACT_ACT_ISDA = "ACT/ACT ISDA"
    THIRTY_E_360 = "30E/360"


def is_leap(year: int) -> bool:
    """Whether February has 29 days."""
    return day_number(year + 1, 1, 1) - day_number(year, 1, 1) > YEAR


def year_fraction(start: int, end: int, convention: DayCount) -> Fraction:
    """The years from one day to another, exactly [years].

    ACT/ACT splits at 1 January and counts leap years by 366; 30E/360 takes every 31st for a 30th.
    Source: docs/formulas-revenue.md#day-counts.
    Invariants: none from a day to itself; the way back is the negative; ACT counts are additive.
    >>> year_fraction(day_number(2003, 11, 1), day_number(2004, 5, 1), DayCount.ACT_ACT_ISDA)
    Fraction(66491, 133590)
    """
    match convention:
        case DayCount.ACT_365F:
            return Fraction(end - start, YEAR)
        case DayCount.ACT_360:
            return Fraction(end - start, 360)
        case DayCount.ACT_ACT_ISDA:
            return _years_since(end) - _years_since(start)
        case DayCount.THIRTY_E_360:
            return Fraction(_thirties(end) - _thirties(start), 360)
        case _:
            assert_never(convention)


# Whole years, and the part of the year that the day is in.
def _years_since(day: int) -> Fraction:
    year = civil(day)[0]
    passed = day - day_number(year, 1, 1)
    return year + Fraction(passed, YEAR + 1 if is_leap(year) else YEAR)


def _thirties(day: int) -> int:
    year, month, date = civil(day)
    return 360 * year + 30 * month + min(date, 30)
