"""Walks through payments, spending, wallets, movements, the faucet and the books."""

# ruff: noqa: FBT003 - of what is drawn, much is true or false

from decimal import Decimal

from astracore.ids import UserId
from astracore.instants import DAY, HOUR, MINUTE, SECOND, Instant
from astracore.revenue.economy.commands import AdjustFaucet
from astracore.revenue.economy.faucet import ECONOMY
from astracore.revenue.payments.commands import (
    Claim,
    CloseDispute,
    ConfirmPayment,
    CreateQuote,
    CryptoTerms,
    DropTransfer,
    EndCryptoQuote,
    OpenDispute,
    Price,
    Product,
    RecordProcessor,
    RecordTransfer,
    Refund,
)
from astracore.revenue.payments.confirming import confirm
from astracore.revenue.payments.payment import PAYMENTS
from astracore.revenue.payments.state import Intent
from astracore.revenue.payments.types import Finality, Method, Outcome, ProductKind
from astracore.revenue.spending.commands import CountSpend, ReleaseSpend, SetSpendLimits
from astracore.revenue.spending.factors import standing
from astracore.revenue.spending.guard import SPEND
from astracore.revenue.spending.limits import allowance, free_at, used
from astracore.revenue.wallets.commands import (
    BuyTokens,
    CashOut,
    ExpireTokens,
    GrantCredits,
    ReceiveCredits,
    SpendCredits,
    SpendTokens,
)
from astracore.revenue.wallets.rules import CashOutRules, CreditUse, EconomyRules, TokenProduct
from astracore.revenue.wallets.wallet import WALLETS
from tests.kept.telling import Tale
from tests.kept.walking import START, Asked, Dice, Loose, walk_all

D = Decimal
U = UserId("u")
PAYS = EconomyRules(cash_out=CashOutRules(enabled=True, least=100, waits_from=D(1)))
MINUTES = (0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 30 * SECOND, 5 * MINUTE, 15 * MINUTE, 15 * MINUTE - 1)


def quote(dice: Dice, *, sound: bool = False) -> CreateQuote:
    net, tax = D(dice.one("9.99", "8", "40", "99.5", "990")), D(dice.one("0", "2", "10"))
    claims = dice.one((), (), (Claim(text="last", evidence="seats"),), (Claim(text="now"),))
    return CreateQuote(
        intent_id="i",
        user_id=U,
        product=Product(
            kind=dice.one(*ProductKind), reference="basic", quantity=1 if sound else dice.one(2, 0)
        ),
        price=Price(net=net, tax=tax, currency=dice.one("USD", "EUR"), usd=net + tax),
        at=dice.now,
        claims=() if sound else claims,
    )


def terms(dice: Dice) -> CryptoTerms | None:
    return CryptoTerms(currency="USDC", amount=D(100), address="0x1")


def confirming(dice: Dice) -> ConfirmPayment:
    method = dice.one(Method.CARD, Method.CARD, Method.CRYPTO, Method.CRYPTO, *Method)
    given = terms(dice) if method is Method.CRYPTO else None
    return ConfirmPayment(
        intent_id="i",
        payment_id=dice.one("p", "p", "p", "q", "r"),
        method=method,
        at=dice.now,
        crypto=terms(dice) if dice.one(0, 0, 0, 0, 1) else given,
    )


def named(dice: Dice) -> dict[str, Loose]:
    return {"intent_id": "i", "payment_id": dice.one("p", "p", "p", "p", "q", "r", "x")}


PAYMENT = (
    lambda d: RecordProcessor(**named(d), outcome=d.one(*Outcome), reason="told", at=d.now),
    lambda d: RecordProcessor(
        **named(d), outcome=d.one(Outcome.SUCCEEDED), reason="told", at=d.now
    ),
    lambda d: Refund(
        **named(d),
        refund_id=d.one("a", "b", "c", "d"),
        amount=D(d.one("1", "3.33", "5", "0", "1.111", "50")),
        reason="asked",
        at=d.now,
        deferred=D(d.one("0", "1", "4", "-1")),
    ),
    lambda d: OpenDispute(**named(d), dispute_id=d.one("d", "e"), reason="fraud", at=d.now),
    lambda d: CloseDispute(
        **named(d), dispute_id=d.one("d", "e"), won=d.one(True, False), at=d.now
    ),
    lambda d: RecordTransfer(
        **named(d),
        tx_id=d.one("t", "u", "v"),
        amount=D(d.one("100", "99.5", "99.49", "100.5", "100.51", "50", "49", "60", "0")),
        finality=d.one(*Finality, Finality.L1),
        at=d.now,
    ),
    lambda d: RecordTransfer(
        **named(d), tx_id=d.one("t", "u"), amount=D(50), finality=Finality.L1, at=d.now
    ),
    lambda d: DropTransfer(**named(d), tx_id=d.one("t", "u", "v"), at=d.now),
    lambda d: EndCryptoQuote(**named(d), gas=D(d.one("0", "0.5", "70", "-1")), at=d.now),
)


def sure(intent: Intent) -> Instant:
    """When the quote may be confirmed."""
    return START if intent.quote is None else intent.quote.confirm_from


