"""A purchase: quotes with time to think, one payment, refunds to the cent, disputes."""

from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.errors.ledger import BadText, DuplicateEntry, Unsettled
from astracore.errors.money import NegativeAmount
from astracore.errors.payments import (
    OfferEvidence,
    PaymentDeclined,
    PaymentState,
    PurchaseRefused,
    QuoteExpired,
    RefundExceeds,
    TooEarly,
)
from astracore.errors.values import NumericLimit
from astracore.instants import LAST, MINUTE, SECOND, Instant, after
from astracore.outcome import is_failure
from astracore.revenue.payments.commands import Claim, CloseDispute, OpenDispute, PaymentCommand
from astracore.revenue.payments.events import (
    DisputeLost,
    DisputeOpened,
    DisputeWon,
    PaymentAdvanced,
    PaymentCreated,
    PaymentFailed,
    PaymentRefunded,
    PaymentSucceeded,
    QuoteCreated,
)
from astracore.revenue.payments.fees import processor_fee, settled_unit, tax_part
from astracore.revenue.payments.payment import PAYMENTS
from astracore.revenue.payments.processing import located, succeeded
from astracore.revenue.payments.quoting import consideration, later
from astracore.revenue.payments.rules import PAYMENT_RULES
from astracore.revenue.payments.state import Intent
from astracore.revenue.payments.types import (
    OPEN,
    PAID,
    PRODUCTS,
    TRANSITIONS,
    UNPAID,
    Method,
    Outcome,
    ProductKind,
    State,
)
from astracore.revenue.spending.rules import SpendRules
from astracore.revenue.spending.state import SpendGuard
from property_tests.payment_makers import (
    NOON,
    confirm,
    events,
    quote,
    refund,
    refusal,
    report,
    seconds,
    told,
)

CENT = Decimal("0.01")
QUOTED = told(quote())
CREATED = told(confirm(), state=QUOTED)
PAYED = told(report(Outcome.SUCCEEDED), state=CREATED)


def dispute(name: str = "d") -> OpenDispute:
    return OpenDispute(
        intent_id="i", payment_id="p", dispute_id=name, reason="fraud", at=seconds(99)
    )


def closing(*, won: bool, name: str = "d") -> CloseDispute:
    return CloseDispute(intent_id="i", payment_id="p", dispute_id=name, won=won, at=seconds(120))


def state_of(intent: Intent) -> State:
    return intent.attempts["p"].state


# --- worked examples --------------------------------------------------------------------------


def test_the_worked_fee_of_a_processor() -> None:
    """100 → 3.2."""
    assert processor_fee(Decimal(100), CENT, Method.CARD).unwrap() == Decimal("3.2")
    assert processor_fee(Decimal(100), CENT, Method.CRYPTO).unwrap() == 0
    assert processor_fee(Decimal("12.09"), CENT, Method.CARD).unwrap() == Decimal("0.66")


@pytest.mark.parametrize(
    ("usd", "wait"), [("9.99", 5), ("10", 30), ("49.99", 30), ("50", 300), ("1000", 300)]
)
def test_the_time_to_think(usd: str, wait: int) -> None:
    assert consideration(Decimal(usd), 1) == wait * SECOND
    assert consideration(Decimal(usd), 4) == 4 * wait * SECOND
    assert consideration(Decimal(usd), 4, SpendRules(considerations=())) == 0


# --- quotes -----------------------------------------------------------------------------------


def test_a_quote_says_the_total_and_when() -> None:
    (made,) = events(Intent(), quote(claims=(Claim(text="-17 %", evidence="list"),)))
    assert isinstance(made, QuoteCreated)
    assert (made.total, made.stream) == (Decimal("12.09"), "subscriptions")
    assert made.confirm_from == seconds(30)
    assert made.expires_at == after(NOON, 30 * MINUTE)
    assert made.evidence == ("list",)
    (deposit,) = events(Intent(), quote("5000", "0", kind=ProductKind.DEPOSIT))
    assert isinstance(deposit, QuoteCreated)
    assert deposit.confirm_from == NOON
    assert later(Instant(LAST), 5) == Instant(LAST)


PAUSED = SpendGuard(paused_until=seconds(5), factors=("rising",))


