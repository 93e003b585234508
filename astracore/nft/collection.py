"""Figures of the collection, from its tokens and its sales, as of an instant."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from attrs import frozen
from returns.result import Result, Success

from astracore.errors.values import NumericLimit
from astracore.instants import DAY, Instant
from astracore.nft.rules import RULES, ZERO, NftRules, rarity_row
from astracore.nft.types import NftClass, Rarity, TokenState
from astracore.numeric import EXACT, exact, quotient, statistic


@frozen(kw_only=True)
class Piece:
    """One token as figures see it; `price` is what it is listed for alone, if it is."""

    class_: NftClass
    rarity: Rarity
    owner_id: str
    state: TokenState
    price: Decimal | None = None
    currency: str = ""


@frozen(kw_only=True)
class SaleMade:
    """One sale as figures see it."""

    price: Decimal
    currency: str
    at: Instant


@frozen(kw_only=True)
class CurrencyFigures:
    """Floor price, volumes and counts in one currency; None where there is nothing."""

    currency: str
    floor: Decimal | None
    volume_day: Decimal
    volume_week: Decimal
    volume_all: Decimal
    sales_day: int
    sales_week: int
    sales_all: int
    mean_week: Decimal | None


@frozen(kw_only=True)
class CollectionStats:
    """Counts of tokens, shares of those that are not burned, and money by currency."""

    minted: int
    burned: int
    owners: int
    listed_share: Decimal
    staked_share: Decimal
    currencies: tuple[CurrencyFigures, ...]


@frozen(kw_only=True)
class OwnerFigures:
    """`score`: mean rarity score; `completion`: classes owned / classes there are."""

    tokens: int
    score: Decimal
    completion: Decimal


@exact
def collection_stats(
    pieces: Sequence[Piece], sales: Sequence[SaleMade], now: Instant
) -> Result[CollectionStats, NumericLimit]:
    """Everything about the collection at `now`; windows are trailing, their start excluded.

    Errors: NumericLimit.  Source: docs/formulas-collectibles.md#collection-figures.
    Invariant: burned tokens count as minted and as nothing else.
    """
    alive = tuple(piece for piece in pieces if piece.state is not TokenState.BURNED)
    listed = tuple(piece for piece in alive if piece.state is TokenState.LISTED)
    staked = sum(1 for piece in alive if piece.state is TokenState.STAKED)
    names = {sale.currency for sale in sales} | {
        piece.currency for piece in listed if piece.price is not None
    }
    return Success(
        CollectionStats(
            minted=len(pieces),
            burned=len(pieces) - len(alive),
            owners=len({piece.owner_id for piece in alive}),
            listed_share=share(len(listed), len(alive)),
            staked_share=share(staked, len(alive)),
            currencies=tuple(_figures(name, listed, sales, now) for name in sorted(names)),
        )
    )


def share(part: int, whole: int) -> Decimal:
    """part/whole at the digits of statistics; 0 of nothing."""
    return ZERO if whole < 1 else statistic(quotient(Decimal(part), Decimal(whole)))


def _figures(
    currency: str, listed: Sequence[Piece], sales: Sequence[SaleMade], now: Instant
) -> CurrencyFigures:
    prices = [
        piece.price for piece in listed if piece.price is not None and piece.currency == currency
    ]
    own = [sale for sale in sales if sale.currency == currency]
    day, week = (_within(own, now, span) for span in (DAY, 7 * DAY))
    return CurrencyFigures(
        currency=currency,
        floor=min(prices, default=None),
        volume_day=_volume(day),
        volume_week=_volume(week),
        volume_all=_volume(own),
        sales_day=len(day),
        sales_week=len(week),
        sales_all=len(own),
        mean_week=statistic(quotient(_volume(week), Decimal(len(week)))) if week else None,
    )


def _within(sales: Sequence[SaleMade], now: Instant, span: int) -> tuple[SaleMade, ...]:
    start = now.micros - span
    return tuple(sale for sale in sales if start < sale.at.micros <= now.micros)


def _volume(sales: Iterable[SaleMade]) -> Decimal:
    total = ZERO
    for sale in sales:
        total = EXACT.add(total, sale.price)
    return total


@exact
def owner_figures(
    pieces: Sequence[Piece], rules: NftRules = RULES
) -> Result[OwnerFigures, NumericLimit]:
    """Of one owner's tokens; burned ones do not count.

    Errors: NumericLimit.  Source: docs/formulas-collectibles.md#collection-figures.
    """
    alive = tuple(piece for piece in pieces if piece.state is not TokenState.BURNED)
    rows = (rarity_row(rules, piece.rarity) for piece in alive)
    total = sum((row.score for row in rows if row is not None), ZERO)
    mean = statistic(quotient(total, Decimal(len(alive)))) if alive else ZERO
    completion = share(len({piece.class_ for piece in alive}), len(rules.classes))
    return Success(OwnerFigures(tokens=len(alive), score=mean, completion=completion))
