"""Walks through payments, spending, wallets, movements, the faucet and the books."""

from decimal import Decimal

from attrs import evolve

from astracore.ids import EntryId, UserId
from astracore.instants import DAY, HOUR, MINUTE, SECOND, Instant
from astracore.ledger.books import BOOKS
from astracore.ledger.commands import (
    ClosePeriod,
    ExpireHolds,
    Hold,
    PostEntry,
    PostHold,
    ReverseEntry,
    VoidHold,
)
from astracore.ledger.entries import Book, BookRules, Entry, Line
from astracore.ledger.state import Books
from astracore.outcome import is_failure
from astracore.revenue.economy.commands import AdjustFaucet
from astracore.revenue.economy.faucet import ECONOMY
from astracore.revenue.movements.commands import Deposit, RecordPayout, ReviewMovement, Withdraw
from astracore.revenue.movements.movement import MOVEMENTS
from astracore.revenue.movements.settling import settle
from astracore.revenue.movements.types import Decision, Rank, Status
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
from tests.kept.walking import START, Dice, walk_all

D = Decimal
U = UserId("u")
WAITING = {Status.HELD, Status.APPROVED}
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


def named(dice: Dice) -> dict[str, str]:
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
    lambda d: CloseDispute(**named(d), dispute_id=d.one("d", "e"), won=d.one(True, False), at=d.now),
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


def wallet_menu() -> tuple[object, ...]:
    def source(d: Dice) -> dict[str, object]:
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
            user_id=U, amount=d.one(1, 33, 500, 501, 0), kind=d.one(*tuple(TokenProduct)[:5]),
            product="c", at=d.now,
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


def movement_menu() -> tuple[object, ...]:
    def asked(d: Dice) -> dict[str, object]:
        usd = D(d.one("100", "999.99", "1000", "4000", "8999.99", "9000", "9999.99", "10000"))
        return {
            "user_id": U,
            "movement_id": f"m{d.random.randrange(40)}",
            "amount": usd if d.one(0, 0, 0, 1) == 0 else D(d.one("0", "-1", "1.001", "7")),
            "currency": "USD",
            "usd": usd,
            "at": d.now,
        }

    def known(d: Dice) -> dict[str, object]:
        return {"user_id": U, "movement_id": f"m{d.random.randrange(40)}", "at": d.now}

    return (
        *(lambda d: Deposit(**asked(d), tier=d.one(*Rank, Rank.EMAIL, Rank.PREMIUM)),) * 3,
        *(
            lambda d: Withdraw(
                **asked(d),
                destination="iban",
                tier=d.one(Rank.EMAIL, Rank.PHONE, Rank.IDENTITY, Rank.PREMIUM, Rank.PREMIUM),
                access_changed_at=d.one(
                    None, None, Instant(d.now.micros - DAY), Instant(d.now.micros - DAY + 1)
                ),
            ),
        )
        * 2,
    )


def rich() -> PostEntry:
    """The user has ten thousand already."""
    return PostEntry(
        book=Book.HOUSE,
        entry=Entry(
            journal_id=EntryId("start"),
            at=START,
            reason="start",
            reference="r",
            lines=(
                Line(account="bank", currency="USD", amount=D(20_000)),
                Line(account=f"user_funds/{U}", currency="USD", amount=D(-20_000)),
            ),
        ),
    )


def movements(*seeds: int) -> str:
    """A user's movements with the house's book beside them; what waits is looked at soon."""
    tale = Tale()
    for seed in seeds:
        dice = Dice(seed, (0, 1, HOUR, 12 * HOUR, DAY - 1, DAY, 7 * DAY - 1, 7 * DAY))
        menu = movement_menu()
        tale.tell(BOOKS, "house", BOOKS.decide(rich(), Books()).unwrap())
        for _ in range(60):
            dice.wait()
            settled(tale, dice.one(*menu)(dice))
            known = tale.state(MOVEMENTS, U).known
            waiting = [name for name, one in sorted(known.items()) if one.status in WAITING]
            name = dice.one(*waiting, *waiting, *sorted(known), "none")
            if dice.one(0, 1, 1):
                settled(
                    tale,
                    ReviewMovement(
                        user_id=U,
                        movement_id=name,
                        decision=dice.one(*Decision, Decision.APPROVE),
                        by=dice.one("fin", "fin", "fin", "u"),
                        is_finance=dice.one(True, True, True, False),
                        note="seen",
                        at=dice.now,
                    ),
                )
            if dice.one(0, 1):
                settled(
                    tale,
                    RecordPayout(
                        user_id=U, movement_id=name, paid=dice.one(True, True, False), at=dice.now
                    ),
                )
        tale.stand()
        tale.put(MOVEMENTS, U, MOVEMENTS.initial)
        tale.put(BOOKS, "house", Books())
    return tale.text()


