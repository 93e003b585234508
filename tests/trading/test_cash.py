"""Money in and out, fresh starts, margin, funding and modes, each rule by its smallest example."""

from collections.abc import Callable

import pytest
from attrs import evolve

from astracore.instants import DAY, Instant
from astracore.trading.account import ACCOUNT
from astracore.trading.commands import AccountCommand
from astracore.trading.contracts.hedging import LegName, PositionMode
from astracore.trading.facts import LiveStanding, Mark
from astracore.trading.money_commands import (
    AdjustMargin,
    ApplyFunding,
    MoveCash,
    ResetPractice,
    SetMarginMode,
    SetPositionMode,
)
from astracore.trading.orders.terms import OrderTerms
from astracore.trading.pnl import valuation
from astracore.trading.state import Account
from astracore.trading.types import (
    AccountMode,
    AccountStatus,
    CashKind,
    ContractKind,
    MarginMode,
    Side,
)
from property_tests.trading_makers import (
    ETH,
    ME,
    NOW,
    D,
    after,
    codes,
    facts,
    fill,
    happened,
    leverage,
    limit,
    opening,
    order,
    placed,
    status,
)

STANDING = LiveStanding(leverage_cap=20, two_factor=True, connected=True)
OPEN = after(opening())
LIVE = after(opening("1000", mode=AccountMode.LIVE, live=STANDING))
LONG = after(order("o", Side.BUY, "1"), fill("o", "f", Side.BUY, "1", "2000"), start=OPEN)
FIVE = after(
    leverage(5), order("o", Side.BUY, "1"), fill("o", "f", Side.BUY, "1", "2000"), start=OPEN
)


def cash(kind: CashKind, amount: str, **more: object) -> MoveCash:
    """Money moves."""
    chosen: dict[str, object] = {
        "account_id": ME,
        "kind": kind,
        "amount": D(amount),
        "reference": "r",
        "at": NOW,
    }
    return MoveCash(**{**chosen, **more})  # type: ignore[arg-type]


def margin(amount: str, mark: str | None = "2000", **more: object) -> AdjustMargin:
    """Margin moves."""
    marks = () if mark is None else (Mark(symbol="ETH-USD", price=D(mark), at=NOW),)
    chosen: dict[str, object] = {
        "account_id": ME,
        "symbol": "ETH-USD",
        "amount": D(amount),
        "at": NOW,
        "marks": marks,
    }
    return AdjustMargin(**{**chosen, **more})  # type: ignore[arg-type]


def funding(rate: str, mark: str = "2050", at: Instant = NOW) -> ApplyFunding:
    """Funding comes due."""
    return ApplyFunding(account_id=ME, symbol="ETH-USD", rate=D(rate), mark=D(mark), at=at)


def reset(balance: str | None = None, at: Instant = NOW) -> ResetPractice:
    """A fresh start."""
    return ResetPractice(account_id=ME, at=at, balance=None if balance is None else D(balance))


def mode(to: MarginMode, symbol: str = "ETH-USD") -> SetMarginMode:
    """Another margin mode."""
    return SetMarginMode(account_id=ME, symbol=symbol, margin_mode=to, at=NOW)


def hedging(to: PositionMode = PositionMode.HEDGING) -> SetPositionMode:
    """Another position mode."""
    return SetPositionMode(account_id=ME, position_mode=to, at=NOW)


