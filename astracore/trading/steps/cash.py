"""Money in and out, a fresh start, margin between cash and positions, funding."""

from decimal import Decimal

from returns.result import Result, Success

from astracore.errors.funds import InsufficientFunds
from astracore.errors.trading import (
    AccountClosed,
    BalanceOutOfRange,
    InsufficientMargin,
    InvalidTransition,
    MarginTooLow,
    PositionNotFound,
    PracticeNotWithdrawable,
    PriceStale,
    Refused,
    ResetNotFlat,
    ResetTooSoon,
    refused,
)
from astracore.errors.values import BadAmount, InvalidPrice
from astracore.instants import DAY, Instant
from astracore.numeric import Rounding, bounded, rounded_quotient, to_text
from astracore.trading.events import AccountEvent
from astracore.trading.facts import LIMITS, Mark
from astracore.trading.money_commands import AdjustMargin, ApplyFunding, MoveCash, ResetPractice
from astracore.trading.money_events import AccountReset, CashMoved, FundingPaid, MarginAdjusted
from astracore.trading.pnl import available_at, floating, unmarked
from astracore.trading.reserves import initial_margin, notional_of
from astracore.trading.settlement import contract_of, key_of, unit_of
from astracore.trading.state import Account, Position
from astracore.trading.steps.payments import borne
from astracore.trading.telling import Told
from astracore.trading.types import (
    ZERO,
    AccountMode,
    AccountStatus,
    CashKind,
    ContractKind,
    MarginMode,
)

Decided = Result[tuple[AccountEvent, ...], Refused]


def faulty_amount(amount: Decimal, account: Account) -> BadAmount | None:
    """bad_amount: out of bounds, or finer than the unit of the account."""
    if bounded(amount) and amount % unit_of(account.currency) == ZERO:
        return None
    return BadAmount(str(amount)[:64])


def prices(marks: tuple[Mark, ...]) -> dict[str, Decimal]:
    """Mark prices by symbol."""
    return {mark.symbol: mark.price for mark in marks}


def move_cash(command: MoveCash, account: Account) -> Decided:
    """Book a deposit, a withdrawal, or the difference to what a venue reports.

    Errors in order: account_closed, bad_amount (of no size, too fine), practice_not_withdrawable,
    price_stale (cross margin without a mark), insufficient_funds.
    """
    outwards = command.kind is CashKind.WITHDRAWAL
    if account.status is AccountStatus.CLOSED and not outwards:
        return refused(AccountClosed(account.account_id))
    fault = faulty_amount(command.amount, account)
    signed = command.kind is CashKind.SYNC
    if fault is not None or (command.amount <= ZERO and not (signed and command.amount)):
        return refused(fault or BadAmount(to_text(command.amount)))
    if (outwards or command.amount < ZERO) and account.mode is AccountMode.PRACTICE:
        return refused(PracticeNotWithdrawable(account.account_id))
    amount = -command.amount if outwards else command.amount
    crossed = {
        key: one for key, one in account.positions.items() if one.margin_mode is MarginMode.CROSS
    }
    unknown = unmarked(crossed, prices(command.marks))
    if outwards and unknown is not None:
        return refused(PriceStale(unknown, None))
    most = available_at(account, prices(command.marks)) if outwards else account.cash
    if -amount > most:
        fund = account.account_id
        return refused(InsufficientFunds(fund, account.currency, most, command.amount))
    return Success((cash_event(command, account, amount),))


def cash_event(command: MoveCash, account: Account, amount: Decimal) -> CashMoved:
    """Money moved."""
    return CashMoved(
        account_id=account.account_id,
        user_id=account.user_id,
        currency=account.currency,
        kind=command.kind,
        amount=amount,
        cash_after=account.cash + amount,
        reference=command.reference,
        is_practice=account.mode is AccountMode.PRACTICE,
        at=command.at,
    )