def purchases(*seeds: int) -> str:
    """A purchase and the spending guard beside it, which both decide on a confirmation."""
    tale = Tale()
    for seed in seeds:
        dice, key = Dice(seed, MINUTES), f"i{seed}"
        for step in range(40):
            dice.wait()
            if step in {0, 1, 9}:
                tale.ask(PAYMENTS, key, quote(dice, sound=step == 1))
            elif step == 2 or dice.one(0, 0, 0, 1):
                dice.now = max(dice.now, sure(tale.state(PAYMENTS, key)) if step == 2 else dice.now)
                command = confirming(dice)
                both = confirm(command, tale.state(PAYMENTS, key), tale.state(SPEND, U))
                if tale.answer(f"confirm {command.payment_id}", both) is not None:
                    tale.tell(PAYMENTS, key, both.unwrap().payment)
                    tale.tell(SPEND, U, both.unwrap().spending)
            else:
                tale.ask(PAYMENTS, key, dice.one(*PAYMENT)(dice))
        tale.put(SPEND, U, SPEND.initial)
    tale.stand()
    return tale.text()


SPENDING = (
    lambda d: SetSpendLimits(
        user_id=U,
        at=d.now,
        day=d.one(None, D(50), D(100), D("100.01"), D(500), D("500.01"), D(-1)),
        week=d.one(None, None, D(200), D(300), D(1500), D(1501)),
        month=d.one(None, None, D(900), D(1000), D(5000), D(5001)),
        identified=d.one(True, True, False),
    ),
    *(
        lambda d: CountSpend(
            user_id=U,
            payment_id=f"p{d.random.randrange(60)}",
            amount=D(d.one("1", "5", "9.99", "10", "20", "40", "100", "-1")),
            at=d.now,
        ),
    )
    * 5,
    lambda d: ReleaseSpend(user_id=U, payment_id=f"p{d.random.randrange(60)}", at=d.now),
)
PATIENT = (0, SECOND, 300 * SECOND, 300 * SECOND + 1, HOUR, 12 * HOUR, DAY, DAY - 1, 7 * DAY)


def spending(*seeds: int) -> str:
    """A guard, and what it would allow after each step."""
    tale = Tale()
    for seed in seeds:
        dice = Dice(seed, PATIENT)
        for _ in range(40):
            dice.wait()
            tale.ask(SPEND, "u", dice.one(*SPENDING)(dice))
            guard = tale.state(SPEND, "u")
            tale.answer("used", used(guard, dice.now))
            tale.answer("left", allowance(guard, dice.now))
            tale.answer("free", free_at(guard, D(90), dice.now))
            tale.answer("signs", standing(guard.log, dice.now))
        tale.stand()
        tale.put(SPEND, "u", SPEND.initial)
    return tale.text()


def wallet_menu() -> tuple[Asked, ...]:
    def source(d: Dice) -> dict[str, Loose]:
        return {"use": d.one(*CreditUse), "counterpart": "game_escrow/1", "source_event_id": "e"}

    return (
        lambda d: GrantCredits(
            user_id=U,
            reward=d.one(0, 1, 3, 4999, 10_000, -1),
            faucet=D(d.one("0.5", "0.9", "1", "2")),
            reason="quest",
            source_event_id="e",
            at=d.now,
        ),
        lambda d: ReceiveCredits(user_id=U, amount=d.one(1, 70, 0), at=d.now, **source(d)),
        lambda d: SpendCredits(user_id=U, amount=d.one(1, 10, 69, 0, 9999), at=d.now, **source(d)),
        lambda d: BuyTokens(
            user_id=U,
            usd=D(d.one("5", "4.99", "7.77", "10", "19.99", "20", "50", "50.01")),
            payment_id=f"p{d.random.randrange(30)}",
            at=d.now,
        ),
        lambda d: SpendTokens(
            user_id=U,
            amount=d.one(1, 33, 500, 501, 0),
            kind=d.one(*tuple(TokenProduct)[:5]),
            product="c",
            at=d.now,
        ),
        lambda d: ExpireTokens(user_id=U, at=d.now),
        lambda d: CashOut(
            user_id=U,
            cashout_id="x",
            amount=d.one(1, 99, 100, 291, 292, 777),
            identified=d.one(True, True, True, False),
            at=d.now,
            rules=d.one(PAYS, PAYS, PAYS, EconomyRules()),
        ),
    )


LONG = (0, 0, 1, HOUR, DAY - 1, DAY, 100 * DAY, 365 * DAY)
FAUCET = (
    lambda d: AdjustFaucet(
        week=(d.now.micros // (7 * DAY)) + d.one(0, 0, 1),
        issued=D(d.one("0", "2", "2.0001", "5", "30", "-1")),
        burned=D(d.one("0", "0", "0.0001", "6")),
        supply=D(d.one("0", "100", "100", "1000", "Infinity")),
        at=d.now,
    ),
)


def wallet() -> str:
    return walk_all(WALLETS, wallet_menu(), 1, 2, 3, 4, waits=LONG)


def faucet() -> str:
    return walk_all(ECONOMY, FAUCET, 1, waits=(0, 7 * DAY, 7 * DAY), steps=60)


WALKS = {
    "purchases": lambda: purchases(*range(1, 31)),
    "spending": lambda: spending(1, 2, 3, 4),
    "wallet": wallet,
    "faucet": faucet,
}
