"""Rules about size: what does not fit in a head is cut."""

import ast
import re
from collections.abc import Iterator

from tests.tidy.rule import SOURCES, File, Finding, Rule, code_lines, functions

FILE_LINES = 400
FUNCTION_LINES = 40
PARAMETERS = 6
COLUMNS = 100
PRAGMA = re.compile(r"\s*# (?:noqa|type: ignore).*$")
NESTING = 2
# `with` and `try` open a room and decide nothing: what stands in them counts, they do not.
ROOMS = (ast.With, ast.AsyncWith, ast.Try)
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Match)


def long_file(file: File) -> Iterator[Finding]:
    length = file.text.count("\n")
    if length > FILE_LINES:
        yield length, f"{length} lines, {FILE_LINES} allowed"


def long_function(file: File) -> Iterator[Finding]:
    for function in functions(file.tree):
        length = code_lines(function)
        if length > FUNCTION_LINES:
            yield function.lineno, f"{function.name} has {length} lines, {FUNCTION_LINES} allowed"


def many_parameters(file: File) -> Iterator[Finding]:
    for function in functions(file.tree):
        taken = function.args
        names = [item.arg for item in (*taken.posonlyargs, *taken.args, *taken.kwonlyargs)]
        count = len([name for name in names if name not in {"self", "cls"}])
        if count > PARAMETERS:
            yield function.lineno, f"{function.name} takes {count}, {PARAMETERS} allowed"


def wide_line(file: File) -> Iterator[Finding]:
    """What a tool must be told at the end of a line does not count, as the linter sees it."""
    for number, line in enumerate(file.text.splitlines(), start=1):
        said = PRAGMA.sub("", line)
        if len(said) > COLUMNS:
            yield number, f"{len(said)} columns, {COLUMNS} allowed"


def nested(file: File) -> Iterator[Finding]:
    for function in functions(file.tree):
        found = depth(function.body)
        if found > NESTING:
            yield function.lineno, f"{function.name} nests {found} deep, {NESTING} allowed"


def depth(body: list[ast.stmt]) -> int:
    """How many blocks stand inside one another; `elif` is not deeper than its `if`."""
    deepest = 0
    for node in body:
        if not isinstance(node, BLOCKS + ROOMS):
            continue
        inner = [getattr(node, name, []) for name in ("body", "orelse", "finalbody")]
        inner += [item.body for item in getattr(node, "handlers", [])]
        inner += [item.body for item in getattr(node, "cases", [])]
        level = [part for part in inner if is_elif(node, part) or isinstance(node, ROOMS)]
        deeper = [1 + depth(part) for part in inner if part not in level]
        deepest = max([deepest, *deeper, *map(depth, level)])
    return deepest


def is_elif(node: ast.stmt, part: list[ast.stmt]) -> bool:
    return (
        isinstance(node, ast.If)
        and part is node.orelse
        and len(part) == 1
        and isinstance(part[0], ast.If)
    )


EVERYWHERE = tuple(f"{folder}/" for folder in SOURCES)
PRODUCT = ("astracore/", "adapters/", "shell/")
DEEP = """
def f() -> None:
    for x in y:
        for z in x:
            if z:
                a = 1
"""
FLAT = """
def f() -> None:
    if a:
        b = 1
    elif c:
        if d:
            e = 1
    elif g:
        h = 1
"""
RULES = (
    Rule(
        name="file length",
        where=EVERYWHERE,
        find=long_file,
        planted="x = 1\n" * (FILE_LINES + 1),
        fine="x = 1\n" * FILE_LINES,
    ),
    Rule(
        name="function length",
        where=EVERYWHERE,
        apart=("adapters/db/migrations/",),  # a table is one statement
        find=long_function,
        planted="def f() -> None:\n" + "    x = 1\n" * FUNCTION_LINES,
        fine="def f() -> None:\n" + "    x = 1\n" * (FUNCTION_LINES - 1),
    ),
    Rule(
        name="parameters",
        where=PRODUCT,
        find=many_parameters,
        planted="def f(a, b, c, d, *, e, f, g): ...\n",
        fine="def f(self, a, b, c, *, d, e, f): ...\n",
    ),
    Rule(
        name="columns",
        where=EVERYWHERE,
        find=wide_line,
        planted="#" * (COLUMNS + 1) + "\n",
        fine="#" * COLUMNS + "\n",
    ),
    Rule(
        name="nesting",
        where=PRODUCT,
        find=nested,
        planted=DEEP,
        fine=FLAT,
    ),
)