@pytest.mark.parametrize(
    ("command", "cause"),
    [
        (
            quote(claims=(Claim(text="last one"), Claim(text="x", evidence=" "))),
            OfferEvidence(("last one", "x")),
        ),
        (quote("-1"), NegativeAmount("-1")),
        (quote("1", "-1"), NegativeAmount("-1")),
        (quote("NaN", usd="1"), NegativeAmount("NaN")),
        (quote("1", usd="-1"), NegativeAmount("-1")),
        (quote("0.001", "0"), Unsettled("USD", Decimal("0.001"))),
        (quote("1", "0", currency="XYZ"), Unsettled("XYZ", Decimal(1))),
        (quote(guard=PAUSED), PurchaseRefused(seconds(5).micros, ("rising",))),
        (quote(claims=(Claim(text="\ud800", evidence="x"),)), BadText("claim 0")),
        (quote(claims=(Claim(text="x", evidence="\ud800"),)), BadText("evidence 0")),
        (
            evolve(quote(), product=evolve(quote().product, quantity=0)),
            NumericLimit("quantity"),
        ),
        (evolve(quote(), intent_id="\ud800"), BadText("intent_id")),
    ],
)
def test_what_is_not_offered(command: PaymentCommand, cause: object) -> None:
    assert refusal(Intent(), command) == cause


def test_a_purchase_is_quoted_once() -> None:
    assert refusal(QUOTED, quote()) == PaymentState("quoted", "quote")


# --- confirming -------------------------------------------------------------------------------


def test_one_confirms_after_thinking_and_before_the_end() -> None:
    early = evolve(confirm(), at=after(seconds(30), -1))
    assert refusal(QUOTED, early) == TooEarly(seconds(30).micros)
    ends = after(NOON, 30 * MINUTE)
    assert refusal(QUOTED, evolve(confirm(), at=ends)) == QuoteExpired(ends.micros)
    assert told(evolve(confirm(), at=after(ends, -1)), state=QUOTED).attempts
    assert refusal(Intent(), confirm()) == PaymentState("none", "confirm")
    assert refusal(QUOTED, evolve(confirm(), payment_id="\ud800")) == BadText("payment_id")
    odd = evolve(confirm(), method=Method.CRYPTO)
    assert refusal(QUOTED, odd) == PaymentState("crypto", "crypto terms")


def test_what_is_due_is_the_total_in_its_own_currency() -> None:
    quoted = told(quote("20", "4", kind=ProductKind.COURSE, currency="EUR", usd="26.40"))
    (made,) = events(quoted, confirm())
    assert isinstance(made, PaymentCreated)
    assert (made.amount, made.due, made.usd) == (Decimal(24), Decimal(24), Decimal("26.40"))
    assert (made.currency, made.due_currency, made.expires_at) == ("EUR", "EUR", None)


def test_one_payment_at_a_time_and_five_in_all() -> None:
    assert events(CREATED, confirm()) == ()
    assert refusal(CREATED, confirm("q")) == PaymentState("created", "confirm")
    assert refusal(PAYED, confirm("q")) == PaymentState("succeeded", "confirm")
    intent = QUOTED
    for place in range(5):
        name = f"p{place}"
        intent = told(confirm(name), report(Outcome.FAILED, name), state=intent)
    assert refusal(intent, confirm("p5")) == PaymentDeclined(5)
    other = evolve(confirm("p0"), method=Method.WALLET)
    assert refusal(intent, other) == PaymentState("failed", "confirm")


# --- what processors report -------------------------------------------------------------------

CHAIN = [Outcome.REQUIRES_ACTION, Outcome.PROCESSING]
reports = st.lists(st.sampled_from(Outcome), max_size=12)


@given(reports)
@example([Outcome.SUCCEEDED, Outcome.PROCESSING, Outcome.SUCCEEDED])
@example([Outcome.FAILED, Outcome.SUCCEEDED])
def test_reports_come_in_any_order_and_the_payment_ends_once(told_: list[Outcome]) -> None:
    """Each step is one of the table's; a report twice in a row changes nothing the second time."""
    intent, ends = CREATED, 0
    for outcome in told_:
        before = state_of(intent)
        answer = PAYMENTS.decide(report(outcome), intent)
        if is_failure(answer):
            assert before in UNPAID or before in PAID
            continue
        made = answer.unwrap()
        intent = told(report(outcome), state=intent)
        after_ = state_of(intent)
        assert (after_ in TRANSITIONS[before]) if made else after_ is before
        assert events(intent, report(outcome)) == ()
        ends += any(isinstance(one, PaymentSucceeded | PaymentFailed) for one in made)
    assert ends == (state_of(intent) not in OPEN)