def settled(tale: Tale, command: object) -> None:
    both = settle(command, tale.state(MOVEMENTS, U), tale.state(BOOKS, "house"))
    tale.lines.append(f"< {type(command).__name__}")
    if is_failure(both):
        tale.answer("both", both)
        return
    tale.tell(MOVEMENTS, U, both.unwrap().movements)
    tale.tell(BOOKS, "house", both.unwrap().books)


ACCOUNTS = ("bank", "user_funds/u", "user_funds/v", "escrow/x", "capital", "tax")


def entry(d: Dice) -> Entry:
    amount, two = D(d.one("1", "10", "25", "0.01", "0.001", "0")), d.random.sample(ACCOUNTS, 2)
    lines = [
        Line(account=two[0], currency="USD", amount=amount),
        Line(account=two[1], currency=d.one(*["USD"] * 9, "EUR"), amount=-amount),
    ]
    if d.one(0, 0, 0, 1):
        lines.append(Line(account=d.one("bank", "nobody"), currency="USD", amount=D(0)))
    return Entry(
        journal_id=EntryId(f"e{d.random.randrange(40)}"),
        at=Instant(d.now.micros - d.one(0, 0, 0, DAY, 31 * DAY)),
        reason="why",
        reference="ref",
        lines=tuple(lines),
    )


def books(*seeds: int) -> str:
    """A book with holds, closed months and reversals; what was posted is kept to take it back."""
    tale = Tale()
    for seed in seeds:
        dice = Dice(seed, (0, 0, 1, HOUR, DAY, 7 * DAY - 1, 7 * DAY, 31 * DAY))
        posted = [entry(dice)]
        start = Entry(
            journal_id=EntryId("start"),
            at=START,
            reason="start",
            reference="r",
            lines=(
                Line(account="bank", currency="USD", amount=D(60)),
                Line(account="user_funds/u", currency="USD", amount=D(-40)),
                Line(account="user_funds/v", currency="USD", amount=D(-20)),
            ),
        )
        tale.ask(BOOKS, "house", PostEntry(book=Book.HOUSE, entry=start))
        for _ in range(50):
            dice.wait()
            made, old = entry(dice), dice.one(*posted)
            hold = EntryId(dice.one(*sorted(tale.state(BOOKS, "house").holds), "none"))
            command = dice.one(
                PostEntry(book=Book.HOUSE, entry=made),
                PostEntry(book=Book.HOUSE, entry=dice.one(made, old, evolve(old, reason="other"))),
                Hold(book=Book.HOUSE, entry=made),
                Hold(book=Book.HOUSE, entry=made, rules=BookRules(hold_lasts=DAY)),
                PostHold(book=Book.HOUSE, hold_id=hold, entry=dice.one(made, old)),
                VoidHold(book=Book.HOUSE, hold_id=hold, reason="no", at=dice.now),
                ExpireHolds(book=Book.HOUSE, at=dice.now),
                ReverseEntry(
                    book=Book.HOUSE,
                    entry=old,
                    journal_id=EntryId(f"r{dice.random.randrange(20)}"),
                    reason="back",
                    at=dice.now,
                ),
                ClosePeriod(
                    book=Book.HOUSE,
                    month=dice.one("2026-02", "2026-03", "2026-04", "2026-05", "x"),
                    at=dice.now,
                ),
            )
            posted.append(made)
            tale.ask(BOOKS, "house", command)
        tale.stand()
        tale.put(BOOKS, "house", Books())
    return tale.text()


def wallet() -> str:
    return walk_all(WALLETS, wallet_menu(), 1, 2, 3, 4, waits=LONG)


def faucet() -> str:
    return walk_all(ECONOMY, FAUCET, 1, waits=(0, 7 * DAY, 7 * DAY), steps=60)


WALKS = {
    "purchases": lambda: purchases(*range(1, 31)),
    "spending": lambda: spending(1, 2, 3, 4),
    "wallet": wallet,
    "faucet": faucet,
    "movements": lambda: movements(1, 2, 3, 4, 5),
    "books": lambda: books(1, 2, 3, 4),
}
