"""What the insurance fund puts into cross margin is lent while other positions may pay it back."""

from decimal import Decimal
from fractions import Fraction

from attrs import evolve
from hypothesis import example, given, settings
from hypothesis import strategies as st

from astracore.ids import OrderId
from astracore.policies.postings import settle_trade
from astracore.trading.account import ACCOUNT
from astracore.trading.contracts.hedging import LegName
from astracore.trading.events import TradeExecuted
from astracore.trading.money_commands import ApplyFunding
from astracore.trading.orders.terms import OrderTerms
from astracore.trading.pnl import available_at, valuation
from astracore.trading.state import Account
from astracore.trading.types import ZERO, MarginMode, Side
from property_tests.test_policies import told
from property_tests.trading_makers import ME, NOW, after, fill, happened, leverage, opening, order
from tests.trading.test_cash import hedging, mode

LEGS = {LegName.LONG: Side.BUY, LegName.SHORT: Side.SELL}
RATE = Decimal("0.0005")
START = after(opening(), hedging(), mode(MarginMode.CROSS), leverage(10))
lots = st.integers(1, 200).map(lambda count: count * Decimal("0.1"))
prices = st.integers(100_000, 400_000).map(lambda ticks: ticks * Decimal("0.01"))


def dealt(
    state: Account, name: str, leg: LegName, side: Side, qty: Decimal, price: Decimal
) -> Account:
    """One order of a leg, filled as a whole at a price."""
    ask = order(name, side, qty, terms=OrderTerms(leg=leg))
    return after(ask, fill(name, f"{name}-f", side, qty, price), start=state)


def both(first: LegName, size: Decimal, price: Decimal) -> tuple[Account, Account]:
    """A pair of legs of one size, `first` closed at a price; then the other one too."""
    state = START
    for leg, side in LEGS.items():
        state = dealt(state, f"in-{leg}", leg, side, size, Decimal(2000))
    second = next(leg for leg in LEGS if leg is not first)
    half = dealt(state, "one", first, LEGS[second], size, price)
    return half, dealt(half, "two", second, LEGS[first], size, price)


@given(lots, prices)
@example(Decimal(20), Decimal(1000))
@example(Decimal(20), Decimal(4000))
@example(Decimal("0.1"), Decimal(2000))
def test_a_pair_closed_leg_by_leg_is_paid_by_nobody(size: Decimal, price: Decimal) -> None:
    """Whichever leg goes first, the cash at the end is what the fees left of it; in between the
    equity is the same as if nothing had been lent, and nothing of it can be taken away."""
    fees = 2 * Fraction(size) * (2000 + Fraction(price)) * Fraction(RATE)
    ends = []
    for first in LEGS:
        half, end = both(first, size, price)
        equity = valuation(half, {"ETH-USD": price}).unwrap().equity
        assert half.insurance == 0
        assert abs(Fraction(equity) - (10_000 - fees * 3 / 4)) <= fees / 4
        assert half.lent == 0 or available_at(half, {"ETH-USD": price}) == 0 == half.cash
        assert (end.lent, end.insurance) == (ZERO, ZERO)
        ends.append(end.cash)
    assert ends[0] == ends[1]
    assert abs(Fraction(ends[0]) - (10_000 - fees)) <= Fraction(4, 10**6)


def test_what_nothing_can_pay_back_is_paid_for_good() -> None:
    """Both legs lose: the second one takes what was lent with it."""
    state = START
    for leg, side in LEGS.items():
        state = dealt(state, f"in-{leg}", leg, side, Decimal(20), Decimal(2000))
    half = dealt(state, "one", LegName.LONG, Side.SELL, Decimal(20), Decimal(1000))
    assert (half.cash, half.lent, half.insurance) == (ZERO, Decimal(10050), ZERO)
    end = dealt(half, "two", LegName.SHORT, Side.BUY, Decimal(20), Decimal(2500))
    assert (end.cash, end.lent, end.insurance) == (ZERO, ZERO, Decimal(20075))


