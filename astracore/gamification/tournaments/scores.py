"""The score of an entry from what its closed trades made."""

from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.leaderboards import InvalidTournament, TournamentFault
from astracore.gamification.tournaments.rules import ScoreRules
from astracore.metrics.frames import statistical
from astracore.numeric import EXACT, even

ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)
CENT = 2


@frozen(kw_only=True)
class Tally:
    """The closed trades of an entry, summed: all that a score depends on. Amounts in `capital`'s.

    `net_squares` is Σ net², so that a deviation needs no list of trades.
    """

    trades: int = 0
    won: int = 0
    volume: Decimal = ZERO  # of qualifying trades
    net: Decimal = ZERO
    net_squares: Decimal = ZERO


@frozen(kw_only=True)
class Score:
    """A score with its parts, each 0 to 100 and rounded to a hundredth, half to even."""

    total: Decimal = ZERO
    profit: Decimal = ZERO
    wins: Decimal = ZERO
    volume: Decimal = ZERO
    consistency: Decimal = ZERO


NOTHING = Tally()
UNSCORED = Score()


def with_trade(tally: Tally, net: Decimal, volume: Decimal, *, qualifies: bool) -> Tally:
    """The tally after one more closed trade.  Raises: what EXACT signals; `decide` answers it."""
    return Tally(
        trades=tally.trades + 1,
        won=tally.won + (net > 0),
        volume=EXACT.add(tally.volume, volume) if qualifies else tally.volume,
        net=EXACT.add(tally.net, net),
        net_squares=EXACT.add(tally.net_squares, EXACT.multiply(net, net)),
    )


@statistical
def score(
    tally: Tally, equity: Decimal, capital: Decimal, rules: ScoreRules
) -> Result[Score, TournamentFault]:
    """e2(0.4 P + 0.3 W + 0.2 V + 0.1 C); without a closed trade 0.

    P = 100 max(0, 2 / (1 + exp(−50 R)) − 1), R = equity / capital − 1; W = 100 × win rate from 5
    trades on; V = 100 (1 − exp(−3 min(1, volume / 100000))) / (1 − exp(−3)); C = 100 exp(−10 sd of
    net / capital) from 3 trades on.
    Errors: InvalidTournament (no capital).   Rounds: each part and the total, e2.
    Source: docs/formulas-ranking.md#tournaments.
    Invariant: every part and the total are in [0, 100]; never less for more profit.
    """
    if capital <= 0 or rules.volume_full <= 0 or rules.volume_bend <= 0:
        return Failure(InvalidTournament(("capital",)))
    if tally.trades < 1:
        return Success(UNSCORED)
    profit = _profit(equity / capital - ONE, rules)
    wins = _wins(tally, rules)
    volume = _volume(tally.volume / rules.volume_full, rules)
    consistency = _consistency(tally, capital, rules)
    total = (
        rules.profit * profit
        + rules.wins * wins
        + rules.volume * volume
        + rules.consistency * consistency
    )
    return Success(
        Score(
            total=even(total, CENT),
            profit=even(profit, CENT),
            wins=even(wins, CENT),
            volume=even(volume, CENT),
            consistency=even(consistency, CENT),
        )
    )


def _profit(made: Decimal, rules: ScoreRules) -> Decimal:
    """A loss and nothing at all are alike: no score rises with the size of a loss."""
    if made <= 0:
        return ZERO
    return HUNDRED * (2 / (ONE + (-rules.profit_steepness * made).exp()) - ONE)


def _wins(tally: Tally, rules: ScoreRules) -> Decimal:
    """100 × won / closed, once there are enough."""
    if tally.trades < rules.wins_trades:
        return ZERO
    return HUNDRED * tally.won / tally.trades


def _volume(share: Decimal, rules: ScoreRules) -> Decimal:
    """Rises fast and flattens: 100 at the full volume and beyond."""
    bend = rules.volume_bend
    return HUNDRED * (ONE - (-bend * min(ONE, share)).exp()) / (ONE - (-bend).exp())


def _consistency(tally: Tally, capital: Decimal, rules: ScoreRules) -> Decimal:
    """100 × exp(−10 × sample deviation of net / capital), once there are enough."""
    if tally.trades < max(rules.consistency_trades, 2):
        return ZERO
    squares = tally.net_squares - tally.net * tally.net / tally.trades
    deviation = (max(ZERO, squares) / (tally.trades - 1)).sqrt() / capital
    return HUNDRED * (-rules.consistency_bend * deviation).exp()