def test_what_reports_bring_about() -> None:
    (waits,) = events(CREATED, report(Outcome.REQUIRES_ACTION))
    assert isinstance(waits, PaymentAdvanced)
    assert waits.state is State.REQUIRES_ACTION
    (done,) = events(CREATED, report(Outcome.SUCCEEDED))
    assert isinstance(done, PaymentSucceeded)
    assert (done.fee, done.amount, done.net) == (Decimal("0.66"), Decimal("12.09"), Decimal("9.99"))
    (gone,) = events(CREATED, report(Outcome.CANCELLED))
    assert isinstance(gone, PaymentFailed)
    assert gone.cancelled
    assert refusal(PAYED, report(Outcome.FAILED)) == PaymentState("succeeded", "failed")
    assert refusal(CREATED, report(Outcome.FAILED, "q")) == PaymentState("none", "record")
    assert refusal(Intent(), report(Outcome.FAILED)) == PaymentState("none", "record")
    assert refusal(CREATED, evolve(report(Outcome.FAILED), reason="\ud800")) == BadText("reason")
    failed = told(report(Outcome.FAILED), state=CREATED)
    assert refusal(failed, report(Outcome.SUCCEEDED)) == PaymentState("failed", "succeeded")
    place = located(PAYED, "i", "p").unwrap()
    odd = evolve(place, quote=evolve(place.quote, currency="XYZ"))
    assert succeeded(odd, NOON, PAYMENT_RULES).failure() == PaymentState("XYZ", "currency")


# --- refunds ----------------------------------------------------------------------------------

cents = st.integers(1, 5000).map(lambda count: count * CENT)


@given(cents, st.integers(0, 5000).map(lambda count: count * CENT), st.lists(cents, max_size=8))
@example(Decimal("0.01"), Decimal(0), [Decimal("0.01")])
def test_refunds_add_up(net: Decimal, tax: Decimal, parts: list[Decimal]) -> None:
    """Property 114: net + tax = gross each time, never more than paid, and all of the tax."""
    steps = (quote(str(net), str(tax), kind=ProductKind.RENEWAL), confirm())
    intent = told(*steps, report(Outcome.SUCCEEDED))
    total, back, taxes = net + tax, Fraction(0), Fraction(0)
    for place, part in enumerate([*parts, total - min(total, sum(parts, Decimal(0)))]):
        command = refund(str(part), f"r{place}", deferred="1")
        answer = PAYMENTS.decide(command, intent)
        if part == 0 or back + Fraction(part) > Fraction(total):
            assert isinstance(answer.failure(), NegativeAmount | RefundExceeds | PaymentState)
            continue
        (made,) = answer.unwrap()
        assert isinstance(made, PaymentRefunded)
        assert made.deferred + made.earned + made.tax == made.amount == part
        assert min(made.deferred, made.earned, made.tax) >= 0
        assert made.deferred <= 1
        intent = told(command, state=intent)
        assert events(intent, command) == ()
        back, taxes = back + Fraction(part), taxes + Fraction(made.tax)
        assert abs(taxes - Fraction(tax) * back / Fraction(total)) <= Fraction(1, 200)
    whole = back == Fraction(total)
    assert (state_of(intent) is State.REFUNDED) == whole
    assert not whole or taxes == Fraction(tax)


@pytest.mark.parametrize(
    ("command", "cause"),
    [
        (refund("12.10"), RefundExceeds(Decimal("12.09"), Decimal(0), Decimal("12.10"))),
        (refund("0"), NegativeAmount("0")),
        (refund("-1"), NegativeAmount("-1")),
        (refund("NaN"), NegativeAmount("NaN")),
        (refund("0.001"), Unsettled("USD", Decimal("0.001"))),
        (evolve(refund("1"), reason="\ud800"), BadText("reason")),
        (evolve(refund("1"), payment_id="q"), PaymentState("none", "record")),
    ],
)
def test_what_is_not_refunded(command: PaymentCommand, cause: object) -> None:
    assert refusal(PAYED, command) == cause


