"""The mutator changes what it says; a small sample of its mutants dies."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutants.catalogue import PACKAGES, modules, mutants
from tests.mutants.operators import variants
from tests.mutants.report import reasons

pytestmark = pytest.mark.slow  # in the gate, not in ./run check

ROOT = Path(__file__).resolve().parents[1]


def told(text: str, parameters: tuple[tuple[str, str], ...] = ()) -> set[str]:
    """Every slip at the outermost node of a line."""
    node: ast.AST = ast.parse(text).body[0]
    is_step = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and not parameters
    if isinstance(node, ast.Expr) and not is_step:
        node = node.value
    found = (slip for _, slip in variants(node, lambda _: list(parameters)))
    return {"" if slip is None else ast.unparse(ast.fix_missing_locations(slip)) for slip in found}


@pytest.mark.parametrize(
    ("text", "slips"),
    [
        ("a < b", {"a <= b"}),
        ("0 <= a < 1", {"0 < a < 1", "0 <= a <= 1"}),
        ("a - b", {"a + b", "a", "b - a"}),
        ("a * b", {"a / b", "a", "b"}),
        ("a and b", {"a or b", "a", "b"}),
        ("not a", {"a"}),
        ("-a", {"a"}),
        ("7", {"8"}),
        ("True", {"False"}),
        ("Rounding.UP", {"Rounding.DOWN"}),
        ("decimal.ROUND_FLOOR", {"decimal.ROUND_CEILING"}),
        ("Side.UP", set()),
        ("a if b else c", {"c if b else a"}),
        ("f(x)", {"pass"}),
        ("f'{a}' + b", set()),
    ],
)
def test_each_slip_of_a_line(text: str, slips: set[str]) -> None:
    assert told(text) == slips


def test_slips_of_calls_and_returns() -> None:
    same, other = (("x", "Decimal"), ("y", "Decimal")), (("x", "Decimal"), ("y", "int"))
    assert told("f(a, b)", same) == {"f(b, a)"}
    assert told("f(a, b)", other) == set()
    assert told("f(x=a, y=b)", same) == {"f(x=b, y=a)"}
    assert told("Decimal('0.5')", other) == {"Decimal('1.5')"}
    assert told("evolve(s, p=a, q=b)", other) == {"evolve(s, q=b)", "evolve(s, p=a)"}
    assert told("if a < b:\n    return c") == {"if False:\n    return c"}


def test_every_mutant_has_a_name_of_its_own() -> None:
    """By which a reason finds it; and every reason speaks of a mutant that there is."""
    keys = [mutant.key for module in modules(PACKAGES) for mutant in mutants(module)]
    assert len(keys) == len(set(keys)) > 1_000
    assert set(reasons()) <= set(keys)


@pytest.mark.slow
def test_a_small_sample_is_killed() -> None:
    command = [sys.executable, "-m", "tests.mutants", "--seed", "1", "--count", "30"]
    done = subprocess.run(
        [*command, "--package", "sizing"], check=False, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
