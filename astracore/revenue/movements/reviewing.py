"""When a movement has to be looked at, and what a tier may take out in thirty days."""

from collections.abc import Iterable
from decimal import Decimal

from returns.result import Result, Success

from astracore.errors.values import NumericLimit
from astracore.instants import Instant
from astracore.numeric import EXACT, exact
from astracore.revenue.movements.rules import MOVEMENT_RULES, MovementRules
from astracore.revenue.movements.state import Movement
from astracore.revenue.movements.types import Direction, Reason, Status
from astracore.users.types import Tier

ZERO = Decimal(0)
OUT = frozenset({Status.HELD, Status.APPROVED, Status.DONE})


@exact
def reasons_to_hold(
    usd: Decimal, others: Iterable[Movement], at: Instant, rules: MovementRules = MOVEMENT_RULES
) -> Result[tuple[Reason, ...], NumericLimit]:
    """Why a movement of `usd` beside the user's `others`, both ways, is held; none: it is not.

    Large: one ≥ 10000 USD. Many: the trailing 24 hours, this one included. Structured: this one is
    the third within 7 days that is just below.
    Errors: NumericLimit.  Source: docs/formulas-ledger-payments.md#review-of-movements.
    """
    review, known = rules.review, tuple(others)
    day = [one.usd for one in known if one.at.micros > at.micros - review.window]
    week = [one.usd for one in known if one.at.micros > at.micros - review.near_window]
    near = sum(review.near <= each < review.large for each in (usd, *week))
    signs = {
        Reason.LARGE: usd >= review.large,
        Reason.MANY: sum(day, usd) >= review.large > usd,
        Reason.STRUCTURED: review.near <= usd < review.large and near >= review.near_count,
        Reason.PENDING: any(one.status is Status.HELD for one in known),
    }
    return Success(tuple(reason for reason, shown in signs.items() if shown))


@exact
def withdrawal_left(
    tier: Tier, others: Iterable[Movement], at: Instant, rules: MovementRules = MOVEMENT_RULES
) -> Result[Decimal, NumericLimit]:
    """What the tier lets out at `at` [USD]: its limit less what left, or may, in 30 days.

    Errors: NumericLimit.
    """
    limit = next((most for one, most in rules.limits if one is tier), ZERO)
    edge = at.micros - rules.limit_window
    return withdrawn(others, edge).map(lambda gone: max(ZERO, EXACT.subtract(limit, gone)))


@exact
def withdrawn(
    others: Iterable[Movement], edge: int, asked: Decimal = ZERO
) -> Result[Decimal, NumericLimit]:
    """`asked` and what was asked out later than `edge` [µs], and left or still may [USD].

    Errors: NumericLimit.
    """
    gone = (
        one.usd
        for one in others
        if one.direction is Direction.WITHDRAWAL and one.status in OUT and one.at.micros > edge
    )
    return Success(sum(gone, asked))
