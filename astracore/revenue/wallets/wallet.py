"""The wallet as a decider: CREDIT that is earned, TOKEN that is bought, and never the one by way
of the other."""

from typing import TypeAlias, assert_never

from attrs import evolve as changed
from returns.result import Failure, Result, Success

from astracore.errors.funds import InsufficientFunds
from astracore.errors.gates import TierRequired
from astracore.errors.money import NegativeAmount
from astracore.errors.payments import (
    CashoutDisabled,
    EarningCap,
    ProductRefused,
    WalletFault,
)
from astracore.errors.values import NumericLimit
from astracore.events.decider import Decider
from astracore.instants import LAST, Instant, utc_day
from astracore.ledger.checks import unwritable
from astracore.numeric import EXACT, exact
from astracore.outcome import fold, is_failure
from astracore.revenue.wallets.commands import (
    BuyTokens,
    CashOut,
    ExpireTokens,
    GrantCredits,
    ReceiveCredits,
    SpendCredits,
    SpendTokens,
    WalletCommand,
)
from astracore.revenue.wallets.events import (
    CashoutRequested,
    CreditsGranted,
    CreditsReceived,
    CreditsSpent,
    TokensBought,
    TokensExpired,
    TokensSpent,
    WalletEvent,
)
from astracore.revenue.wallets.lots import ZERO, Taken, lapsed, taken
from astracore.revenue.wallets.prices import cash_out_amounts, reward_under, tokens_for
from astracore.revenue.wallets.rules import TOKENS_BUY, Points
from astracore.revenue.wallets.state import TokenLot, Wallet, tokens_of
from astracore.users.types import Tier

Decided: TypeAlias = Result[tuple[WalletEvent, ...], WalletFault]
MOST = 2**53  # whole numbers stay below this


def decide(command: WalletCommand, wallet: Wallet) -> Decided:
    """Earn, receive, spend, pay out CREDIT; buy, spend, lapse TOKEN.

    Errors: BadText, NegativeAmount (not above zero), NumericLimit; EarningCap (a reward);
    ProductRefused (what tokens do not buy, or are not sold for); CashoutDisabled, TierRequired
    (paying out); InsufficientFunds.
    Invariant: no command turns TOKEN into CREDIT, or either into the other's products.
    """
    match command:
        case GrantCredits():
            return grant(command, wallet)
        case ReceiveCredits():
            return receive(command, wallet)
        case SpendCredits():
            return spend_credits(command, wallet)
        case CashOut():
            return cash_out(command, wallet)
        case BuyTokens():
            return buy_tokens(command, wallet)
        case SpendTokens():
            return spend_tokens(command, wallet)
        case ExpireTokens():
            return expire_tokens(command, wallet)
        case _:
            assert_never(command)


def amount_fault(amount: int, **texts: str) -> WalletFault | None:
    """What is wrong with a whole amount, or with the texts beside it."""
    text = unwritable(**texts)
    if text is not None:
        return text
    if 0 < amount < MOST:
        return None
    return NumericLimit("amount") if abs(amount) >= MOST else NegativeAmount(str(amount))


def grant(command: GrantCredits, wallet: Wallet) -> Decided:
    """A reward: × the faucet, down, and no more than the day's cap leaves.

    Errors: BadText, NegativeAmount, NumericLimit, EarningCap (nothing is left of the day).
    """
    fault = amount_fault(command.reward, reason=command.reason, source=command.source_event_id)
    if fault is None and not (command.faucet.is_finite() and command.faucet >= 0):
        fault = NegativeAmount(EXACT.to_sci_string(command.faucet)[:64])
    if fault is not None:
        return Failure(fault)
    day = max(utc_day(command.at), wallet.day)
    earned = wallet.earned if day == wallet.day else 0
    left = command.rules.daily_cap - earned
    if left <= 0:
        return Failure(EarningCap(command.rules.daily_cap))
    return reward_under(command.faucet, command.reward).map(
        lambda worth: _granted(command, wallet, min(worth, left), day)
    )


def _granted(
    command: GrantCredits, wallet: Wallet, amount: int, day: int
) -> tuple[WalletEvent, ...]:
    if amount == 0:
        return ()
    granted = CreditsGranted(
        user_id=command.user_id,
        amount=amount,
        balance=wallet.credits + amount,
        reward=command.reward,
        day=day,
        reason=command.reason,
        source_event_id=command.source_event_id,
        at=command.at,
    )
    return (granted,)


def receive(command: ReceiveCredits, wallet: Wallet) -> Decided:
    """CREDIT of somebody else's.  Errors: BadText, NegativeAmount."""
    fault = amount_fault(
        command.amount, counterpart=command.counterpart, source=command.source_event_id
    )
    if fault is not None:
        return Failure(fault)
    received = CreditsReceived(
        user_id=command.user_id,
        amount=command.amount,
        balance=wallet.credits + command.amount,
        use=command.use,
        counterpart=command.counterpart,
        source_event_id=command.source_event_id,
        at=command.at,
    )
    return Success((received,))


def spend_credits(command: SpendCredits, wallet: Wallet) -> Decided:
    """CREDIT moves on.  Errors: BadText, NegativeAmount, InsufficientFunds."""
    fault = amount_fault(
        command.amount, counterpart=command.counterpart, source=command.source_event_id
    ) or shortage(Points.CREDIT, command.user_id, wallet.credits, command.amount)
    if fault is not None:
        return Failure(fault)
    spent = CreditsSpent(
        user_id=command.user_id,
        amount=command.amount,
        balance=wallet.credits - command.amount,
        use=command.use,
        counterpart=command.counterpart,
        source_event_id=command.source_event_id,
        at=command.at,
    )
    return Success((spent,))


