"""What a tidy rule is: where it holds, what it finds, and a planted violation that it must find."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TypeAlias

from attrs import frozen

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("astracore", "adapters", "shell", "tests", "property_tests", "benchmarks", "examples")
Finding: TypeAlias = tuple[int, str]  # line, what is wrong there


@frozen
class File:
    """One Python file: its path from the root with `/`, its text and its tree."""

    path: str
    text: str
    tree: ast.Module


@frozen(kw_only=True)
class Rule:
    """`find` names what breaks the rule in a file under `where`; `planted` must be found."""

    name: str
    where: tuple[str, ...]
    find: Callable[[File], Iterator[Finding]]
    planted: str
    fine: str
    apart: tuple[str, ...] = ()
    planted_path: str = ""

    def holds_for(self, path: str) -> bool:
        return path.startswith(self.where) and not path.startswith(self.apart or ("\0",))


def parsed(path: str, text: str) -> File:
    return File(path, text, ast.parse(text))


@cache
def files() -> tuple[File, ...]:
    """Every Python file of the tree, read once."""
    found = (path for folder in SOURCES for path in sorted((ROOT / folder).rglob("*.py")))
    return tuple(
        parsed(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for path in found
    )


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def called(node: ast.AST) -> str:
    """The last name of what is called: `f` of `f(x)`, `append` of `a.b.append(x)`; or empty."""
    if not isinstance(node, ast.Call):
        return ""
    target = node.func
    if isinstance(target, ast.Attribute):
        return target.attr
    return target.id if isinstance(target, ast.Name) else ""


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every imported module, by its whole dotted name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module


def code_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, the docstring apart."""
    whole = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if ast.get_docstring(node, clean=False) is None:
        return whole
    return whole - ((first.end_lineno or first.lineno) - first.lineno + 1)


def snake(name: str) -> str:
    """
    >>> snake("BelowMinimumLot"), snake("XPRange")
    ('below_minimum_lot', 'xp_range')
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
