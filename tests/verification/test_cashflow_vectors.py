"""Cases of returns with flows: every function by a worked example, and what cannot be read."""

import json
from typing import TypeAlias

import pytest

from astracore.verification.vectors import Status, run_cases

Stated: TypeAlias = dict[str, object]
LOAN: Stated = {"amounts": ["-100", "110"], "dates": ["2026-01-01", "2027-01-01"]}
BAD: Stated = {"error": "bad_input"}
CASES: list[tuple[str, object, Stated]] = [
    ("irr.irr", "0.1", {"amounts": ["-100", "110"]}),
    ("irr.irr", {"error": "no_sign_change"}, {"amounts": ["100", "110"]}),
    (
        "irr.mirr",
        "0.1",
        {"amounts": ["-100", "0", "121"], "finance_rate": "0", "reinvest_rate": "0"},
    ),
    ("irr.xirr", "0.1", LOAN),
    ("irr.xirr", "0.0985647563529", {**LOAN, "day_count": "ACT/360"}),
    ("irr.xirr", {"error": "multiple_roots"}, {
        "amounts": ["-100", "230", "-132"],
        "dates": ["2025-01-01", "2026-01-01", "2027-01-01"],
    }),
    ("irr.xirr", BAD, {**LOAN, "day_count": "30/360"}),
    ("irr.xirr", BAD, {**LOAN, "dates": ["2026-01-01", "yesterday"]}),
    ("irr.xirr", {"error": "length_mismatch"}, {**LOAN, "dates": ["2026-01-01"]}),
    ("irr.xnpv", "0", {**LOAN, "rate": "0.1"}),
    ("irr.xnpv", {"error": "invalid_threshold"}, {**LOAN, "rate": "-1"}),
    (
        "metrics.time_weighted_annual",
        "0.1",
        {"periods": [{"begin": "100", "end": "115", "income": "6"}], "years": "2"},
    ),
    ("metrics.time_weighted_annual", BAD, {"periods": "none", "years": "2"}),
]  # fmt: skip


@pytest.mark.parametrize(("function", "expected", "inputs"), CASES)
def test_the_function_answers_as_worked_by_hand(
    function: str, expected: object, inputs: Stated
) -> None:
    """Within 1e-9, the last digit that these examples state."""
    case = {
        "id": "worked",
        "function": function,
        "inputs": inputs,
        "expected": expected,
        "tolerance": {"abs": "1e-9", "rel": "1e-9"},
    }
    (outcome,) = run_cases(json.dumps({"cases": [case]})).unwrap()
    assert outcome.status is Status.PASS, outcome.got
