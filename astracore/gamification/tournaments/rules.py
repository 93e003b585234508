"""What a tournament is played with, how it is scored and what its ranks are paid."""

from decimal import Decimal

from attrs import frozen

from astracore.instants import DAY, HOUR


@frozen(kw_only=True)
class ScoreRules:
    """The four parts of a score, each 0 to 100, and their weights."""

    profit: Decimal = Decimal("0.4")
    wins: Decimal = Decimal("0.3")
    volume: Decimal = Decimal("0.2")
    consistency: Decimal = Decimal("0.1")
    profit_steepness: Decimal = Decimal(50)
    wins_trades: int = 5  # closed trades before a win rate counts
    volume_full: Decimal = Decimal(100_000)  # [account currency] beyond which more adds nothing
    volume_bend: Decimal = Decimal(3)
    consistency_trades: int = 3  # closed trades before a deviation counts
    consistency_bend: Decimal = Decimal(10)


@frozen(kw_only=True)
class PrizeRow:
    """What the ranks `first` to `last` are paid."""

    first: int
    last: int
    xp: int
    credits: int  # [CREDIT]


@frozen(kw_only=True)
class PrizeTable:
    """Rank prizes for those who traded, and what everybody else who traded enough is paid."""

    rows: tuple[PrizeRow, ...] = (
        PrizeRow(first=1, last=1, xp=500, credits=5000),
        PrizeRow(first=2, last=2, xp=300, credits=3000),
        PrizeRow(first=3, last=3, xp=200, credits=2000),
        PrizeRow(first=4, last=10, xp=100, credits=500),
    )
    ranked_trades: int = 1  # closed trades without which no rank is paid
    others_trades: int = 5
    others_xp: int = 25
    others_credits: int = 0


SCORING = ScoreRules()
PRIZES = PrizeTable()


@frozen(kw_only=True)
class TournamentRules:
    """The daily tournament. Times are microseconds after its begin, or after its close."""

    capital: Decimal = Decimal(100_000)
    currency: str = "PUSD"
    leverage: int = 5  # at most
    length: int = DAY
    joining: int = 18 * HOUR  # joining ends
    archived_after: int = 30 * DAY
    scoring: ScoreRules = SCORING
    prizes: PrizeTable = PRIZES


DAILY = TournamentRules()
