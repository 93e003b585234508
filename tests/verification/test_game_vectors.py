"""Cases of level curves: what is published, what is refused."""

import json

import pytest

from astracore.verification.vectors import Status, run_cases

CASES: list[tuple[str, object, dict[str, object]]] = [
    ("levels.table_runescape", "1154", {"level": "10"}),
    ("levels.table_runescape", "0", {"level": "1"}),
    ("levels.table_runescape", {"error": "bad_thresholds"}, {"level": "0"}),
    ("levels.table_runescape", {"error": "bad_input"}, {"level": "x"}),
    ("levels.cubic", "800000", {"level": "100", "numerator": "4", "denominator": "5"}),
    ("levels.cubic", {"error": "bad_input"}, {"level": "0", "numerator": "4", "denominator": "5"}),
    (
        "levels.cubic",
        {"error": "bad_input"},
        {"level": "1", "numerator": "4", "denominator": "0"},
    ),
    (
        "levels.cubic",
        {"error": "bad_thresholds"},
        {"level": "1", "numerator": "0", "denominator": "1"},
    ),
    ("levels.from_thresholds", "19", {"thresholds": [str(n * n) for n in range(19)], "xp": "324"}),
    ("levels.from_thresholds", "1", {"thresholds": ["0", "10"], "xp": "9"}),
    ("levels.from_thresholds", {"error": "bad_thresholds"}, {"thresholds": ["1"], "xp": "9"}),
    ("levels.from_thresholds", {"error": "bad_input"}, {"thresholds": ["0", "x"], "xp": "9"}),
    ("levels.from_thresholds", {"error": "bad_input"}, {"thresholds": ["0"], "xp": None}),
]


@pytest.mark.parametrize(("function", "expected", "inputs"), CASES)
def test_a_case_of_levels(function: str, expected: object, inputs: dict[str, object]) -> None:
    case = {
        "id": "c",
        "function": function,
        "inputs": inputs,
        "expected": expected,
        "tolerance": "exact",
    }
    (outcome,) = run_cases(json.dumps({"cases": [case]})).unwrap()
    assert outcome.status is Status.PASS, outcome
