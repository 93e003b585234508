"""A crypto payment: near enough is paid, more is credit, less goes back; reorganisations."""

from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.errors.ledger import BadText, DuplicateEntry, Unsettled
from astracore.errors.money import NegativeAmount
from astracore.errors.payments import PaymentState, TooEarly
from astracore.errors.values import NumericLimit
from astracore.instants import MINUTE, after
from astracore.revenue.payments.commands import (
    CryptoTerms,
    DropTransfer,
    EndCryptoQuote,
    OpenDispute,
    PaymentCommand,
    RecordTransfer,
    Refund,
)
from astracore.revenue.payments.crypto import Verdict, arrived, is_final, needed, sent_back
from astracore.revenue.payments.events import (
    DisputeOpened,
    DisputeWon,
    OverpaymentCredited,
    PaymentFailed,
    PaymentSucceeded,
    TransferDropped,
    TransferSeen,
)
from astracore.revenue.payments.payment import PAYMENTS
from astracore.revenue.payments.state import Intent, Transfer
from astracore.revenue.payments.types import Finality, Outcome, ProductKind, State
from property_tests.payment_makers import (
    NOON,
    confirm,
    crypto_confirm,
    events,
    quote,
    refusal,
    report,
    seconds,
    told,
    transfer,
)

END = 15 * 60  # [s] after noon
QUOTED = told(quote("100", "0", kind=ProductKind.INVOICE, currency="USDC"))
WAITING = told(crypto_confirm(at=NOON), state=QUOTED)
LARGE = told(
    quote("2000", "0", kind=ProductKind.INVOICE, currency="USDC"),
    crypto_confirm("2000", at=NOON),
)


def drop(tx: str = "t", at: int = 120) -> DropTransfer:
    return DropTransfer(intent_id="i", payment_id="p", tx_id=tx, at=seconds(at))


def end(gas: str = "1", at: int = END) -> EndCryptoQuote:
    return EndCryptoQuote(intent_id="i", payment_id="p", gas=Decimal(gas), at=seconds(at))


def state_of(intent: Intent) -> State:
    return intent.attempts["p"].state


@pytest.mark.parametrize(
    ("came", "verdict", "excess"),
    [
        ("99.499999", Verdict.SHORT, "0"),
        ("99.5", Verdict.PAID, "0"),
        ("100", Verdict.PAID, "0"),
        ("100.5", Verdict.PAID, "0"),
        ("100.500001", Verdict.OVER, "0.500001"),
        ("0", Verdict.SHORT, "0"),
    ],
)
def test_within_half_a_percent_is_paid(came: str, verdict: Verdict, excess: str) -> None:
    one = Transfer(amount=Decimal(came), finality=Finality.L2)
    found = arrived(Decimal(100), [one], Decimal(100)).unwrap()
    assert (found.verdict, found.excess) == (verdict, Decimal(excess))


def test_what_is_final_where() -> None:
    """L2 under 1000 USD, else the base chain."""
    assert needed(Decimal("999.99")) is Finality.L2
    assert needed(Decimal(1000)) is Finality.L1
    seen = Transfer(amount=Decimal(1), finality=Finality.SEEN)
    assert not is_final(seen, Decimal(1))
    assert is_final(evolve(seen, finality=Finality.L1), Decimal(1))
    assert not is_final(evolve(seen, finality=Finality.L2), Decimal(1000))
    assert sent_back(Decimal(1), Decimal(3)).unwrap() == 0
    assert arrived(Decimal(0), [], Decimal(1)).unwrap().verdict is Verdict.SHORT


def test_the_quote_holds_for_fifteen_minutes() -> None:
    asked = told(crypto_confirm(at=NOON), state=QUOTED)
    assert asked.attempts["p"].expires_at == after(NOON, 15 * MINUTE)


