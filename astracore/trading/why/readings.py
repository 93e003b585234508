"""One check as a fact: which figure was compared with which bound, and what came of it."""

from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from attrs import evolve, frozen


class Verdict(StrEnum):
    """What a check said; `not_asked`: the rule does not apply to this order, or sets no limit."""

    PASSED = "passed"
    REFUSED = "refused"
    NOT_ASKED = "not_asked"


class Bound(StrEnum):
    """How a figure must lie to its limit."""

    AT_MOST = "at_most"
    BELOW = "below"
    AT_LEAST = "at_least"
    ABOVE = "above"
    MULTIPLE_OF = "multiple_of"


@frozen(kw_only=True)
class Reading:
    """One check. `code` is that of the refusal it leads to, `what` the figure that it looks at.

    Figures are in the unit of the rule: prices [quote per base], quantities [base], values and
    funds [account currency], counts, leverages, ages [µs]. `headroom` is how far the figure may
    still move before the verdict turns; below 0 where it was refused.
    """

    code: str
    what: str
    verdict: Verdict
    value: Decimal | None = None
    bound: Bound | None = None
    limit: Decimal | None = None
    headroom: Decimal | None = None
    note: str | None = None


@frozen(kw_only=True)
class Rule:
    """What is compared: the name of the figure, how it must lie, and the refusal otherwise."""

    code: str
    what: str
    bound: Bound


def holds(value: Decimal, bound: Bound, limit: Decimal) -> bool:
    """Whether a figure lies as it must. Kernel: no multiple of zero.

    >>> holds(Decimal(2), Bound.AT_MOST, Decimal(2)), holds(Decimal(2), Bound.BELOW, Decimal(2))
    (True, False)
    """
    match bound:
        case Bound.AT_MOST:
            return value <= limit
        case Bound.BELOW:
            return value < limit
        case Bound.AT_LEAST:
            return value >= limit
        case Bound.ABOVE:
            return value > limit
        case Bound.MULTIPLE_OF:
            return value % limit == 0
        case _:
            assert_never(bound)


def measured(rule: Rule, value: Decimal, limit: Decimal | None) -> Reading:
    """A figure beside its limit; without a limit nothing is asked. Kernel."""
    if limit is None:
        note = "no limit"
        return Reading(
            code=rule.code, what=rule.what, verdict=Verdict.NOT_ASKED, value=value, note=note
        )
    verdict = Verdict.PASSED if holds(value, rule.bound, limit) else Verdict.REFUSED
    return Reading(
        code=rule.code,
        what=rule.what,
        verdict=verdict,
        value=value,
        bound=rule.bound,
        limit=limit,
        headroom=headroom(value, rule.bound, limit),
    )


def headroom(value: Decimal, bound: Bound, limit: Decimal) -> Decimal | None:
    """How far a figure may move until its check turns; a multiple has none. Kernel."""
    if bound is Bound.MULTIPLE_OF:
        return None
    return limit - value if bound in {Bound.AT_MOST, Bound.BELOW} else value - limit


def stated(code: str, what: str, note: str, *, good: bool) -> Reading:
    """A check without a figure: `note` is what it found."""
    verdict = Verdict.PASSED if good else Verdict.REFUSED
    return Reading(code=code, what=what, verdict=verdict, note=note)


def skipped(code: str, what: str, note: str) -> Reading:
    """A check that this order is not put to, and why."""
    return Reading(code=code, what=what, verdict=Verdict.NOT_ASKED, note=note)


def judged_exactly(reading: Reading, *, good: bool) -> Reading:
    """The same figure with the verdict of its exact value: what is shown was rounded."""
    return evolve(reading, verdict=Verdict.PASSED if good else Verdict.REFUSED)
