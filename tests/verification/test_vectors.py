"""The published cases, where they are at hand, and every way a file of cases can be wrong."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.outcome import is_failure
from astracore.verification.agreement import Tolerance, agrees, tolerance_of, written
from astracore.verification.inputs import Inputs, Json, read_number, read_ratio
from astracore.verification.vectors import (
    REGISTRY,
    CaseOutcome,
    Status,
    outcome_json,
    run_cases,
)

PUBLISHED = Path(__file__).parents[3] / "shared" / "data" / "vectors"
OURS = tuple({f"{name.partition('.')[0]}." for name in REGISTRY} - {"orders.", "metrics."})
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=12,
)
KEYS = (
    "amount", "currency", "operand", "operand_currency", "mode", "a", "b", "code", "ratios",
    "step", "parts", "x", "places", "digits", "increment", "from", "to", "rate", "rates",
    "quotes", "price_type", "side_rule", "pivot", "b_currency",
)  # fmt: skip
input_values = (
    st.sampled_from(
        ["1", "-1.5", "0", "1/3", "1/0", "NaN", "1e999", "USD", "EUR", "XAU", "HALF_EVEN", "UP"]
    )
    | st.sampled_from(["9" * 400, "BID", "conservative", "-3", "999999999", "UNNECESSARY", "@a"])
    | st.lists(st.sampled_from(["1", "2/3", "-1", "0", "x"]), max_size=4)
    | st.lists(st.lists(st.sampled_from(["USD", "EUR", "1.1", "0"]), max_size=5), max_size=3)
    | st.just({"USD/EUR": {"bid": "1", "ask": "2"}, "USDEUR": {}})
    | json_values
)


def one(case: dict[str, object], series: str | None = None) -> CaseOutcome:
    """The verdict on a single case."""
    (outcome,) = run_cases(json.dumps({"cases": [case]}), series).unwrap()
    return outcome


def case_of(function: str, expected: object, **inputs: object) -> dict[str, object]:
    return {"id": "c", "function": function, "inputs": inputs, "expected": expected}


@pytest.mark.parametrize(
    "name", sorted(path.name for path in PUBLISHED.glob("*.json") if path.name != "series.json")
)
def test_published_cases_pass(name: str) -> None:
    outcomes = run_cases(
        (PUBLISHED / name).read_text(), (PUBLISHED / "series.json").read_text()
    ).unwrap()
    assert outcomes
    assert [outcome for outcome in outcomes if outcome.status is Status.FAIL] == []
    ours = [outcome for outcome in outcomes if outcome.function.startswith(OURS)]
    assert all(outcome.status is Status.PASS for outcome in ours)


def test_published_cases_are_here() -> None:
    if not PUBLISHED.exists():
        pytest.skip(f"PUBLISHED CASES ARE NOT RUN: none at {PUBLISHED}")
    index = (PUBLISHED / "INDEX.md").read_text()
    named = {line.split("`")[1] for line in index.splitlines() if line.startswith("| `")}
    assert {name for name in named if name.startswith(OURS)} <= set(REGISTRY)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"cases": [], "cases": []}', "a key is stated twice"),
        ("[]", "cases"),
        ("null", "cases"),
        ('{"cases": "abc"}', "cases"),
        ('{"cases": {"a": 1}}', "cases"),
        ('{"title": "no cases"}', "cases"),
    ],
)
def test_a_file_that_is_none_is_refused(text: str, reason: str) -> None:
    fault = run_cases(text).failure()
    assert reason in fault.reason
    assert fault.code == "bad_vectors"
    assert is_failure(run_cases('{"cases": []}', text if "cases" not in text else "[1]"))


@pytest.mark.parametrize(
    "case",
    [
        {},
        {"id": "a"},
        {"id": None, "function": "money.add", "inputs": {}, "expected": "1"},
        {"id": "a", "function": None, "inputs": {}, "expected": "1"},
        {"id": "a", "function": "money.add", "inputs": [], "expected": "1"},
        {"id": "a", "function": "money.add", "inputs": "x", "expected": "1"},
        {"id": "a", "function": "money.add", "inputs": {}, "expected": "1"},
        {"id": "a", "function": "money.add", "inputs": {"amount": "@none"}, "expected": "1"},
        {"id": "a", "function": "money.add", "inputs": {}, "expected": "1", "tolerance": "loose"},
        {"id": "a", "function": "money.add", "inputs": {}, "expected": "1", "tolerance": {}},
        {"id": "a", "function": "fx.convert", "inputs": {"rates": "@a"}, "expected": ["@a"]},
    ],
)
def test_a_case_that_cannot_be_read_fails_alone(case: dict[str, object]) -> None:
    good = case_of("money.compare", "1", a="2", b="1", currency="USD")
    first, second = run_cases(json.dumps({"cases": [case, good]})).unwrap()
    assert first.status is Status.FAIL
    assert isinstance(first.got, dict)
    assert first.got["error"] == "bad_input"
    assert second.status is Status.PASS


def test_cases_that_are_no_objects_are_named_by_their_place() -> None:
    outcomes = run_cases('{"cases": [1, null, [], "x"]}').unwrap()
    assert [outcome.id for outcome in outcomes] == ["#1", "#2", "#3", "#4"]
    assert {outcome.status for outcome in outcomes} == {Status.FAIL}


def test_an_unknown_function_is_unsupported() -> None:
    outcome = one(case_of("metrics.sharpe", "1"))
    assert outcome.status is Status.UNSUPPORTED
    line = json.loads(outcome_json(outcome))
    assert line == {"id": "c", "status": "unsupported", "got": None, "expected": "1"}


@pytest.mark.parametrize("levels", [30, 40, 400])
def test_deep_nesting_is_refused(levels: int) -> None:
    deep = '{"cases": ' + "[" * levels + "]" * levels + "}"
    assert is_failure(run_cases(deep)) is (levels > 31)


@given(
    st.sampled_from(sorted(REGISTRY)), st.dictionaries(st.sampled_from(KEYS), input_values),
    json_values,
)  # fmt: skip
@example("money.round_dp", {"x": "9" * 400, "places": "999999999", "mode": "UP"}, "1")
@example("money.round_dp", {"x": "1", "places": "-999999999", "mode": "UP"}, "1")
@example("money.mul", {"amount": "1e999", "currency": "USD", "operand": "1/3"}, None)
@example("fx.exchange_rate", {"quotes": {"USDEUR": {}}, "from": "USD", "to": "EUR"}, None)
def test_no_input_breaks_a_function(
    function: str, inputs: dict[str, object], expected: object
) -> None:
    """Whatever a file says, there is a verdict for each case and no traceback."""
    outcome = one(case_of(function, expected, **inputs), '{"series": {"a": ["1", "2"]}}')
    assert outcome.status in {Status.PASS, Status.FAIL}
    assert json.loads(outcome_json(outcome))["id"] == "c"


@given(st.text())
def test_no_text_breaks_the_runner(text: str) -> None:
    assert run_cases(text) is not None


def rounded(mode: str, x: str, expected: object, places: str = "0") -> Status:
    return one(case_of("money.round_dp", expected, x=x, places=places, mode=mode)).status


@pytest.mark.parametrize(
    ("mode", "low", "high"),
    [
        ("HALF_EVEN", "-2", "2"),
        ("HALF_ODD", "-3", "3"),
        ("HALF_UP", "-3", "3"),
        ("HALF_DOWN", "-2", "2"),
        ("HALF_CEILING", "-2", "3"),
        ("HALF_FLOOR", "-3", "2"),
        ("UP", "-3", "3"),
        ("DOWN", "-2", "2"),
        ("05UP", "-2", "2"),
        ("CEILING", "-2", "3"),
        ("FLOOR", "-3", "2"),
        ("CEIL", "-2", "3"),
        ("ROUND_UP", "-3", "3"),
    ],
)
def test_every_mode_has_its_name(mode: str, low: str, high: str) -> None:
    assert rounded(mode, "-2.5", low) is Status.PASS
    assert rounded(mode, "2.5", high) is Status.PASS
    assert rounded(mode, "2.5", low) is Status.FAIL


def test_errors_agree_by_their_meaning() -> None:
    assert rounded("UNNECESSARY", "2.5", {"error": "rounding_required"}) is Status.PASS
    assert rounded("UNNECESSARY", "2.5", {"error": "division_by_zero"}) is Status.FAIL
    assert rounded("UNNECESSARY", "2", {"error": "rounding_required"}) is Status.FAIL
    assert rounded("UP", "NaN", {"error": "non_finite_input"}) is Status.PASS
    assert rounded("SIDEWAYS", "2", {"error": "rounding_required"}) is Status.FAIL
    mixed = case_of(
        "money.add", {"error": "currency_mismatch"},
        amount="1", currency="USD", operand="1", operand_currency="EUR", mode="UP",
    )  # fmt: skip
    assert one(mixed).status is Status.PASS


@pytest.mark.parametrize(
    ("function", "inputs", "expected"),
    [
        ("money.add", {"amount": "1", "currency": "USD", "operand": "0.005", "mode": "UP"}, "1.01"),
        (
            "money.add",
            {"amount": "1", "currency": "USD", "operand": "0.005", "mode": "UNNECESSARY"},
            {"error": "rounding_required"},
        ),
        ("money.sub", {"amount": "1", "currency": "JPY", "operand": "3"}, "-2"),
        (
            "money.mul",
            {"amount": "1", "currency": "USD", "operand": "1/3", "mode": "DOWN"},
            "0.33",
        ),
        ("money.mul", {"amount": "4.00", "currency": "USD", "operand": "-1/4"}, "-1"),
        (
            "money.div",
            {"amount": "1", "currency": "USD", "operand": "3"},
            {"error": "rounding_required"},
        ),
        (
            "money.div",
            {"amount": "1", "currency": "USD", "operand": "0", "mode": "UP"},
            {"error": "division_by_zero"},
        ),
        ("money.compare", {"a": "1.0", "b": "1", "currency": "EUR"}, "0"),
        (
            "money.compare",
            {"a": "1", "b": "1", "currency": "EUR", "b_currency": "USD"},
            {"error": "currency_mismatch"},
        ),
        ("money.currency_minor_units", {"code": "XAU"}, {"numeric": "959", "minor_units": None}),
        ("money.currency_minor_units", {"code": "???"}, {"error": "unknown_currency"}),
        ("money.to_minor_units", {"amount": "1", "currency": "XAU"}, {"error": "no_minor_unit"}),
        ("money.split", {"amount": "1", "currency": "JPY", "parts": "2"}, ["1", "0"]),
        ("money.round_significant", {"x": "0", "digits": "2", "mode": "UP"}, "0"),
        ("money.round_significant", {"x": "55", "digits": "0", "mode": "UP"}, "100"),
        ("money.round_dp", {"x": "1250", "places": "-2", "mode": "HALF_EVEN"}, "1200"),
        (
            "money.allocate_with_remainder",
            {"amount": "-1", "currency": "USD", "ratios": ["2", "0", "1"]},
            {"parts": ["-0.66", "0", "-0.33"], "remainder": "-0.01"},
        ),
        (
            "money.allocate_floor_to_first",
            {"amount": "100", "currency": "USD", "ratios": ["30", "20", "40", "0", "40", "0"]},
            ["23.08", "15.39", "30.77", "0", "30.76", "0"],
        ),
        (
            "money.allocate_largest_remainder",
            {"amount": "100", "currency": "CHF", "step": "0.05", "ratios": ["1", "2", "3", "7"]},
            ["7.70", "15.40", "23.05", "53.85"],
        ),
        (
            "money.allocate_largest_remainder",
            {"amount": "100", "currency": "USD", "ratios": ["1/3", "2/3"]},
            ["33.33", "66.67"],
        ),
        ("fx.rate", {"from": "EUR", "to": "USD", "rate": "1.1"}, "1.1"),
        (
            "fx.rate",
            {"from": "EUR", "to": "EUR", "rate": "1.1"},
            {"error": "identity_rate_must_be_one"},
        ),
        ("fx.rate", {"from": "EUR", "to": "USD", "rate": "0"}, {"error": "non_positive_rate"}),
        ("fx.inverse", {"from": "EUR", "to": "USD", "rate": "1.25"}, "0.8"),
        (
            "fx.convert",
            {"amount": "1.23", "from": "USD", "to": "EUR", "rate": "0.91", "mode": "UP"},
            "1.12",
        ),
        (
            "fx.convert",
            {"amount": "1.23", "from": "USD", "to": "JPY", "rate": "125", "mode": "DOWN"},
            "153",
        ),
        (
            "fx.convert",
            {"amount": "1", "from": "USD", "to": "GBP", "rates": [["EUR", "USD", "1.1"]]},
            {"error": "no_rate_path"},
        ),
        (
            "fx.convert",
            {"amount": "3", "from": "USD", "to": "JPY", "rate": "125.125"},
            "375.375",
        ),
        (
            "fx.cross_rate",
            {"rates": [["EUR", "USD", "1", "2"]], "from": "USD", "to": "EUR", "price_type": "BID"},
            "0.5",
        ),
        (
            "fx.exchange_rate",
            {
                "from": "USD", "to": "EUR", "price_type": "ASK", "side_rule": "conservative",
                "quotes": {"EUR/USD": {"bid": "1", "ask": "2"}},
            },
            "1",
        ),
        (
            "fx.exchange_rate",
            {"from": "USD", "to": "EUR", "quotes": {"EUR/USD": {"bid": "2"}}},
            "0.5",
        ),
        ("fx.exchange_rate", {"from": "A", "to": "B", "quotes": {}}, {"error": "no_rate_path"}),
        ("fx.exchange_rate", {"from": "A", "to": "B", "quotes": None}, {"error": "no_rate_path"}),
        (
            "fx.exchange_rate",
            {
                "from": "A", "to": "B", "price_type": "BID",
                "quotes": {"B/A": {"bid": "2", "ask": "1"}},
            },
            "0.5",
        ),
        (
            "fx.exchange_rate",
            {
                "from": "A", "to": "B", "price_type": "BID", "side_rule": "conservative",
                "quotes": {"B/A": {"bid": "2", "ask": "1"}},
            },
            {"error": "crossed_quote"},
        ),
        ("fx.convert", {"amount": "7", "from": "EUR", "to": "GBP", "rate": "8/7"}, "8"),
        ("fx.rate", {"from": "A", "to": "B", "rate": "0." + "3" * 190}, "0." + "3" * 190),
        (
            "fx.cross_rate",
            {
                "from": "EUR", "to": "GBP",
                "rates": [["EUR", "USD", "1." + "142857" * 30], ["GBP", "USD", "8/7"]],
            },
            "1",
        ),
        ("fx.inverse", {"from": "A", "to": "B", "rate": "8/7"}, "0.875"),
        (
            "fx.cross_rate",
            {"from": "A", "to": "B", "rates": [["A", "B", "2"], ["C", "D", "0"]]},
            "2",
        ),
        (
            "fx.cross_rate",
            {"from": "A", "to": "B", "rates": [["A", "B", "-2"]]},
            {"error": "non_positive_rate"},
        ),
        (
            "fx.exchange_rate",
            {"from": "A", "to": "B", "quotes": {}, "price_type": "LAST"},
            {"error": "bad_input"},
        ),
        (
            "fx.cross_rate",
            {"from": "A", "to": "B", "rates": [["A", "B"]]},
            {"error": "bad_input"},
        ),
    ],
)  # fmt: skip
def test_more_cases(function: str, inputs: dict[str, object], expected: object) -> None:
    outcome = one(case_of(function, expected, **inputs))
    assert outcome.status is Status.PASS, outcome


def test_tolerances() -> None:
    loose = tolerance_of({"abs": "0.1", "rel": "0.01"}).unwrap()
    assert agrees("100", "101", loose)
    assert agrees("1", "1.1", loose)
    assert not agrees("100", "101.1", loose)
    assert not agrees("100", "x", loose)
    assert agrees("008", "008", Tolerance())
    assert agrees(["1", True, None], ["1.0", True, None], Tolerance())
    assert not agrees(["1"], ["1", "2"], Tolerance())
    assert not agrees(["1"], "1", Tolerance())
    assert not agrees({"a": "1"}, ["1"], Tolerance())
    assert agrees(["true"], [True], Tolerance())
    assert not agrees([True], [False], Tolerance())
    assert not agrees("1", None, Tolerance())
    for stated in ("loose", {}, {"abs": "-1"}, {"abs": "x"}, {"abs": None}, {"max": "1"}, ["1"]):
        assert is_failure(tolerance_of(stated))
    assert tolerance_of(None).unwrap() == tolerance_of("exact").unwrap()


def test_answers_are_written_as_strings() -> None:
    assert written({"a": (1, True, None, "x")}) == {"a": ["1", True, None, "x"]}


def test_inputs_are_read_or_refused() -> None:
    stated: dict[str, Json] = {"text": "x", "none": None, "list": ["1", None], "table": {"a": "b"}}
    inputs = Inputs(stated)
    assert not inputs.has("none")
    for refused in (
        inputs.text("none"), inputs.texts("text"), inputs.texts("list"), inputs.rows("text"),
        inputs.table("list"), inputs.table("table"), inputs.integer("text"),
        inputs.number("text"), inputs.mode("text"), inputs.ratios("list"),
    ):  # fmt: skip
        assert is_failure(refused)
    assert read_number("1" * 400 + "e999").unwrap().is_finite()
    assert is_failure(read_number("1" * 401))
    assert is_failure(read_ratio("1/2/3"))