CLOSED = after(status(AccountStatus.CLOSED), start=OPEN)
CROSS = after(
    mode(MarginMode.CROSS),
    leverage(5),
    order("o", Side.BUY, "1"),
    fill("o", "f", Side.BUY, "1", "2000"),
    start=OPEN,
)
LIVE_CROSS = evolve(CROSS, mode=AccountMode.LIVE)
IN, OUT, SYNC = CashKind.DEPOSIT, CashKind.WITHDRAWAL, CashKind.SYNC
REFUSED: list[tuple[str, Account, Callable[[], AccountCommand], str]] = [
    ("into a closed account", CLOSED, lambda: cash(IN, "1"), "account_closed"),
    ("nothing", OPEN, lambda: cash(IN, "0"), "bad_amount"),
    ("below nothing", OPEN, lambda: cash(IN, "-1"), "bad_amount"),
    ("too fine", OPEN, lambda: cash(IN, "0.0000001"), "bad_amount"),
    ("no difference", LIVE, lambda: cash(SYNC, "0"), "bad_amount"),
    ("out of practice", OPEN, lambda: cash(OUT, "1"), "practice_not_withdrawable"),
    ("a loss in practice", OPEN, lambda: cash(SYNC, "-1"), "practice_not_withdrawable"),
    ("more than there is", LIVE, lambda: cash(OUT, "1000.01"), "insufficient_funds"),
    ("a loss of more", LIVE, lambda: cash(SYNC, "-1000.01"), "insufficient_funds"),
    ("cross without a mark", LIVE_CROSS, lambda: cash(OUT, "1"), "price_stale"),
    ("reset closed", CLOSED, reset, "account_closed"),
    ("reset live", LIVE, reset, "invalid_transition"),
    ("reset with a position", LONG, reset, "reset_not_flat"),
    ("reset twice", after(reset(), start=OPEN), reset, "reset_too_soon"),
    ("reset to dust", OPEN, lambda: reset("0.0000001"), "bad_amount"),
    ("reset to little", OPEN, lambda: reset("99"), "balance_out_of_range"),
    ("margin of nothing", OPEN, lambda: margin("1"), "position_not_found"),
    ("margin of a cross", CROSS, lambda: margin("1"), "invalid_transition"),
    ("no margin", LONG, lambda: margin("0"), "bad_amount"),
    ("fine margin", LONG, lambda: margin("0.0000001"), "bad_amount"),
    ("margin without mark", LONG, lambda: margin("1", None), "price_stale"),
    ("too much margin", LONG, lambda: margin("10000"), "insufficient_margin"),
    ("too little margin", FIVE, lambda: margin("-0.01"), "margin_too_low"),
    ("funding without mark", LONG, lambda: funding("1", "0"), "invalid_transition"),
    ("mode of a closed account", CLOSED, lambda: mode(MarginMode.CROSS), "account_closed"),
    ("mode with a position", LONG, lambda: mode(MarginMode.CROSS), "position_open"),
    ("hedging a closed account", CLOSED, hedging, "account_closed"),
    ("hedging with a position", LONG, hedging, "position_open"),
]


