"""Cases of `ledger.*` in every shape that they are stated in."""

import json

import pytest

from astracore.verification.vectors import Status, run_cases


def told(function: str, *, expected: object, **inputs: object) -> Status:
    case = {"id": "c", "function": function, "inputs": inputs, "expected": expected}
    (outcome,) = run_cases(json.dumps({"cases": [case | {"tolerance": "exact"}]})).unwrap()
    return outcome.status


@pytest.mark.parametrize(
    ("postings", "balanced"),
    [
        ([["bank", "100"], ["capital", "-100"]], True),
        ([["bank", "100", "USD"], ["capital", "USD", "-100"]], True),
        ([["bank", "100", "USD"], ["capital", "-100", "EUR"]], False),
        ([{"account": "bank", "amount": "1"}, {"account": "x", "amount": "-1"}], True),
        ([{"account": "a", "debit": "3"}, {"account": "b", "credit": "3"}], True),
        ([{"account": "a", "debit": "3"}, {"account": "b", "credit": "2"}], False),
        (
            [
                {"account": "a", "amount": "3", "side": "debit"},
                {"account": "b", "amount": "3", "side": "credit"},
            ],
            True,
        ),
        (
            [
                {"units": "10", "commodity": "GOOG", "cost": "500", "cost_currency": "USD"},
                {"units": "-5000", "commodity": "USD"},
            ],
            True,
        ),
        (
            [
                {"units": "10", "commodity": "EUR", "price": "1.1", "price_currency": "USD"},
                {"units": "-11", "commodity": "USD"},
            ],
            True,
        ),
        ([["0"]], False),
        ([["bank", "debit", "3"], ["loan", "credit", "3"]], True),
        ([], False),
    ],
)
def test_a_transaction_balances_by_currency(postings: object, *, balanced: bool) -> None:
    assert told("ledger.transaction_balanced", expected=balanced, postings=postings) is Status.PASS


@pytest.mark.parametrize(
    ("movements", "normal", "balanced"),
    [
        ({"cash": "100", "loan": "100"}, {"cash": "debit", "loan": "credit"}, True),
        ({"cash": "100", "loan": "90"}, {"cash": "debit", "loan": "credit"}, False),
        ([["cash", "5"], ["sales", "5"]], {"cash": "debit", "sales": "credit"}, True),
        ([{"account": "a", "amount": "5"}, {"account": "b", "amount": "-5"}], "debit", True),
    ],
)
def test_the_sides_balance(movements: object, normal: object, *, balanced: bool) -> None:
    assert (
        told("ledger.is_balanced", expected=balanced, movements=movements, normal=normal)
        is Status.PASS
    )


@pytest.mark.parametrize(
    ("gain", "balanced"), [("-200", True), ("200", False), ("0", False), ("-199.99", False)]
)
def test_a_disposal_balances_at_cost(gain: str, *, balanced: bool) -> None:
    """Ten at 500, sold at 520: the profit is a credit of 200."""
    stated = {"cash": "5200", "gain_posting": gain, "price": "520"}
    assert (
        told("ledger.disposal_balanced", expected=balanced, qty="10", cost="500", **stated)
        is Status.PASS
    )
    lots = [{"qty": "4", "cost": "500"}, {"qty": "6", "cost": "500"}]
    assert (
        told("ledger.disposal_balanced_lots", expected=balanced, lots=lots, **stated) is Status.PASS
    )
    pairs = [["4", "500"], ["6", "500"]]
    assert (
        told("ledger.disposal_balanced_lots", expected=balanced, lots=pairs, **stated)
        is Status.PASS
    )


@pytest.mark.parametrize(
    ("function", "inputs"),
    [
        ("ledger.transaction_balanced", {}),
        ("ledger.transaction_balanced", {"postings": "x"}),
        ("ledger.transaction_balanced", {"postings": [["bank"]]}),
        ("ledger.transaction_balanced", {"postings": [{"account": "a"}]}),
        ("ledger.transaction_balanced", {"postings": [{"amount": "x"}]}),
        ("ledger.is_balanced", {"movements": {"a": []}, "normal": "debit"}),
        ("ledger.is_balanced", {"movements": {"a": "1"}, "normal": {"a": "left"}}),
        ("ledger.is_balanced", {"movements": "x", "normal": "debit"}),
        ("ledger.disposal_balanced", {"cash": "1"}),
        ("ledger.disposal_balanced_lots", {"cash": "1", "gain_posting": "0", "lots": "x"}),
    ],
)
def test_what_cannot_be_read_fails(function: str, inputs: dict[str, object]) -> None:
    assert told(function, expected=True, **inputs) is Status.FAIL
