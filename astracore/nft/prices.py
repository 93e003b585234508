"""Prices that move by rule: the falling one of a Dutch auction, the next step of an English one."""

from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.money import MoneyFault
from astracore.errors.nft import AuctionState
from astracore.nft.payout import whole_price
from astracore.nft.rules import RULES
from astracore.numeric import EXACT, Rounding, exact, rounded, rounded_quotient
from astracore.outcome import is_failure


@frozen(kw_only=True)
class Fall:
    """A price that falls from `start` to `floor` [currency] within `duration` [µs]."""

    start: Decimal
    floor: Decimal
    duration: int
    currency: str


@exact
def dutch_price(fall: Fall, elapsed: int) -> Result[Decimal, AuctionState | MoneyFault]:
    """CEIL(start − (start − floor) × elapsed / duration) to the unit, then the floor.

    Errors: as `whole_price`, AuctionState (start below floor, or no duration), NumericLimit.
    Source: docs/formulas-collectibles.md#dutch-price.
    Invariant: never rises with time, never leaves [floor, start].
    >>> fall = Fall(start=Decimal(1000), floor=Decimal(400), duration=360, currency="CREDIT")
    >>> dutch_price(fall, 100).unwrap()
    Decimal('834')
    """
    unit = whole_price(fall.start, fall.currency).bind(
        lambda _: whole_price(fall.floor, fall.currency)
    )
    if is_failure(unit):
        return unit
    if fall.duration < 1 or fall.start < fall.floor:
        return Failure(AuctionState("terms"))
    left = fall.duration - min(max(0, elapsed), fall.duration)
    # start − drop × elapsed/duration is (floor × duration + drop × left)/duration: one division.
    total = EXACT.add(
        EXACT.multiply(fall.floor, Decimal(fall.duration)),
        EXACT.multiply(EXACT.subtract(fall.start, fall.floor), Decimal(left)),
    )
    return Success(rounded_quotient(total, Decimal(fall.duration), unit.unwrap(), Rounding.CEILING))


@exact
def english_minimum(
    high: Decimal, currency: str, step: Decimal = RULES.english_step
) -> Result[Decimal, MoneyFault]:
    """UP(high × step) to the unit: the least that beats the highest bid.

    Errors: as `whole_price`, NumericLimit.  Source: docs/formulas-collectibles.md#english-minimum.
    >>> english_minimum(Decimal(101), "CREDIT").unwrap()
    Decimal('107')
    """
    unit = whole_price(high, currency)
    if is_failure(unit):
        return unit
    return Success(rounded(EXACT.multiply(high, step), unit.unwrap(), Rounding.UP))
