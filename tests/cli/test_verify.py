"""`astra verify vectors` as a script calls it."""

import json
from pathlib import Path

import pytest

from tests.cli.playing import astra

pytestmark = pytest.mark.slow  # in the gate, not in ./run check

CASE = {
    "id": "a",
    "function": "money.round_dp",
    "inputs": {"x": "1.25", "places": "1", "mode": "UP"},
    "expected": "1.3",
    "tolerance": "exact",
    "source": "by hand",
}


def case_file(folder: Path, *cases: object) -> Path:
    """A file of these cases."""
    path = folder / "cases.json"
    path.write_text(json.dumps({"title": "t", "cases": cases}))
    return path


def test_a_line_for_each_case_and_the_exit_code(tmp_path: Path) -> None:
    wrong = {**CASE, "id": "b", "expected": "1.2"}
    unknown = {**CASE, "id": "c", "function": "no.such"}
    path = case_file(tmp_path, CASE, wrong, unknown)
    run = astra("verify", "vectors", path, "--json")
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert [(line["id"], line["status"]) for line in lines] == [
        ("a", "pass"),
        ("b", "fail"),
        ("c", "unsupported"),
    ]
    assert (lines[1]["got"], lines[1]["expected"]) == ("1.3", "1.2")
    assert run.returncode == 1
    assert astra("verify", "vectors", case_file(tmp_path, CASE, unknown)).returncode == 0


def test_names_that_cannot_be_written_are_written_all_the_same(tmp_path: Path) -> None:
    odd = {**CASE, "id": "\ud800\n", "function": "\udfff", "expected": "\udfff"}
    failed = {**CASE, "id": "é", "expected": "\udfff"}
    run = astra("verify", "vectors", case_file(tmp_path, odd, failed))
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    assert run.stdout.splitlines()[0].split() == ["unsupported", "\\ud800\\n", "\\udfff"]
    assert run.stdout.splitlines()[-1] == "0 pass, 1 fail, 1 unsupported"


def test_series_are_looked_up_beside_the_file_and_hold_no_cases(tmp_path: Path) -> None:
    series = tmp_path / "series.json"
    series.write_text(json.dumps({"series": {"s.x": ["1", "1"]}}))
    named = {
        **CASE,
        "function": "money.allocate_largest_remainder",
        "inputs": {"amount": "1", "currency": "USD", "step": "0.01", "ratios": "@s.x"},
        "expected": ["0.5", "0.5"],
    }
    run = astra("verify", "vectors", case_file(tmp_path, named), series)
    assert run.returncode == 0
    assert run.stdout.splitlines()[-1] == "1 pass, 0 fail, 0 unsupported"


@pytest.mark.parametrize(
    "text", ["", "[", "[]", "{}", '{"cases": 1}', "\ud800".encode("utf-8", "surrogatepass")]
)
def test_files_that_are_none_are_refused_without_a_trace(tmp_path: Path, text: str | bytes) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    run = astra("verify", "vectors", path)
    assert run.returncode == 2
    assert "Traceback" not in run.stderr
    assert "bad.json" in run.stderr