def test_a_transfer_firms_up_and_pays() -> None:
    seen = told(transfer("100", finality=Finality.SEEN), state=WAITING)
    assert state_of(seen) is State.CREATED
    assert events(seen, transfer("100", finality=Finality.SEEN)) == ()
    again, done = events(seen, transfer("100"))
    assert isinstance(again, TransferSeen)
    assert isinstance(done, PaymentSucceeded)
    assert (done.fee, done.due, done.due_currency) == (Decimal(0), Decimal(100), "USDC")
    cheap = told(
        quote("100", "0", kind=ProductKind.INVOICE, currency="USDC", usd="99"),
        crypto_confirm(at=NOON),
    )
    _, paid = events(cheap, transfer("100"))
    assert isinstance(paid, PaymentSucceeded)
    assert (paid.usd, paid.due) == (Decimal(99), Decimal(100))
    _, near = events(WAITING, transfer("99.6"))
    _, over, _ = events(WAITING, transfer("103"))
    assert isinstance(near, PaymentSucceeded)
    assert isinstance(over, PaymentSucceeded)
    assert (near.received, over.received) == (Decimal("99.6"), Decimal(100))
    large = told(transfer("2000"), state=LARGE)
    assert state_of(large) is State.CREATED
    assert state_of(told(transfer("2000", finality=Finality.L1), state=large)) is State.SUCCEEDED


def test_more_is_credit_and_so_is_what_comes_later() -> None:
    _, _, credit = events(WAITING, transfer("103"))
    assert isinstance(credit, OverpaymentCredited)
    assert (credit.amount, credit.tx_id) == (Decimal(3), None)
    paid = told(transfer("103"), state=WAITING)
    _, again = events(paid, transfer("7", "u"))
    assert isinstance(again, OverpaymentCredited)
    assert (again.amount, again.tx_id) == (Decimal(7), "u")
    twice = told(transfer("7", "u"), state=paid)
    assert [type(one) for one in events(twice, transfer("7", "u", Finality.L1))] == [TransferSeen]
    gone = told(drop("u"), state=twice)
    assert [type(one) for one in events(gone, transfer("7", "u"))] == [TransferSeen]


def test_less_goes_back_at_the_end_less_the_gas() -> None:
    short = told(transfer("60"), state=WAITING)
    assert refusal(short, end(at=END - 1)) == TooEarly(seconds(END).micros)
    (gone,) = events(short, end())
    assert isinstance(gone, PaymentFailed)
    assert (gone.returned, gone.reason) == (Decimal(59), "short")
    (none,) = events(WAITING, end())
    assert isinstance(none, PaymentFailed)
    assert (none.returned, none.reason) == (Decimal(0), "unpaid")
    failed = told(end(), state=short)
    assert events(failed, end()) == ()
    _, credit = events(failed, transfer("60", "late", at=END + 9))
    assert isinstance(credit, OverpaymentCredited)
    assert credit.amount == 60


def test_the_end_waits_for_what_may_firm_up() -> None:
    unsure = told(transfer("100", finality=Finality.SEEN), state=WAITING)
    assert events(unsure, end()) == ()
    firm = told(transfer("100", at=END + 60), state=unsure)
    assert state_of(firm) is State.SUCCEEDED
    gone = told(drop(), state=unsure)
    assert isinstance(events(gone, end())[0], PaymentFailed)


def test_a_transfer_after_the_end_is_late() -> None:
    _, credit = events(WAITING, transfer("100", at=END))
    assert isinstance(credit, OverpaymentCredited)
    assert state_of(told(transfer("100", at=END), state=WAITING)) is State.CREATED


def test_a_reorganisation_before_success_only_takes_away() -> None:
    half = told(transfer("60", "a"), state=WAITING)
    assert [type(one) for one in events(half, drop("a"))] == [TransferDropped]
    assert events(half, drop("unknown")) == ()
    without = told(drop("a"), transfer("60", "b"), state=half)
    assert state_of(without) is State.CREATED
    assert events(without, drop("a")) == ()
    assert state_of(told(transfer("60", "a"), state=without)) is State.SUCCEEDED