def test_money_that_comes_later_covers_the_loan_first() -> None:
    """Nothing of it is available before, and the next gain pays the loan back."""
    half, _ = both(LegName.LONG, Decimal(20), Decimal(1000))
    marks = {"ETH-USD": Decimal(1000)}
    rich = evolve(half, cash=Decimal(10060), deposits=half.deposits + 10060)
    assert available_at(rich, marks) == 0  # the margin of what is open is more than the rest
    end = dealt(rich, "two", LegName.SHORT, Side.BUY, Decimal(20), Decimal(1000))
    assert (end.cash, end.lent, end.insurance) == (Decimal(20000), ZERO, ZERO)


def test_funding_on_cross_margin_is_lent_and_paid_back() -> None:
    """What a leg cannot pay is lent, and what the other one receives pays it back."""
    state = START
    for leg, side in LEGS.items():
        state = dealt(state, f"in-{leg}", leg, side, Decimal(20), Decimal(2000))
    whole = ApplyFunding(
        account_id=ME, symbol="ETH-USD", rate=Decimal(1), mark=Decimal(2000), at=NOW
    )
    end = after(whole, start=state)
    assert (end.cash, end.lent, end.insurance) == (state.cash, ZERO, ZERO)


def test_the_books_follow_the_loan() -> None:
    """Every entry adds up to 0, user funds are cash at every step, and the fund is whole again."""
    state, funds, paid = START, START.cash, ZERO
    for name, leg, side, price in (
        ("a", LegName.LONG, Side.BUY, 2000),
        ("b", LegName.SHORT, Side.SELL, 2000),
        ("c", LegName.LONG, Side.SELL, 1000),
        ("d", LegName.SHORT, Side.BUY, 1000),
    ):
        ask = order(name, side, Decimal(20), terms=OrderTerms(leg=leg))
        state = after(ask, start=state)
        for event in happened(state, fill(name, f"{name}-f", side, Decimal(20), Decimal(price))):
            state = ACCOUNT.evolve(state, event)
            for posted in settle_trade(told(event)) if isinstance(event, TradeExecuted) else ():
                lines = {line.account: line.amount for line in posted.entry.lines}
                assert sum(lines.values()) == ZERO
                funds -= lines.get(f"user_funds/{state.user_id}", ZERO)
                paid += lines.get("insurance_paid", ZERO)
        assert (funds, paid) == (state.cash, state.lent)
    assert (state.cash, paid) == (Decimal(9940), ZERO)


deals = st.lists(
    st.tuples(st.sampled_from(LegName), st.booleans(), st.integers(1, 80), st.integers(10, 50)),
    min_size=2,
    max_size=25,
)


@settings(max_examples=200, deadline=None)
@given(deals)
@example([(LegName.LONG, True, 80, 20), (LegName.SHORT, True, 80, 20),
          (LegName.LONG, False, 80, 10), (LegName.SHORT, False, 40, 10),
          (LegName.LONG, True, 10, 20), (LegName.SHORT, False, 40, 50)])  # fmt: skip
def test_the_wallet_is_one_sum_however_it_was_reached(
    wanted: list[tuple[LegName, bool, int, int]],
) -> None:
    """An oracle of one number: deposits + realised − fees, which the fund lifts to 0 when the last
    position is closed below it. Cash and loan are its two signs, and never both at once."""
    state, wallet, granted = START, Fraction(START.cash), Fraction(0)
    for place, (leg, opens, lots_, hundreds) in enumerate(wanted):
        qty, price = lots_ * Decimal("0.25"), Decimal(hundreds * 100)
        side = LEGS[leg] if opens else next(one for one in Side if one is not LEGS[leg])
        asked = ACCOUNT.decide(order(f"o{place}", side, qty, terms=OrderTerms(leg=leg)), state)
        for event in asked.value_or(()):
            state = ACCOUNT.evolve(state, event)
        made = state.orders.get(OrderId(f"o{place}"))
        if made is None:
            continue
        for event in happened(state, fill(f"o{place}", f"f{place}", side, made.qty, price)):
            state = ACCOUNT.evolve(state, event)
            if isinstance(event, TradeExecuted):
                wallet += Fraction(event.realised) - Fraction(event.fee)
        if not state.positions and wallet < 0:
            granted, wallet = granted - wallet, Fraction(0)
        assert Fraction(state.cash) == max(Fraction(0), wallet)
        assert Fraction(state.lent) == max(Fraction(0), -wallet)
        assert Fraction(state.insurance) == granted
