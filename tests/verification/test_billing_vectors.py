"""Cases of billing, recognition and day counts, by hand and by accident."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astracore.verification.vectors import REGISTRY, CaseOutcome, Status, run_cases

OURS = sorted(name for name in REGISTRY if name.startswith(("billing.", "daycount.", "revenue.")))


def one(function: str, expected: object, inputs: object, within: object = "exact") -> CaseOutcome:
    """The verdict on a single case."""
    case = {
        "id": "c",
        "function": function,
        "inputs": inputs,
        "expected": expected,
        "tolerance": within,
    }
    (outcome,) = run_cases(json.dumps({"cases": [case]})).unwrap()
    return outcome


SPAN = {"start": "2026-06-15", "end_exclusive": "2026-10-13"}
MONTHS = {"2026-06": "16", "2026-07": "31", "2026-08": "31", "2026-09": "30", "2026-10": "12"}
NOON = {"start": "2026-06-15T12:00:00Z", "end_exclusive": "2026-10-13T12:00:00Z"}
KILLED = {"start": "2011-01-01", "end": "2012-01-27", "billing_day": "15", "period": "ANNUAL"}
CASES: list[tuple[str, object, object]] = [
    (
        "billing.prorate",
        "250",
        {"price": "300", "days": "25", "period_days": "30", "currency": "USD"},
    ),
    (
        "billing.prorate",
        "3.333333333333333333",
        {"price": "10", "days": "1", "period_days": "3"},
    ),
    (
        "billing.prorate",
        {"error": "invalid_period"},
        {"price": "10", "days": "4", "period_days": "3"},
    ),
    ("billing.prorate", {"error": "bad_input"}, {"price": "10", "days": "x", "period_days": "3"}),
    (
        "billing.prorate",
        {"error": "unknown_currency"},
        {"price": "10", "days": "1", "period_days": "3", "currency": "XYZ"},
    ),
    (
        "billing.change_net",
        "6.77",
        {
            "old_price": "9.99",
            "new_price": "19.99",
            "days_left": "21",
            "period_days": "31",
            "currency": "USD",
        },
    ),
    ("billing.cycles_to_invoice", "14/365", {**KILLED, "target": "2011-01-01"}),
    ("billing.cycles_to_invoice", "379/365", {**KILLED, "target": "2011-01-15"}),
    ("billing.cycles_to_invoice", "0", {**KILLED, "target": "2010-12-31"}),
    (
        "billing.cycles_to_invoice",
        "3",
        {
            "start": "2026-01-31",
            "target": "2026-03-31",
            "billing_day": "31",
            "period": "MONTHLY",
        },
    ),
    (
        "billing.cycles_to_invoice",
        {"error": "bad_input"},
        {**KILLED, "target": "2011-01-01", "period": "DAILY"},
    ),
    (
        "billing.cycles_to_invoice",
        {"error": "bad_day"},
        {**KILLED, "target": "2011-02-30"},
    ),
    ("revenue.straight_line_by_month", MONTHS, {"amount": "120", **SPAN, "currency": "USD"}),
    (
        "revenue.straight_line_by_seconds",
        {**MONTHS, "2026-06": "15.5", "2026-10": "12.5"},
        {"amount": "120", **NOON},
    ),
    ("revenue.straight_line_by_seconds", MONTHS, {"amount": "120", **SPAN}),
    (
        "revenue.straight_line_by_seconds",
        {"error": "bad_instant"},
        {"amount": "120", "start": "2026-06-15T", "end_exclusive": "2026-06-16"},
    ),
    (
        "revenue.straight_line_even_months",
        ["30", "30", "30", "30"],
        {"amount": "120", "start": "2026-06-15", "months": "4"},
    ),
    (
        "revenue.deferred_movements_by_month",
        {"2026-01": "59", "2026-02": "-28", "2026-03": "-31"},
        {"amount": "90", "start": "2026-01-01", "end_exclusive": "2026-04-01"},
    ),
    (
        "revenue.recognised_before_change",
        "45",
        {"amount": "90", "days_used": "15", "period_days": "30"},
    ),
    (
        "daycount.year_fraction",
        "182/365",
        {"convention": "act/365f", "start": "2003-11-01", "end": "2004-05-01"},
    ),
    (
        "daycount.year_fraction",
        {"error": "bad_input"},
        {"convention": "lunar", "start": "2003-11-01", "end": "2004-05-01"},
    ),
]


@pytest.mark.parametrize(("function", "expected", "inputs"), CASES)
def test_cases_are_met(function: str, expected: object, inputs: object) -> None:
    outcome = one(function, expected, inputs, {"abs": "1e-30"})
    assert outcome.status is Status.PASS, outcome


def test_every_function_has_a_case() -> None:
    assert {function for function, _, _ in CASES} == set(OURS)


words = st.sampled_from(["1", "0", "-1", "31", "2026-01-31", "2026-13-01", "x", "USD", "ANNUAL"])
keys = st.sampled_from(
    [
        *("price", "days", "period_days", "currency", "old_price", "new_price", "days_left"),
        *("start", "end", "target", "billing_day", "period", "convention", "amount", "months"),
        *("end_exclusive", "days_used"),
    ]
)


@given(st.sampled_from(OURS), st.dictionaries(keys, words | st.none() | st.just([]), max_size=8))
def test_no_inputs_break_the_run(function: str, inputs: dict[str, object]) -> None:
    assert one(function, "0", inputs).status in {Status.PASS, Status.FAIL}