def test_a_reorganisation_after_success_is_a_dispute_with_the_chain() -> None:
    """Won when the transfer comes back, also after the quote's end and at another amount."""
    paid = told(transfer("60", "a"), transfer("40", "b"), state=WAITING)
    gone, opened = events(paid, drop("b"))
    assert isinstance(gone, TransferDropped)
    assert isinstance(opened, DisputeOpened)
    assert (opened.dispute_id, opened.reason) == ("reorg:b", "reorg")
    lost = told(drop("b"), state=paid)
    assert state_of(lost) is State.DISPUTED
    again = told(drop("a"), state=lost)
    assert state_of(again) is State.DISPUTED
    assert [type(one) for one in events(again, transfer("10", "a", at=END + 9))] == [TransferSeen]
    _, won = events(lost, transfer("40", "b", at=END + 9))
    assert isinstance(won, DisputeWon)
    assert (won.dispute_id, won.amount) == ("reorg:b", Decimal(100))
    back_again = told(transfer("40", "b", at=END + 9), state=lost)
    assert state_of(back_again) is State.SUCCEEDED
    _, credit = events(back_again, transfer("7", "c"))
    assert isinstance(credit, OverpaymentCredited)


def test_a_dispute_with_a_bank_is_not_won_by_a_transfer() -> None:
    paid = told(transfer("100", "a"), state=WAITING)
    claim = OpenDispute(
        intent_id="i", payment_id="p", dispute_id="d", reason="fraud", at=seconds(99)
    )
    _, credit = events(told(claim, state=paid), transfer("7", "b"))
    assert isinstance(credit, OverpaymentCredited)


def test_what_a_reorganisation_takes_is_what_was_not_given_back() -> None:
    """And what was given as credit no more counts towards the price."""
    paid = told(transfer("100", "a"), state=WAITING)
    back = Refund(
        intent_id="i",
        payment_id="p",
        refund_id="r",
        amount=Decimal(10),
        reason="asked",
        at=seconds(90),
    )
    _, opened = events(told(back, state=paid), drop("a"))
    assert isinstance(opened, DisputeOpened)
    assert opened.amount == 90
    _, won = events(told(back, drop("a"), state=paid), transfer("100", "a"))
    assert isinstance(won, DisputeWon)
    assert won.amount == 90
    over = told(transfer("98", "a"), transfer("5", "b"), state=WAITING)
    assert over.attempts["p"].credited == 3
    assert [type(one) for one in events(over, drop("b"))] == [TransferDropped, DisputeOpened]


def test_a_reorganisation_that_leaves_enough_is_no_dispute() -> None:
    paid = told(transfer("100", "a"), transfer("7", "b"), state=WAITING)
    assert [type(one) for one in events(paid, drop("b"))] == [TransferDropped]
    over = told(transfer("103", "a"), state=WAITING)
    assert [type(one) for one in events(over, drop("a"))] == [TransferDropped, DisputeOpened]


@pytest.mark.parametrize(
    ("command", "cause"),
    [
        (transfer("0"), NegativeAmount("0")),
        (transfer("NaN"), NegativeAmount("NaN")),
        (transfer("0.0000001"), Unsettled("USDC", Decimal("1E-7"))),
        (transfer("1", "\ud800"), BadText("tx_id")),
        (drop("\ud800"), BadText("tx_id")),
        (end("-1"), NegativeAmount("-1")),
        (end("NaN"), NegativeAmount("NaN")),
        (report(Outcome.SUCCEEDED), PaymentState("created", "succeeded")),
        (evolve(transfer("1"), payment_id="q"), PaymentState("none", "record")),
    ],
)
def test_what_the_chain_may_not_say(command: PaymentCommand, cause: object) -> None:
    assert refusal(WAITING, command) == cause


def test_a_transfer_has_one_amount_and_belongs_to_a_crypto_payment() -> None:
    seen = told(transfer("60"), state=WAITING)
    assert refusal(seen, transfer("61")) == DuplicateEntry("t")
    card = told(confirm(), state=told(quote()))
    assert refusal(card, transfer("1")) == PaymentState("card", "transfer")
    bad = evolve(
        crypto_confirm(at=NOON),
        crypto=CryptoTerms(currency="USDC", amount=Decimal("1E-9"), address="0x1"),
    )
    assert refusal(QUOTED, bad) == Unsettled("USDC", Decimal("1E-9"))
    lone = CryptoTerms(currency="USDC", amount=Decimal(1), address="\ud800")
    assert refusal(QUOTED, evolve(bad, crypto=lone)) == BadText("address")


