"""Planted mistakes in the ledger and in payments: each must turn one of these red."""

from collections.abc import Callable
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from returns.result import Success

from astracore.errors.money import NegativeAmount
from astracore.ledger import books, checks, folding, holds, periods, postings, state
from astracore.outcome import is_failure
from astracore.revenue.economy import faucet
from astracore.revenue.movements import movement, settling
from astracore.revenue.payments import (
    confirming,
    fees,
    processing,
    quoting,
    returning,
    transfers,
)
from astracore.revenue.payments.crypto import Arrived, Verdict
from astracore.revenue.payments.types import PAID
from astracore.revenue.spending import factors, guard, limits
from astracore.revenue.wallets import lots, wallet
from astracore.revenue.wallets.rules import TokenProduct
from property_tests import (
    test_crypto_payments,
    test_holds,
    test_movements,
    test_payments,
    test_spending,
    test_standard_entries,
    test_wallets,
)
from property_tests.payment_makers import quote
from property_tests.test_ledger_machine import LedgerMachine
from property_tests.test_movement_machine import MovementMachine

Wrong = Any  # what stands in the place of the right thing
Check = Callable[[], None]
granted = wallet._granted
QUICK = settings(
    max_examples=60,
    stateful_step_count=30,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


def ledger_machine() -> None:
    run_state_machine_as_test(LedgerMachine, settings=QUICK)


def movement_machine() -> None:
    run_state_machine_as_test(MovementMachine, settings=QUICK)


def one_sided_entries_are_refused() -> None:
    made = test_holds.entry("x", "bank", "capital", 1)
    lone = evolve(made, lines=made.lines[:1])
    assert is_failure(books.BOOKS.decide(test_holds.post(lone), state.Books()))


def none(*_args: object, **_kwargs: object) -> None:
    """As if nothing was wrong."""


def fine(*_args: object, **_kwargs: object) -> object:
    """As if all was well."""
    return Success(None)


def nothing(*_args: object, **_kwargs: object) -> object:
    """As if nothing came of it."""
    return Success(())


def first(told: object, *_args: object, **_kwargs: object) -> object:
    """The first argument, as if nothing was to be done."""
    return told


def always(*_args: object, **_kwargs: object) -> bool:
    """Whatever is asked is so."""
    return True


MUTANTS: list[tuple[str, ModuleType, str, Wrong, Check]] = [
    ("nothing is set aside", folding, "set_aside", lambda _lines: {}, ledger_machine),
    ("a hold that never ends", folding, "released", first, ledger_machine),
    ("more is posted than was held", holds, "exceeding", none, ledger_machine),
    (
        "an expired hold in the way",
        checks,
        "expired",
        lambda *_: (),
        test_holds.test_an_expired_hold_stands_in_nobodys_way,
    ),
    ("an overdraft", checks, "overdraft", none, ledger_machine),
    ("a closed month that takes", checks, "period_fault", none, ledger_machine),
    (
        "a reversal that repeats the entry",
        books,
        "negation",
        lambda command: evolve(command.entry, journal_id=command.journal_id, at=command.at),
        ledger_machine,
    ),
    (
        "content that is all alike",
        books,
        "content_of",
        lambda _entry: "same",
        ledger_machine,
    ),
    ("a book that forgets nothing", folding, "closed", first, ledger_machine),
    (
        "ids of months let go",
        periods,
        "born_in",
        none,
        test_holds.test_old_marks_are_let_go_and_old_ids_stay_out,
    ),
    (
        "one-sided entries",
        checks,
        "faulty_entry",
        none,
        one_sided_entries_are_refused,
    ),
    (
        "a balance on the wrong side",
        state,
        "is_debit_normal",
        always,
        test_holds.test_what_is_held_is_not_spent,
    ),
    (
        "a credit as large as the debit is not",
        postings,
        "transfer",
        lambda code, debit, credit, amount: postings.lines_of(
            code, [(debit, amount)], [(credit, amount + 1)]
        ),
        lambda: test_standard_entries.test_every_standard_entry_balances(name="deposit"),
    ),
    ("money out of review by itself", movement, "reasons_to_hold", nothing, movement_machine),
    (
        "a rejected withdrawal that stays set aside",
        settling,
        "_void",
        none,
        test_movements.test_what_could_not_be_paid_out_stays,
    ),
    (
        "a refund twice",
        returning,
        "located",
        lambda intent, *names: processing.located(intent, *names).map(
            lambda place: evolve(place, attempt=evolve(place.attempt, refunds={}))
        ),
        test_payments.test_refunds_add_up,
    ),
    (
        "tax that is kept",
        returning,
        "tax_part",
        lambda *_: Success(Decimal(0)),
        test_payments.test_refunds_add_up,
    ),
    (
        "reports that count twice",
        processing,
        "is_old",
        lambda *_: False,
        test_payments.test_reports_come_in_any_order_and_the_payment_ends_once,
    ),
    (
        "a fee forgotten",
        processing,
        "processor_fee",
        lambda *_: Success(Decimal(0)),
        test_payments.test_what_reports_bring_about,
    ),
    (
        "two payments at a time",
        confirming,
        "_stands",
        lambda attempt: attempt.state in PAID,
        test_payments.test_one_payment_at_a_time_and_five_in_all,
    ),
    (
        "no time to think",
        quoting,
        "consideration",
        lambda *_: 0,
        test_payments.test_a_quote_says_the_total_and_when,
    ),
    (
        "amounts between the cents",
        quoting,
        "settled_unit",
        fine,
        lambda: test_payments.test_what_is_not_offered(quote("-1"), NegativeAmount("-1")),
    ),
    (
        "a coin that is lost",
        transfers,
        "sent_back",
        lambda *_: Success(Decimal(0)),
        test_crypto_payments.test_every_final_coin_is_kept_credited_or_sent_back,
    ),
    (
        "too little is enough",
        transfers,
        "arrived",
        lambda due, *_: Success(Arrived(total=due, verdict=Verdict.PAID, excess=Decimal(0))),
        test_crypto_payments.test_every_final_coin_is_kept_credited_or_sent_back,
    ),
    (
        "limits that nobody keeps",
        guard,
        "spendable",
        fine,
        test_spending.test_no_window_ever_holds_more_than_its_limit,
    ),
    (
        "a window that never ends",
        limits,
        "_spent",
        lambda held, _now, _window: sum((one.amount for one in held.log), Decimal(0)),
        test_spending.test_no_window_ever_holds_more_than_its_limit,
    ),
    (
        "no rest after three signs",
        guard,
        "_pause",
        nothing,
        test_spending.test_three_signs_rest_for_a_day,
    ),
    (
        "signs that nobody sees",
        factors,
        "_rising",
        lambda *_: False,
        test_spending.test_three_signs_rest_for_a_day,
    ),
    (
        "rewards without a cap",
        wallet,
        "_granted",
        lambda command, held, _amount, day: granted(command, held, command.reward, day),
        test_wallets.test_nobody_earns_more_than_the_cap_of_a_day,
    ),
    (
        "tokens used for nothing",
        lots,
        "_used",
        lambda lot, part: evolve(lot, left=lot.left - part),
        test_wallets.test_what_was_paid_is_earned_as_tokens_go,
    ),
    (
        "tokens that buy everything",
        wallet,
        "TOKENS_BUY",
        dict.fromkeys(TokenProduct, True),
        lambda: test_wallets.test_tokens_buy_what_is_no_advantage(TokenProduct.XP),
    ),
    (
        "a faucet without bounds",
        faucet,
        "faucet_after",
        lambda flow, *_: Success(flow * 3),
        test_wallets.test_the_faucet_never_leaves_its_range,
    ),
    (
        "cents in a currency without",
        fees,
        "unit_of",
        lambda _currency: Success(Decimal("0.01")),
        test_payments.test_a_refund_has_one_amount_and_a_paid_payment,
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "name", "wrong", "check"),
    [one[1:] for one in MUTANTS],
    ids=[one[0] for one in MUTANTS],
)
def test_mistakes_are_seen(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, wrong: Wrong, check: Check
) -> None:
    check()
    monkeypatch.setattr(module, name, wrong)
    with pytest.raises(Exception):  # noqa: B017, PT011 - any break is one
        check()
