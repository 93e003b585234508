"""Cases of collectibles: every function by a worked example."""

import json
from typing import TypeAlias

import pytest

from astracore.verification.vector_functions.collectibles import FUNCTIONS
from astracore.verification.vectors import Status, run_cases

Stated: TypeAlias = dict[str, object]
CASES: list[tuple[str, object, Stated]] = [
    ("royalty", {"error": "royalty_above_price"}, {"sale_price": "1000", "fraction_bps": "11000"}),
    ("royalty", "50", {"sale_price": "1000", "fraction_bps": "500"}),
    ("royalty", "0.99", {"sale_price": "9.99", "fraction_bps": "1000", "unit": "0.01"}),
    (
        "payout",
        {"platform": "2.49975", "royalty": "4.9995", "seller": "92.49075"},
        {"price": "99.99", "currency": "USDC"},
    ),
    (
        "payout",
        {"platform": "2", "royalty": "0", "seller": "99"},
        {"price": "101", "currency": "CREDIT", "first_sale": "yes"},
    ),
    ("power", "137", {"rarity": "epic", "level": "37"}),
    ("power", {"error": "bad_input"}, {"rarity": "shiny", "level": "37"}),
    (
        "dutch_price",
        "834",
        {
            "start": "1000",
            "floor": "400",
            "duration": "360",
            "elapsed": "100",
            "currency": "CREDIT",
        },
    ),
    ("english_minimum", "107", {"high": "101", "currency": "CREDIT"}),
    (
        "estimate",
        {"estimate": "42660", "quick": "36261", "normal": "42660", "patient": "51192"},
        {"rarity": "epic", "power": "137", "demand": "1.2"},
    ),
    ("trending", "49", {"views": "300", "favourites": "20", "days": "3"}),
    ("staking", "56", {"rarity": "epic", "days": "7"}),
    ("trait", "23", {"reveal": "season one", "token_id": "2", "place": "1", "choices": "100"}),
]


@pytest.mark.parametrize(("name", "expected", "inputs"), CASES)
def test_cases(name: str, expected: object, inputs: Stated) -> None:
    case = {"id": "a", "function": f"nft.{name}", "inputs": inputs, "expected": expected}
    (outcome,) = run_cases(json.dumps({"title": "t", "cases": [case]})).unwrap()
    assert outcome.status is Status.PASS, outcome.got


def test_every_function_has_a_case() -> None:
    assert {f"nft.{name}" for name, _, _ in CASES} == set(FUNCTIONS)
