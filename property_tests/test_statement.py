"""The statement of an account against cash counted by hand, in fractions."""

from decimal import Decimal
from fractions import Fraction

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from astracore.errors.trading import UnknownMark
from astracore.portfolio.attribution import Attribution, added, unexplained
from astracore.portfolio.statement import statement
from astracore.trading.types import Side
from property_tests.trading_makers import after, fill, opening, order

quantities = st.integers(1, 60).map(lambda n: Decimal(n).scaleb(-1))
prices = st.integers(190_000, 210_000).map(lambda n: Decimal(n).scaleb(-2))
trades = st.lists(st.tuples(st.sampled_from(Side), quantities, prices), max_size=6)


@given(trades, prices)
def test_the_change_of_equity_is_explained_to_the_last_digit(
    done: list[tuple[Side, Decimal, Decimal]], mark: Decimal
) -> None:
    """The oracle counts what the fills moved and what is left at the mark; leverage is 1."""
    state = after(opening("100000"))
    money, held = Fraction(0), Fraction(0)
    for place, (side, qty, price) in enumerate(done):
        name, sign = f"o{place}", 1 if side is Side.BUY else -1
        state = after(
            order(name, side, qty), fill(name, f"f{place}", side, qty, price), start=state
        )
        money -= sign * Fraction(qty) * Fraction(price)
        held += sign * Fraction(qty)
    told = statement(state, {"ETH-USD": mark}).unwrap()
    assert told.unexplained == 0
    assert told.equity_end - told.equity_start == (
        told.realised + told.unrealised - told.fees + told.insurance
    )
    earned = Fraction(told.realised) + Fraction(told.unrealised)
    assert earned == money + held * Fraction(mark)


def test_a_held_symbol_without_a_mark_is_named() -> None:
    state = after(opening(), order("o", Side.BUY, "1"), fill("o", "f", Side.BUY, "1", "2000"))
    assert statement(state, {}).failure() == UnknownMark("ETH-USD")


def test_every_figure_stands_in_its_own_place() -> None:
    """Paid funding, a withdrawal and the insurance fund are part of what is explained."""
    bought = (order("o", Side.BUY, "1"), fill("o", "f", Side.BUY, "1", "2000"))
    state = after(opening("10000"), *bought)
    moved = evolve(
        state,
        cash=state.cash - 30 - 7 + 400 + 11,
        withdrawals=Decimal(30),
        funding=Decimal(-7),
        realised=state.realised + 400,
        insurance=Decimal(11),
    )
    told = statement(moved, {"ETH-USD": Decimal(2100)}).unwrap()
    assert told.unexplained == 0
    assert told.equity_start == 10000
    assert told.equity_end == 10000 - 30 - 7 + 400 + 11 + 100 - state.fees
    assert [told.realised, told.unrealised, told.fees] == [400, 100, state.fees]
    assert [told.funding, told.insurance, told.withdrawals] == [-7, 11, 30]
    assert (told.cash, told.margin) == (moved.cash, moved.positions["ETH-USD"].margin)
    assert told.cash + told.margin + told.unrealised == told.equity_end
    for lost in (Decimal(3), Decimal(-3)):
        wrong = evolve(moved, cash=moved.cash - lost)
        assert statement(wrong, {"ETH-USD": Decimal(2100)}).unwrap().unexplained == -lost


PIECES = ("realised", "unrealised", "funding", "fees", "deposits", "withdrawals", "fx_effect")


def test_buckets_are_added_piece_by_piece() -> None:
    """Costs and withdrawals take away, everything else adds."""
    one = Attribution(**{name: Decimal(2**place) for place, name in enumerate(PIECES)})
    two = Attribution(**{name: Decimal(3**place) for place, name in enumerate(PIECES)})
    whole = added((one, two)).unwrap()
    assert [getattr(whole, name) for name in PIECES] == [2**i + 3**i for i in range(7)]
    gained = 1 + 2 + 4 - 8 + 16 - 32 + 64
    assert unexplained(Decimal(100), Decimal(103 + gained), one).unwrap() == 3
