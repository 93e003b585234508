"""How events change cash, margin and positions: total over everything ever stored."""

from decimal import Decimal

from attrs import evolve

from astracore.trading.events import AccountOpened, TradeExecuted
from astracore.trading.money_events import (
    AccountReset,
    CashMoved,
    FundingPaid,
    MarginAdjusted,
    MarginModeSet,
    PositionLiquidated,
)
from astracore.trading.order_folding import filled
from astracore.trading.positions import passage
from astracore.trading.state import Account, Position
from astracore.trading.types import ZERO, MarginMode


def opened(event: AccountOpened) -> Account:
    """A fresh account."""
    return Account(
        account_id=event.account_id,
        user_id=event.user_id,
        mode=event.mode,
        currency=event.currency,
        cash=event.initial_balance,
        deposits=event.initial_balance,
    )


def reset(account: Account, event: AccountReset) -> Account:
    """The account starts again; what it settled on (leverage, modes) stays."""
    return evolve(
        account,
        cash=event.balance,
        deposits=event.balance,
        withdrawals=ZERO,
        realised=ZERO,
        fees=ZERO,
        funding=ZERO,
        insurance=ZERO,
        lent=ZERO,
        reset_at=event.at,
    )


def cash_moved(account: Account, event: CashMoved) -> Account:
    """Money came or went."""
    inwards = event.amount > ZERO
    return evolve(
        account,
        cash=event.cash_after,
        deposits=account.deposits + (event.amount if inwards else ZERO),
        withdrawals=account.withdrawals - (ZERO if inwards else event.amount),
    )


def mode_set(account: Account, event: MarginModeSet) -> Account:
    """The symbol's margin mode."""
    if event.margin_mode is MarginMode.CROSS:
        return evolve(account, cross=account.cross | {event.symbol})
    return evolve(account, cross=account.cross - {event.symbol})


def with_position(account: Account, key: str, now: Position | None) -> Account:
    """The account with one position changed, or gone."""
    others = {name: held for name, held in account.positions.items() if name != key}
    return evolve(account, positions=others if now is None else {**others, key: now})


def margin_adjusted(account: Account, event: MarginAdjusted) -> Account:
    """Money between cash and a position's margin."""
    held = account.positions.get(event.key)
    if held is None:
        return account
    peak = max(held.peak_margin, event.margin)
    now = evolve(held, margin=event.margin, peak_margin=peak)
    return evolve(with_position(account, event.key, now), cash=event.cash)


def funded(account: Account, event: FundingPaid) -> Account:
    """Funding, from margin or cash."""
    after = evolve(
        account,
        cash=event.cash,
        funding=account.funding + event.amount,
    )
    held = account.positions.get(event.key)
    after = insured(after, event.insurance, crossed=is_crossed(held))
    if held is None:
        return after
    now = evolve(
        held,
        margin=held.margin + event.margin_change,
        funding=held.funding + event.amount,
        funded_at=event.at,
    )
    return with_position(after, event.key, now)


def liquidated(account: Account, event: PositionLiquidated) -> Account:
    """A position is gone."""
    after = evolve(
        account,
        cash=event.cash,
        realised=account.realised + event.realised,
        fees=account.fees + event.fee,
    )
    crossed = is_crossed(account.positions.get(event.key))
    return insured(with_position(after, event.key, None), event.insurance, crossed=crossed)


def traded(account: Account, event: TradeExecuted) -> Account:
    """Cash, totals, the position and the order after one fill."""
    now = passage(account.positions.get(event.key), event).now
    after = evolve(
        with_position(account, event.key, now),
        cash=event.cash,
        realised=account.realised + event.realised,
        fees=account.fees + event.fee + event.platform_fee,
    )
    crossed = event.margin_mode is MarginMode.CROSS
    return filled(insured(after, event.insurance, crossed=crossed), event)


def is_crossed(held: Position | None) -> bool:
    """Whether all cash stands behind a position."""
    return held is not None and held.margin_mode is MarginMode.CROSS


def insured(account: Account, paid: Decimal, *, crossed: bool) -> Account:
    """The account after the insurance fund paid (below 0: was paid back).

    On cross margin it lends, as long as other positions on it may pay that back; what is left of
    the loan when none is left is paid for good.
    """
    if paid == ZERO and account.lent == ZERO:
        return account
    lent = account.lent + (paid if crossed else ZERO)
    granted = ZERO if crossed else paid
    if not any(is_crossed(held) for held in account.positions.values()):
        lent, granted = ZERO, granted + lent
    return evolve(account, lent=lent, insurance=account.insurance + granted)