def test_a_refund_has_one_amount_and_a_paid_payment() -> None:
    part = told(refund("1"), state=PAYED)
    assert state_of(part) is State.PARTIALLY_REFUNDED
    assert refusal(part, refund("2")) == DuplicateEntry("r")
    assert refusal(CREATED, refund("1")) == PaymentState("created", "refund")
    deposit = told(quote("5", "0", kind=ProductKind.DEPOSIT), confirm(), report(Outcome.SUCCEEDED))
    assert refusal(deposit, refund("1")) == PaymentState("deposit", "refund")
    (some,) = events(PAYED, refund("5", deferred="3"))
    assert isinstance(some, PaymentRefunded)
    assert (some.tax, some.deferred, some.earned) == tuple(map(Decimal, ("0.87", "3", "1.13")))
    (odd,) = events(PAYED, refund("1", deferred="NaN"))
    assert isinstance(odd, PaymentRefunded)
    assert odd.deferred == 0
    assert tax_part(Decimal(0), Decimal(0), Decimal(0), CENT).unwrap() == 0
    assert settled_unit(Decimal(1), "JPY").unwrap() == 1
    nothing = Decimal("NaN")
    limit = NumericLimit("InvalidOperation")
    assert tax_part(nothing, Decimal(1), Decimal(1), CENT).failure() == limit
    assert processor_fee(nothing, CENT, Method.CARD).failure() == limit


# --- disputes ---------------------------------------------------------------------------------


def test_a_dispute_is_won_or_lost_once() -> None:
    open_ = told(dispute(), state=PAYED)
    assert state_of(open_) is State.DISPUTED
    assert events(open_, dispute()) == ()
    assert refusal(open_, dispute("e")) == PaymentState("disputed", "dispute")
    assert refusal(open_, refund("1")) == PaymentState("disputed", "refund")
    assert refusal(open_, closing(won=True, name="e")) == PaymentState("disputed", "close dispute")
    won, lost = told(closing(won=True), state=open_), told(closing(won=False), state=open_)
    assert (state_of(won), state_of(lost)) == (State.SUCCEEDED, State.LOST)
    assert refusal(lost, closing(won=True)) == PaymentState("lost", "close dispute")
    assert refusal(lost, dispute("e")) == PaymentState("lost", "dispute")
    (event,) = events(open_, closing(won=False))
    assert isinstance(event, DisputeLost)
    assert event.amount == Decimal("12.09")
    assert isinstance(events(open_, closing(won=True))[0], DisputeWon)


def test_a_dispute_concerns_what_was_not_refunded() -> None:
    part = told(refund("2"), state=PAYED)
    (event,) = events(part, dispute())
    assert isinstance(event, DisputeOpened)
    assert event.amount == Decimal("10.09")
    back = told(dispute(), closing(won=True), state=part)
    assert state_of(back) is State.PARTIALLY_REFUNDED
    (gone,) = events(told(dispute(), state=part), closing(won=False))
    assert isinstance(gone, DisputeLost)
    assert gone.amount == Decimal("10.09")
    assert refusal(CREATED, dispute()) == PaymentState("created", "dispute")
    assert refusal(PAYED, evolve(dispute(), reason="\ud800")) == BadText("reason")


# --- the table --------------------------------------------------------------------------------


def test_the_table_of_states_is_whole() -> None:
    """Every state has its row; each is reached; those that end have no way out."""
    assert set(TRANSITIONS) == set(State)
    assert set().union(*TRANSITIONS.values()) | {State.CREATED} == set(State)
    ends = {state for state, ways in TRANSITIONS.items() if not ways}
    assert ends == {State.FAILED, State.CANCELLED, State.REFUNDED, State.LOST}
    assert set(State) == OPEN | UNPAID | PAID
    assert set(PRODUCTS) == set(ProductKind)


def test_an_event_of_an_unknown_payment_changes_nothing() -> None:
    (done,) = events(CREATED, report(Outcome.SUCCEEDED))
    assert PAYMENTS.evolve(QUOTED, done) == QUOTED
    (back,) = events(PAYED, refund("12.09"))
    bare = Intent(attempts=PAYED.attempts)
    assert state_of(PAYMENTS.evolve(bare, back)) is State.PARTIALLY_REFUNDED


def test_late_reports_change_nothing() -> None:
    waiting = told(report(Outcome.PROCESSING), state=CREATED)
    failed = told(report(Outcome.FAILED), state=CREATED)
    for intent in (waiting, failed, PAYED):
        for outcome in CHAIN:
            assert events(intent, report(outcome)) == ()


def test_which_products_count_towards_the_limits() -> None:
    """What is bought on the spot; not what was agreed to before, and not one's own money."""
    free = {kind for kind, rule in PRODUCTS.items() if not rule.counted}
    assert free == {ProductKind.RENEWAL, ProductKind.INVOICE, ProductKind.DEPOSIT}