@pytest.mark.parametrize(
    ("state", "command", "code"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_refusals(state: Account, command: Callable[[], AccountCommand], code: str) -> None:
    assert codes(state, command()) == [code]


def test_money_comes_and_goes() -> None:
    """Deposits and withdrawals are counted apart; a sync may go either way."""
    state = after(cash(IN, "50"), cash(OUT, "200.5"), cash(SYNC, "-49.5"), start=LIVE)
    assert (state.cash, state.deposits, state.withdrawals) == (D(800), D(1050), D(250))
    assert valuation(state, {}).unwrap().equity == D(800)


def test_a_withdrawal_leaves_what_orders_lock() -> None:
    state = after(limit("l", Side.BUY, "0.1", "1990"), start=OPEN)
    state = evolve(state, mode=AccountMode.LIVE)
    assert codes(state, cash(OUT, "9999")) == ["insufficient_funds"]
    assert happened(state, cash(OUT, "9800"))


def test_a_fresh_start_is_one_in_a_day() -> None:
    """Leverage stays; the balance is the one before, or the one asked for."""
    state = after(leverage(3), cash(IN, "5"), reset(), start=OPEN)
    assert (state.cash, state.leverage["ETH-USD"]) == (D(10005), 3)
    later = Instant(NOW.micros + DAY)
    assert after(reset("700", later), start=state).cash == D(700)


def test_margin_moves_both_ways() -> None:
    """What is added may be taken out again, down to the initial margin after a loss."""
    state = after(margin("100"), start=FIVE)
    held = state.positions["ETH-USD"]
    assert (held.margin, held.peak_margin, state.cash) == (D(500), D(500), D(9499))
    assert codes(state, margin("-100", "1990")) == ["margin_too_low"]
    assert after(margin("-100"), start=state).positions["ETH-USD"].margin == D(400)
    with_less = after(margin("-92", "1990"), start=state)
    assert codes(with_less, margin("-0.01", "1990")) == ["margin_too_low"]


def test_funding_as_in_the_rules() -> None:
    """Long 1.5 at 2050, rate 0.0001: −0.3075; once for an instant, never for a later position."""
    state = after(order("o", Side.BUY, "1.5"), fill("o", "f", Side.BUY, "1.5", "2000"), start=OPEN)
    (event,) = happened(state, funding("0.0001"))
    funded = ACCOUNT.evolve(state, event)
    assert funded.funding == D("-0.3075")
    assert funded.positions["ETH-USD"].margin == D("2999.6925")
    assert happened(funded, funding("0.0001")) == ()
    early = Instant(NOW.micros - 1)
    assert happened(state, funding("0.0001", at=early)) == ()
    assert happened(OPEN, funding("0.0001")) == ()
    later = Instant(NOW.micros + 1)
    assert after(funding("-0.0001", at=later), start=funded).funding == 0


def test_funding_beyond_the_margin_takes_cash_then_the_fund() -> None:
    """The margin bears it first, then the cash; what nobody has the insurance fund pays."""
    poor = evolve(FIVE, cash=D(100))
    state = after(funding("0.2", "2000"), start=poor)
    assert (state.positions["ETH-USD"].margin, state.cash, state.insurance) == (D(0), D(100), D(0))
    state = after(funding("0.3", "2000"), start=poor)
    assert (state.cash, state.insurance) == (D(0), D(100))


def test_cross_funding_is_cash() -> None:
    state = after(funding("0.001", "2000"), start=CROSS)
    assert (state.positions["ETH-USD"].margin, state.cash) == (D(0), D(9997))


def test_modes_that_stand_already_change_nothing() -> None:
    assert happened(OPEN, mode(MarginMode.ISOLATED)) == ()
    assert happened(OPEN, hedging(PositionMode.NETTING)) == ()
    back = after(mode(MarginMode.CROSS), mode(MarginMode.ISOLATED), start=OPEN)
    assert back.cross == frozenset()


def test_two_legs_side_by_side() -> None:
    """A long and a short stand beside each other; the closing side of a leg only reduces."""
    state = after(hedging(), start=OPEN)
    for name, leg, side in (("l", LegName.LONG, Side.BUY), ("s", LegName.SHORT, Side.SELL)):
        asked = order(name, side, "1", terms=OrderTerms(leg=leg))
        state = after(asked, fill(name, f"f{name}", side, "1", "2000"), start=state)
    assert {key: held.qty for key, held in state.positions.items()} == {
        "ETH-USD:long": D(1),
        "ETH-USD:short": D(-1),
    }
    assert codes(state, order("x", Side.BUY, "1")) == ["invalid_order"]
    out = order("x", Side.SELL, "5", terms=OrderTerms(leg=LegName.LONG))
    accepted = placed(state, out)
    assert (accepted.qty, accepted.reduce_only) == (D(1), True)


def test_leverage_of_what_is_held() -> None:
    """A spot pair has none; a held notional lowers what its bracket allows; a tier caps it."""
    spot = evolve(ETH, kind=ContractKind.SPOT)
    known = evolve(facts(), instrument=spot)
    assert codes(OPEN, leverage(2, known)) == ["leverage_above_bracket"]
    live = evolve(facts(), live=LiveStanding(leverage_cap=3, two_factor=True, connected=True))
    assert codes(OPEN, leverage(4, live)) == ["leverage_above_bracket"]
    assert happened(LONG, leverage(2, facts(None)))


@pytest.mark.parametrize(
    ("standing", "reason"),
    [
        (None, "identity is not verified"),
        (evolve(STANDING, leverage_cap=0), "identity is not verified"),
        (evolve(STANDING, two_factor=False), "two-factor authentication is off"),
        (evolve(STANDING, connected=False), "no verified exchange connection"),
    ],
)
def test_real_money_wants_more(standing: LiveStanding | None, reason: str) -> None:
    """Opening and ordering ask for the same things."""
    asked = opening("1000", mode=AccountMode.LIVE, live=standing)
    (cause,) = ACCOUNT.decide(asked, Account()).failure().causes
    assert getattr(cause, "reason", "") == reason
    known = evolve(facts(), live=standing)
    assert codes(LIVE, order("o", Side.BUY, "0.1", facts=known)) == ["live_not_allowed"]
    allowed = evolve(facts(), live=STANDING)
    assert happened(LIVE, order("o", Side.BUY, "0.1", facts=allowed))