@exact
def shortage_of(
    points: Points, user_id: str, held: int, asked: int
) -> Result[None, InsufficientFunds]:
    """Whether a wallet holds what is asked of it.  Errors: InsufficientFunds, NumericLimit."""
    if asked <= held:
        return Success(None)
    account = f"wallet/{user_id}"
    return Failure(InsufficientFunds(account, points.value, ZERO + held, ZERO + asked))


def shortage(points: Points, user_id: str, held: int, asked: int) -> WalletFault | None:
    """Why a wallet cannot give what is asked of it."""
    return fold(
        shortage_of(points, user_id, held, asked),
        success=lambda _: None,
        failure=lambda cause: cause,
    )


@exact
def cash_out(command: CashOut, wallet: Wallet) -> Decided:
    """CREDIT for money.

    Errors: CashoutDisabled, BadText, NegativeAmount, TierRequired, ProductRefused (less than the
    least), InsufficientFunds, NumericLimit.
    """
    rules = command.rules.cash_out
    if not rules.enabled:
        return Failure(CashoutDisabled())
    fault = amount_fault(command.amount, cashout_id=command.cashout_id)
    if fault is not None:
        return Failure(fault)
    if not command.identified:
        return Failure(TierRequired(Tier.IDENTITY.value))
    if command.amount < rules.least:
        return Failure(ProductRefused(f"less than {rules.least} CREDIT"))
    short = shortage(Points.CREDIT, command.user_id, wallet.credits, command.amount)
    if short is not None:
        return Failure(short)
    figures = cash_out_amounts(command.amount, rules)
    if is_failure(figures):
        return figures
    paid = figures.unwrap()
    waits = rules.waits if paid.net >= rules.waits_from else 0
    requested = CashoutRequested(
        user_id=command.user_id,
        cashout_id=command.cashout_id,
        amount=command.amount,
        balance=wallet.credits - command.amount,
        gross=paid.gross,
        fee=paid.fee,
        net=paid.net,
        due_at=Instant(min(command.at.micros + waits, LAST)),
        at=command.at,
    )
    return Success((requested,))


def buy_tokens(command: BuyTokens, wallet: Wallet) -> Decided:
    """Tokens for a payment; the same payment again is a no-op while a token of it is left.

    Errors: BadText, ProductRefused, NumericLimit.
    """
    text = unwritable(payment_id=command.payment_id)
    if text is not None:
        return Failure(text)
    if any(lot.payment_id == command.payment_id for lot in wallet.lots):
        return Success(())
    return tokens_for(command.usd, command.rules.tokens).map(
        lambda tokens: (
            TokensBought(
                user_id=command.user_id,
                amount=tokens,
                balance=tokens_of(wallet) + tokens,
                usd=command.usd,
                payment_id=command.payment_id,
                at=command.at,
            ),
        )
    )


def spend_tokens(command: SpendTokens, wallet: Wallet) -> Decided:
    """Tokens for a product.

    Errors: BadText, NegativeAmount, ProductRefused, InsufficientFunds, NumericLimit.
    """
    fault = amount_fault(command.amount, product=command.product)
    if fault is None and not TOKENS_BUY[command.kind]:
        fault = ProductRefused(command.kind.value)
    held = tokens_of(wallet)
    fault = fault or shortage(Points.TOKEN, command.user_id, held, command.amount)
    if fault is not None:
        return Failure(fault)
    return taken(wallet.lots, command.amount).map(
        lambda used: (
            TokensSpent(
                user_id=command.user_id,
                amount=command.amount,
                balance=held - command.amount,
                kind=command.kind,
                product=command.product,
                earned=used.earned,
                at=command.at,
            ),
        )
    )


def expire_tokens(command: ExpireTokens, wallet: Wallet) -> Decided:
    """Old tokens lapse.  Errors: NumericLimit."""
    gone = lapsed(wallet.lots, command.at, command.rules.tokens.live)
    if gone == 0:
        return Success(())
    return taken(wallet.lots, gone).map(
        lambda used: (
            TokensExpired(
                user_id=command.user_id,
                amount=gone,
                balance=tokens_of(wallet) - gone,
                earned=used.earned,
                at=command.at,
            ),
        )
    )


def evolve(wallet: Wallet, event: WalletEvent) -> Wallet:
    """Fold one event."""
    match event:
        case CreditsGranted():
            before = wallet.earned if event.day == wallet.day else 0
            return changed(
                wallet, credits=event.balance, day=event.day, earned=before + event.amount
            )
        case CreditsReceived() | CreditsSpent() | CashoutRequested():
            return changed(wallet, credits=event.balance)
        case TokensBought():
            lot = TokenLot(
                payment_id=event.payment_id,
                bought=event.amount,
                left=event.amount,
                paid=event.usd,
                earned=ZERO,
                at=event.at,
            )
            lots = sorted((*wallet.lots, lot), key=lambda each: each.at)
            return changed(wallet, lots=tuple(lots))
        case TokensSpent() | TokensExpired():
            kept = taken(wallet.lots, event.amount).value_or(Taken(lots=wallet.lots, earned=ZERO))
            return changed(wallet, lots=kept.lots)
        case _:
            assert_never(event)


WALLETS = Decider("financial.wallet", Wallet(), decide, evolve)
