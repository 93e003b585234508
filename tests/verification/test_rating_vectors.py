"""Cases of ratings and ranks: what is published, what is refused."""

import json

import pytest

from astracore.verification.vectors import Status, run_cases

PLAYER = {"rating": "1500", "rd": "200"}
GAMES = [
    {"rating": "1400", "rd": "30", "score": "1"},
    {"rating": "1550", "rd": "100", "score": "0"},
    {"rating": "1700", "rd": "300", "score": "0"},
]
SECOND: dict[str, object] = {**PLAYER, "volatility": "0.06", "tau": "0.5", "games": GAMES}
CLOSE = {"abs": "0.015"}
SCORES = ["50", "40", "40", "30"]
CASES: list[tuple[str, object, dict[str, object]]] = [
    ("rating.elo_expected", "0.5", {"rating": "1500", "opponent": "1500"}),
    ("rating.elo_expected", "0.909", {"rating": "1900", "opponent": "1500"}),
    ("rating.elo_expected", {"error": "bad_input"}, {"rating": "1900"}),
    (
        "rating.elo_update",
        "1516",
        {"rating": "1500", "opponents": ["1500"], "score": "1", "k": "32"},
    ),
    (
        "rating.elo_update",
        "1500",
        {"rating": "1500", "opponents": ["1500", "1500"], "score": "1", "k": "10"},
    ),
    (
        "rating.elo_update",
        {"error": "invalid_rating"},
        {"rating": "1500", "opponents": ["1500"], "score": "2", "k": "32"},
    ),
    ("rating.glicko_update", {"rating": "1464.1", "rd": "151.4"}, {**PLAYER, "games": GAMES}),
    ("rating.glicko2_g", "0.9531", {"rd": "100"}),
    (
        "rating.glicko2_expected",
        "0.432",
        {"rating": "1500", "opponent_rating": "1550", "opponent_rd": "100"},
    ),
    ("rating.glicko2_update", {"rating": "1464.06", "rd": "151.52", "volatility": "0.06"}, SECOND),
    ("rating.glicko2_update", {"error": "bad_input"}, {**SECOND, "games": None}),
    ("rating.glicko2_update", {"error": "bad_input"}, {**SECOND, "games": [{"rating": "1"}]}),
    ("leaderboard.rank", ["1", "2", "2", "4"], {"scores": SCORES, "method": "competition"}),
    ("leaderboard.rank", ["1", "2", "2", "4"], {"scores": SCORES, "method": "standard"}),
    ("leaderboard.rank", ["1", "3", "3", "4"], {"scores": SCORES, "method": "modified"}),
    ("leaderboard.rank", ["1", "2", "2", "3"], {"scores": SCORES, "method": "dense"}),
    (
        "leaderboard.rank",
        ["4", "2", "3", "1"],
        {"scores": SCORES, "method": "ordinal", "order": "ascending"},
    ),
    ("leaderboard.rank", ["1"], {"scores": ["0"], "method": "dense", "order": "descending"}),
    ("leaderboard.rank", {"error": "bad_input"}, {"scores": SCORES, "method": "?"}),
    (
        "leaderboard.rank",
        {"error": "bad_input"},
        {"scores": SCORES, "method": "dense", "order": "sideways"},
    ),
]


@pytest.mark.parametrize(("function", "expected", "inputs"), CASES)
def test_a_case_of_ratings(function: str, expected: object, inputs: dict[str, object]) -> None:
    case = {
        "id": "c",
        "function": function,
        "inputs": inputs,
        "expected": expected,
        "tolerance": CLOSE if function.startswith("rating.") else "exact",
    }
    (outcome,) = run_cases(json.dumps({"cases": [case]})).unwrap()
    assert outcome.status is Status.PASS, outcome