def reset_practice(command: ResetPractice, account: Account) -> Decided:
    """Start again, flat and without orders, once in 24 hours.

    Errors in order: account_closed, invalid_transition (a live account), reset_not_flat,
    reset_too_soon, bad_amount, balance_out_of_range.
    """
    if account.status is AccountStatus.CLOSED:
        return refused(AccountClosed(account.account_id))
    if account.mode is not AccountMode.PRACTICE:
        return refused(InvalidTransition(account.account_id, account.mode.value, "reset"))
    if account.positions or account.orders:
        return refused(ResetNotFlat(len(account.positions), len(account.orders)))
    if account.reset_at is not None and command.at.micros < account.reset_at.micros + DAY:
        return refused(ResetTooSoon(account.reset_at.micros + DAY))
    balance = account.deposits if command.balance is None else command.balance
    balance = min(balance, LIMITS.highest_balance) if command.balance is None else balance
    fault = faulty_amount(balance, account)
    if fault is not None:
        return refused(fault)
    if not LIMITS.lowest_balance <= balance <= LIMITS.highest_balance:
        return refused(BalanceOutOfRange(balance, LIMITS.lowest_balance, LIMITS.highest_balance))
    return Success(
        (
            AccountReset(
                account_id=account.account_id,
                user_id=account.user_id,
                currency=account.currency,
                previous=account.cash,
                balance=balance,
                at=command.at,
            ),
        )
    )


def adjust_margin(command: AdjustMargin, account: Account) -> Decided:
    """Move money between cash and the margin of an isolated position.

    What stays is at least u(q × mark/leverage), counted after an unrealised loss.
    Errors in order: position_not_found, invalid_transition (cross margin, spot), bad_amount,
    price_stale, insufficient_margin (more than is available), margin_too_low.
    """
    key = key_of(command.symbol, command.leg)
    held = account.positions.get(key)
    if held is None:
        return refused(PositionNotFound(key))
    if held.margin_mode is MarginMode.CROSS or held.contract is ContractKind.SPOT:
        return refused(InvalidTransition(key, held.margin_mode.value, "adjust_margin"))
    if faulty_amount(command.amount, account) is not None or command.amount == ZERO:
        return refused(BadAmount(str(command.amount)[:64]))
    marks = prices(command.marks)
    mark = marks.get(command.symbol)
    if mark is None or mark <= ZERO:
        return refused(PriceStale(command.symbol, None))
    most = available_at(account, marks)
    if command.amount > most:
        return refused(InsufficientMargin(command.amount, most))
    margin = held.margin + command.amount
    terms = contract_of(held.contract, held.multiplier)
    lowest = initial_margin(terms, abs(held.qty), mark, held.leverage)
    left = margin + min(ZERO, floating(held, mark))
    if command.amount < ZERO and (left < lowest or margin < ZERO):
        return refused(MarginTooLow(left, lowest))
    return Success(
        (
            MarginAdjusted(
                account_id=account.account_id,
                symbol=command.symbol,
                key=key,
                amount=command.amount,
                margin=margin,
                cash=account.cash - command.amount,
                at=command.at,
            ),
        )
    )


def apply_funding(command: ApplyFunding, account: Account) -> Decided:
    """Funding of each position in the symbol that was open at `at`, once for each instant.

    −qty × mark × rate (inverse −qty/mark × rate), rounded against the holder, to the margin, what
    that cannot bear to the cash, and beyond it to the insurance fund, which is paid back first.
    Errors: invalid_transition (a mark that is not above zero).
    """
    if command.mark <= ZERO:
        return refused(InvalidTransition(command.symbol, "no mark", InvalidPrice.code))
    told = Told(account)
    for _, held in sorted(account.positions.items()):
        if held.symbol == command.symbol and is_due(held, command.at):
            told = told.plus(funding_of(command, told.account, held))
    return Success(told.events)


def is_due(held: Position, at: Instant) -> bool:
    """Whether a position takes part: derivatives opened at or before, not funded since."""
    funded = held.funded_at is not None and held.funded_at >= at
    return held.contract is not ContractKind.SPOT and held.opened_at <= at and not funded


def funding_of(command: ApplyFunding, account: Account, held: Position) -> FundingPaid:
    """The payment of one position. Kernel."""
    terms = contract_of(held.contract, held.multiplier)
    value, under = notional_of(terms, -held.qty, command.mark)
    amount = rounded_quotient(value * command.rate, under, terms.step, Rounding.FLOOR)
    crossed = held.margin_mode is MarginMode.CROSS
    margin = ZERO if crossed else max(-held.margin, amount)
    rest = amount - margin
    insurance = max(ZERO, -(account.cash + rest))
    cash = account.cash + rest + insurance
    if crossed:
        cash, insurance = borne(account, rest)
    return FundingPaid(
        account_id=account.account_id,
        user_id=account.user_id,
        symbol=held.symbol,
        key=held.key,
        rate=command.rate,
        mark=command.mark,
        amount=amount,
        margin_change=margin,
        insurance=insurance,
        cash=cash,
        is_practice=account.mode is AccountMode.PRACTICE,
        at=command.at,
    )
