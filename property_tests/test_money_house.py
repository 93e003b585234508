"""What follows from payments and points: two books that balance and explain each cent."""

import decimal
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from astracore.events.envelope import Envelope
from astracore.events.policy import Policy, reactions
from astracore.events.projection import Projection, project
from astracore.ledger.commands import PostEntry
from astracore.ledger.entries import Book
from astracore.ledger.state import balance, trial_balance
from astracore.policies.finance import FUNDS_POSTINGS
from astracore.projections.accounts import BALANCES, STATEMENT
from astracore.projections.funds import MOVEMENTS, PAYMENTS, SPEND_STATUS, WALLET
from astracore.projections.registry import LEDGER_MODELS
from astracore.revenue.movements.commands import RecordPayout, ReviewMovement, Withdraw
from astracore.revenue.movements.types import Decision
from astracore.revenue.payments.commands import (
    CloseDispute,
    ConfirmPayment,
    CryptoTerms,
    OpenDispute,
    RecordProcessor,
    RecordTransfer,
    Refund,
)
from astracore.revenue.payments.events import (
    DisputeLost,
    OverpaymentCredited,
    PaymentRefunded,
    PaymentSucceeded,
)
from astracore.revenue.payments.types import Finality, Method, Outcome, ProductKind
from astracore.revenue.wallets.commands import (
    CashOut,
    ExpireTokens,
    GrantCredits,
    ReceiveCredits,
    SpendCredits,
    SpendTokens,
)
from astracore.revenue.wallets.rules import CashOutRules, CreditUse, EconomyRules, TokenProduct
from astracore.revenue.wallets.state import tokens_of
from astracore.users.gates import Standing
from astracore.users.types import Tier
from astracore.verification.books import (
    balances_sum_to_zero,
    held_is_what_holds_say,
    nobody_is_overdrawn,
)
from property_tests.money_house import USER, MoneyHouse, later
from property_tests.payment_makers import quote
from tests.domains.held import among

R = TypeVar("R")
slow = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
PAYS = EconomyRules(cash_out=CashOutRules(enabled=True, least=1))
KINDS = (
    ProductKind.RENEWAL,
    ProductKind.TOKENS,
    ProductKind.SUBSCRIPTION,
    ProductKind.DEPOSIT,
)


@st.composite
def houses(draw: st.DrawFn) -> MoneyHouse:
    """Some purchases, what became of them, and what was done with what they brought."""
    house = MoneyHouse()
    for place in range(draw(st.integers(1, 6))):
        purchase(draw, house, place)
        points(draw, house)
        movements(draw, house, place)
    return house


def purchase(draw: st.DrawFn, house: MoneyHouse, place: int) -> None:
    """Quote, confirm, pay; then refund or dispute some of it."""
    intent, payment = f"i{place}", f"p{place}"
    kind = draw(st.sampled_from(KINDS))
    net = str(Decimal(draw(st.integers(500, 5000))) / 100)
    tax = "0" if kind is ProductKind.DEPOSIT else str(Decimal(draw(st.integers(0, 999))) / 100)
    house.ask(evolve(quote(net, tax, kind=kind, at=house.now), intent_id=intent))
    method = draw(st.sampled_from(Method))
    due = CryptoTerms(currency="ETH", amount=Decimal(2), address="0x1")
    confirmed = ConfirmPayment(
        intent_id=intent,
        payment_id=payment,
        method=method,
        at=later(house, 10),
        crypto=due if method is Method.CRYPTO else None,
    )
    house.ask(confirmed)
    outcome = draw(st.sampled_from([Outcome.SUCCEEDED] * 4 + [Outcome.FAILED]))
    house.ask(
        RecordProcessor(
            intent_id=intent, payment_id=payment, outcome=outcome, reason="told", at=house.now
        )
    )
    came = Decimal(draw(st.sampled_from(["1", "2", "3.5"])))
    house.ask(
        RecordTransfer(
            intent_id=intent,
            payment_id=payment,
            tx_id="t",
            amount=came,
            finality=Finality.L1,
            at=house.now,
        )
    )
    if draw(st.booleans()):
        refund(draw, house, intent, payment)
    if draw(st.integers(0, 3)) == 0:
        dispute(draw, house, intent, payment)