def test_chain_events_of_what_is_not_there_change_nothing() -> None:
    (gone,) = events(told(transfer("60"), state=WAITING), drop())
    assert PAYMENTS.evolve(WAITING, gone) == WAITING
    credit = OverpaymentCredited(
        payment_id="p",
        intent_id="i",
        user_id=QUOTED.quote.user_id if QUOTED.quote else "",  # type: ignore[arg-type]
        amount=Decimal(2),
        currency="USDC",
        tx_id="unknown",
        at=NOON,
    )
    assert PAYMENTS.evolve(WAITING, credit).attempts["p"].credited == 2


steps = st.lists(
    st.tuples(
        st.sampled_from("abcd"),
        st.integers(1, 120),
        st.sampled_from(Finality),
        st.booleans(),
    ),
    max_size=10,
)


@given(steps)
@example([("a", 100, Finality.L2, False), ("b", 5, Finality.L1, True)])
def test_every_final_coin_is_kept_credited_or_sent_back(
    moves: list[tuple[str, int, Finality, bool]],
) -> None:
    """Without reorganisations: final transfers = what is kept for the price + credit + returned."""
    intent, firm = WAITING, dict.fromkeys("abcd", 0)
    amounts: dict[str, int] = {}
    credited = returned = Fraction(0)
    clock = 60
    commands: list[RecordTransfer | EndCryptoQuote] = []
    for name, amount, finality, late in moves:
        clock = max(clock, END + 1) if late else clock
        size = amounts.setdefault(name, amount)
        commands.append(transfer(str(size), name, finality, at=clock))
    commands.append(end("0", at=max(clock, END)))
    for command in commands:
        made = events(intent, command)
        intent = told(command, state=intent)
        credited += sum(Fraction(x.amount) for x in made if isinstance(x, OverpaymentCredited))
        returned += sum(Fraction(x.returned) for x in made if isinstance(x, PaymentFailed))
        if isinstance(command, RecordTransfer) and command.finality is not Finality.SEEN:
            firm[command.tx_id] = amounts[command.tx_id]
    kept = sum(firm.values()) - credited - returned
    if state_of(intent) is State.SUCCEEDED:
        assert Fraction(995, 10) <= kept <= Fraction(1005, 10)
    elif state_of(intent) is State.FAILED:
        assert kept == 0
    else:
        unsure = [one for one in intent.attempts["p"].transfers.values() if not one.late]
        assert any(one.finality is Finality.SEEN for one in unsure)


def test_sums_beyond_what_is_carried_are_refused() -> None:
    paid = told(transfer("100", "a"), state=WAITING)
    attempt = paid.attempts["p"]
    odd = {
        name: Transfer(amount=Decimal(text), finality=Finality.L1)
        for name, text in (("a", "1E+99"), ("b", "1E-6"), ("c", "1"))
    }
    broken = Intent(quote=paid.quote, attempts={"p": evolve(attempt, transfers=odd)})
    assert refusal(broken, drop("c")) == NumericLimit("Inexact")


def test_what_comes_back_beyond_the_price_is_credit() -> None:
    """A larger transfer in the place of one that a reorganisation took."""
    lost = told(transfer("100", "a"), drop("a"), state=WAITING)
    _, won, credit = events(lost, transfer("150", "b"))
    assert isinstance(won, DisputeWon)
    assert isinstance(credit, OverpaymentCredited)
    assert (credit.amount, credit.tx_id) == (Decimal(50), None)
    again = told(transfer("150", "b"), state=lost)
    assert (state_of(again), again.attempts["p"].credited) == (State.SUCCEEDED, Decimal(50))


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.CANCELLED])
def test_nobody_gives_up_a_payment_that_transfers_stand_for(outcome: Outcome) -> None:
    """They would be nobody's: only the end of the quote's time sends them back."""
    part = told(transfer("60", finality=Finality.SEEN), state=WAITING)
    assert refusal(part, report(outcome)) == PaymentState("created", outcome.value)
    assert isinstance(events(told(drop(), state=part), report(outcome))[0], PaymentFailed)
    assert isinstance(events(WAITING, report(outcome))[0], PaymentFailed)
    late = told(transfer("60", at=END), state=WAITING)
    assert isinstance(events(late, report(outcome))[0], PaymentFailed)
