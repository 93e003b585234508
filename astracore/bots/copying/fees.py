"""The performance fee: a tenth of what is new above the highest level ever reached."""

from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.bots.copying.rules import COPY, CopyRules
from astracore.errors.bots import CopyInvalid
from astracore.errors.money import MoneyFault
from astracore.money import Money, Quote, allocate_largest_remainder
from astracore.numeric import bounded, exact
from astracore.revenue.performance_fee import Crystallised, FeeTerms, Mark, crystallised

CENT = Decimal("0.01")


@frozen(kw_only=True)
class CopyFee:
    """What a follower pays [account currency]; `mark` is the high-water mark afterwards."""

    fee: Decimal
    leader: Decimal
    house: Decimal
    mark: Decimal


@exact
def moved_mark(mark: Decimal, flow: Decimal) -> Result[Decimal, CopyInvalid]:
    """The mark after money came in (or went out, below 0): never below 0.

    Errors: CopyInvalid, NumericLimit.
    """
    if not (bounded(mark) and bounded(flow)):
        return Failure(CopyInvalid(("flow",)))
    return Success(max(Decimal(0), mark + flow))


@exact
def performance_fee(
    equity: Decimal, mark: Decimal, rules: CopyRules = COPY
) -> Result[CopyFee, CopyInvalid | MoneyFault]:
    """d2(rate × max(0, equity − mark)); the leader's share of it, and the new mark.

    A fund's fee without a hurdle, of which the copy is the one share; equity below 0 is nothing.
    Rounds: down, in favour of who pays; the leader's cent goes to the larger remainder.
    Errors: CopyInvalid, NumericLimit.
    Source: docs/formulas-social.md#copy-fee.
    Invariants: no level is paid for twice; leader + house = fee; the mark never falls.
    >>> found = performance_fee(Decimal(560), Decimal(500)).unwrap()
    >>> [str(one) for one in (found.fee, found.leader, found.house, found.mark)]
    ['6.00', '4.80', '1.20', '554.00']
    >>> performance_fee(Decimal(550), Decimal(554)).unwrap().fee
    Decimal('0')
    """
    if not (bounded(equity) and bounded(mark) and mark >= 0):
        return Failure(CopyInvalid(("equity",)))
    shares = (rules.leader_share, 1 - rules.leader_share)
    return Result.do(
        CopyFee(
            fee=found.fee,
            leader=parts[0].amount,
            house=parts[1].amount,
            mark=found.mark.value,
        )
        for found in _charged(equity, mark, rules)
        for parts in allocate_largest_remainder(_money(found.fee), CENT, shares)
    )


def _charged(equity: Decimal, mark: Decimal, rules: CopyRules) -> Result[Crystallised, CopyInvalid]:
    terms, level = FeeTerms(rate=rules.fee_rate, unit=CENT), Mark(value=mark, day=0)
    charged = crystallised(terms, level, max(Decimal(0), equity), level.day)
    return charged.alt(lambda _: CopyInvalid(("fee_rate",)))


def _money(fee: Decimal) -> Money[Quote]:
    return Money(fee, "")