def refund(draw: st.DrawFn, house: MoneyHouse, intent: str, payment: str) -> None:
    for name in ("r1", "r1", "r2"):
        house.ask(
            Refund(
                intent_id=intent,
                payment_id=payment,
                refund_id=f"{payment}{name}",
                amount=Decimal(draw(st.integers(1, 3000))) / 100,
                reason="asked",
                at=house.now,
                deferred=Decimal(draw(st.integers(0, 10))),
            )
        )


def dispute(draw: st.DrawFn, house: MoneyHouse, intent: str, payment: str) -> None:
    fields = {"intent_id": intent, "payment_id": payment, "dispute_id": f"{payment}d"}
    house.ask(OpenDispute(**fields, reason="fraud", at=house.now))
    house.ask(CloseDispute(**fields, won=draw(st.booleans()), at=house.now))


def points(draw: st.DrawFn, house: MoneyHouse) -> None:
    """Earn, give, take back, pay out; use tokens, let them lapse."""
    at = later(house, draw(st.sampled_from([1, 2000, 800 * 24 * 60])))
    amount = draw(st.integers(1, 5000))
    game: dict[str, Any] = {"use": CreditUse.STAKE, "source_event_id": "e", "at": at}
    out = draw(st.sampled_from(["wallet/v", "game_escrow/1"]))
    asked: tuple[Any, ...] = (
        ExpireTokens(user_id=USER, at=at),
        GrantCredits(
            user_id=USER,
            reward=amount,
            faucet=Decimal("0.9"),
            reason="quest",
            source_event_id="e",
            at=at,
        ),
        SpendCredits(user_id=USER, amount=max(1, amount // 3), counterpart=out, **game),
        ReceiveCredits(user_id=USER, amount=1, counterpart="game_escrow/1", **game),
        SpendTokens(
            user_id=USER, amount=amount // 9 + 1, kind=TokenProduct.COURSE, product="c", at=at
        ),
        CashOut(
            user_id=USER,
            cashout_id="x",
            amount=max(1, amount // 9),
            identified=True,
            at=at,
            rules=PAYS,
        ),
    )
    for command in draw(st.lists(st.sampled_from(asked), max_size=4)):
        stake = balance(house.books(Book.GAME), "game_escrow/1", "CREDIT")
        if stake or not isinstance(command, ReceiveCredits):
            house.ask(command)


def movements(draw: st.DrawFn, house: MoneyHouse, place: int) -> None:
    """Take some of what was deposited out again."""
    name = f"w{place}"
    house.ask(
        Withdraw(
            user_id=USER,
            movement_id=name,
            amount=Decimal(draw(st.integers(1, 40))),
            currency="USD",
            usd=Decimal(draw(st.sampled_from([10, 20_000]))),
            destination="iban",
            standing=Standing(tier=Tier.PREMIUM, email_confirmed=True, second_factor=True),
            at=house.now,
        )
    )
    decision = draw(st.sampled_from(Decision))
    house.ask(
        ReviewMovement(
            user_id=USER,
            movement_id=name,
            decision=decision,
            by="fin",
            is_finance=True,
            note="",
            at=house.now,
        )
    )
    paid = draw(st.booleans())
    house.ask(RecordPayout(user_id=USER, movement_id=name, paid=paid, at=house.now))


def rows(projection: Projection[Any, R], house: MoneyHouse, chunk: int = 10**6) -> dict[str, R]:
    """The model, told `chunk` events at a time, its rows kept as bytes between."""
    kept: dict[str, bytes] = {}
    for start in range(0, len(house.log), chunk):
        for change in project(projection, among(kept), house.log[start : start + chunk]).unwrap():
            kept.pop(change.key, None)
            if change.body is not None:
                kept[change.key] = change.body
    return {key: projection.row.decode(body).unwrap() for key, body in kept.items()}


def of(house: MoneyHouse, kind: type[R]) -> list[R]:
    return [one.event for one in house.log if isinstance(one.event, kind)]


@slow
@given(houses(), st.integers(1, 7))
def test_both_books_balance_and_everybody_says_the_same(house: MoneyHouse, chunk: int) -> None:
    """One history, looked at from every side."""
    books_explain_each_cent(house)
    wallets_are_what_the_books_say(house)
    read_models_say_what_the_states_say(house, chunk)
    redelivered_events_post_the_same_entry(house)


def books_explain_each_cent(house: MoneyHouse) -> None:
    """What came in, less fees, refunds and lost disputes, is where the payments put it."""
    assert not house.unposted
    for book in Book:
        books = house.books(book)
        assert balances_sum_to_zero(books)
        assert nobody_is_overdrawn(books)
        assert held_is_what_holds_say(books)
        assert not any(trial_balance(books).values())
    paid = [one for one in of(house, PaymentSucceeded) if one.kind is not ProductKind.DEPOSIT]
    back, lost = of(house, PaymentRefunded), of(house, DisputeLost)
    books = house.books(Book.HOUSE)
    by_card = {Method.CARD, Method.WALLET}
    expected: Fraction | int = sum(
        Fraction(one.amount) - Fraction(one.fee) for one in paid if one.method in by_card
    )
    expected -= sum(Fraction(one.amount) for one in back if one.method in by_card)
    expected -= sum(Fraction(one.amount) for one in lost if one.method in by_card)
    assert Fraction(balance(books, "processor", "USD")) == expected
    taxes = sum(Fraction(one.tax) for one in paid) - sum(Fraction(one.tax) for one in back)
    assert Fraction(balance(books, "tax", "USD")) == taxes
    coins = sum(
        Fraction(one.received or 0)
        for one in of(house, PaymentSucceeded)
        if one.method is Method.CRYPTO
    )
    credit = sum(Fraction(one.amount) for one in of(house, OverpaymentCredited))
    assert Fraction(balance(books, "crypto_treasury", "ETH")) == coins + credit
    assert Fraction(balance(books, f"customer_credit/{USER}", "ETH")) == credit


def wallets_are_what_the_books_say(house: MoneyHouse) -> None:
    wallet = house.state("financial.wallet", USER)
    game = house.books(Book.GAME)
    assert balance(game, f"wallet/{USER}", "CREDIT") == wallet.credits
    assert balance(game, f"wallet/{USER}", "TOKEN") == tokens_of(wallet)
    row = rows(WALLET, house).get(USER)
    assert row is None or (row.credits, row.tokens) == (wallet.credits, tokens_of(wallet))


def read_models_say_what_the_states_say(house: MoneyHouse, chunk: int) -> None:
    """Told at once, in pieces, or under a crude decimal context."""
    for model in (PAYMENTS, WALLET, SPEND_STATUS, MOVEMENTS, BALANCES, STATEMENT):
        at_once: Projection[Any, Any] = model
        with decimal.localcontext(decimal.Context(prec=1, rounding=decimal.ROUND_UP)):
            assert rows(at_once, house, chunk) == rows(at_once, house)
    for name, payment in rows(PAYMENTS, house).items():
        intent = house.state("financial.payment", payment.intent_id)
        attempt = intent.attempts[name]
        assert (payment.state, payment.refunded) == (attempt.state, attempt.refunded)
    guard = house.state("financial.spend_guard", USER)
    assert [row.guard for row in rows(SPEND_STATUS, house).values()] in ([], [guard])
    known = house.state("financial.movements", USER).known  # of the last thirty days
    for row in rows(MOVEMENTS, house).values():
        assert row.movement_id not in known or known[row.movement_id].status is row.status
    for funds in rows(BALANCES, house).values():
        books = house.books(funds.book)
        assert funds.balance == balance(books, funds.account, funds.currency)
        held = books.held.get(f"{funds.account} {funds.currency}", Decimal(0))
        assert (funds.held, funds.available) == (held, funds.balance - held)
    sums: dict[tuple[Book, str, str], Fraction] = {}
    for line in rows(STATEMENT, house).values():
        place = (line.book, line.account, line.currency)
        sums[place] = sums.get(place, Fraction(0)) + Fraction(line.amount)
    for (book, account, currency), total in sums.items():
        assert total == Fraction(balance(house.books(book), account, currency))
    assert {model.name for model in LEDGER_MODELS} == {"balances", "statement"}


def redelivered_events_post_the_same_entry(house: MoneyHouse) -> None:
    """So the book takes it for what it is: a repeat."""
    for envelope in house.log:
        for policy in FUNDS_POSTINGS:
            for one, two in zip(again(policy, envelope), again(policy, envelope), strict=True):
                assert one == two
                assert house.handle(one) is None
    assert not house.unposted


def again(policy: Policy[Any, PostEntry], envelope: Envelope[object]) -> list[PostEntry]:
    return [reaction.command for reaction in reactions(policy, envelope)]
