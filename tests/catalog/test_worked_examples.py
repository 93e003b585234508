"""Every worked example of the domain rules has a test of its own, with its digits in it."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINES = (Path(__file__).parent / "worked_examples.txt").read_text(encoding="utf-8").splitlines()
ROWS = [tuple(part.strip() for part in line.split("|")) for line in LINES]


@cache
def sources_in(path: str) -> dict[str, str]:
    """The source of every test function of a file, with its decorators, digits ungrouped."""
    text = (ROOT / path).read_text(encoding="utf-8")
    lines = text.splitlines()
    return {
        node.name: "\n".join(lines[first(node) - 1 : node.end_lineno]).replace("_", "")
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef)
    }


def first(node: ast.FunctionDef) -> int:
    return min([node.lineno, *(one.lineno for one in node.decorator_list)])


def missing(digits: str, source: str) -> list[str]:
    """The figures that stand nowhere in the source; `4.80` is 4.8, and 570 is not 57."""
    return [figure for figure in digits.split() if not stands(figure, source)]


def stands(figure: str, source: str) -> bool:
    zeros = "0*" if "." in figure else r"(?:\.0+)?"
    return re.search(rf"(?<![0-9.]){re.escape(figure)}{zeros}(?![0-9])", source) is not None


@pytest.mark.parametrize(("what", "digits", "test"), ROWS, ids=[row[0] for row in ROWS])
def test_an_example_of_the_rules_is_a_test(what: str, digits: str, test: str) -> None:
    path, _, name = test.partition("::")
    assert name in sources_in(path), f"{what}: no such test"
    assert missing(digits, sources_in(path)[name]) == []


def test_every_section_with_examples_is_there() -> None:
    sections = {row[0].partition(" ")[0] for row in ROWS}
    told = "0 3.4 8.1 8.4 8.5 8.6 8.7 9.1 9.2 9.3 9.4 10 11.1 11.2 12.1 12.2 12.3 12.4 12.5"
    assert sections == {*told.split()}


def test_a_figure_is_not_found_within_another() -> None:
    assert missing("4.8 60000 57", "Decimal('4.80') 60000 57") == []
    assert missing("4.8 57", "Decimal('14.8') 4.81 570 157") == ["4.8", "57"]
