"""Rules of the two outer rings, and of the Result dialect everywhere."""

import ast
import re
from collections.abc import Iterator
from functools import cache

from tests.tidy.rule import File, Finding, Rule, called, code_lines, files, functions, imported

HANDLER_LINES = 15
RESULTS = {"Success", "Failure", "Result"}
DOOR = re.compile(r"enters? through\s+`(\w+)`")


# The door of these is for text; from an integer that the system stated they cannot go wrong.
EXACT_ALREADY = {"Instant"}


@cache
def guarded_values() -> dict[str, str]:
    """Core classes whose docstring names the one door for outside data, and that door."""
    doors = {"Sample": "sample"}  # for the planted violation
    for file in files():
        if not file.path.startswith("astracore/"):
            continue
        for node in ast.walk(file.tree):
            if isinstance(node, ast.ClassDef):
                door = DOOR.search(ast.get_docstring(node) or "")
                if door is not None:
                    doors[node.name] = door[1]
    return doors


def past_the_door(file: File) -> Iterator[Finding]:
    for node in ast.walk(file.tree):
        name = called(node)
        if name in guarded_values() and name not in EXACT_ALREADY and isinstance(node, ast.Call):
            yield node.lineno, f"{name}(...) built directly; use `{guarded_values()[name]}`"


def result_inspected(file: File) -> Iterator[Finding]:
    for node in ast.walk(file.tree):
        if isinstance(node, ast.MatchClass):
            name = node.cls.id if isinstance(node.cls, ast.Name) else ""
            if name in RESULTS:
                yield node.cls.lineno, f"match on {name}: its value becomes Any"
        elif called(node) == "isinstance" and isinstance(node, ast.Call):
            names = {item.id for item in ast.walk(node.args[1]) if isinstance(item, ast.Name)}
            if names & RESULTS:
                yield node.lineno, "isinstance on a Result: use is_failure"


def decimal_used(file: File) -> Iterator[Finding]:
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Name) and node.id == "Decimal":
            yield node.lineno, "Decimal"
    for line, name in imported(file.tree):
        if name == "decimal":
            yield line, "imports decimal"


def long_handler(file: File) -> Iterator[Finding]:
    for function in functions(file.tree):
        length = code_lines(function)
        if length > HANDLER_LINES:
            yield function.lineno, f"{function.name} has {length} lines, {HANDLER_LINES} allowed"


def sql_used(file: File) -> Iterator[Finding]:
    """The type of a connection and the errors of drivers may be named; statements may not."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.ImportFrom) and node.module == "sqlalchemy":
            for alias in node.names:
                if alias.name not in {"Connection", "Engine"}:
                    yield node.lineno, f"imports sqlalchemy.{alias.name}"
    for line, name in imported(file.tree):
        if name in {"sqlite3", "alembic"} or name.startswith(("sqlalchemy.sql", "sqlalchemy.orm")):
            yield line, f"imports {name}"


def row_positions(file: File) -> Iterator[Finding]:
    """What a table says of its rows' types is the order of its columns; each is made by Column."""
    for node in ast.walk(file.tree):
        if not isinstance(node, ast.ClassDef) or "TypedColumns" not in map(ast.unparse, node.bases):
            continue
        fields = [item for item in node.body if isinstance(item, ast.AnnAssign)]
        told = [ast.unparse(item.annotation) for item in fields if item.value is None]
        columns = [item for item in fields if item.value is not None]
        types = [ast.unparse(item.annotation).removeprefix("Named") for item in columns]
        meant = ", ".join(text.removeprefix("[").removesuffix("]") for text in types)
        if told != [f"tuple[{meant}]"]:
            yield node.lineno, f"{node.name}: __row_pos__ is {told}, the columns are [{meant}]"


ROWS = "class A(TypedColumns):\n    x: Named[int] = Column(Integer)\n"
ROWS += "    y: Named[str] = Column(Text)\n    __row_pos__: tuple[{}]\n"
LONG = "async def f() -> None:\n" + "    x = 1\n" * HANDLER_LINES
RULES = (
    Rule(
        name="values are built through their door outside the core",
        where=("adapters/", "shell/"),
        find=past_the_door,
        planted="x = Sample(1)\n",
        fine="x = sample(1)\n",
    ),
    Rule(
        name="no match on a Result outside outcome.py",
        where=("astracore/", "adapters/", "shell/"),
        apart=("astracore/outcome.py",),
        find=result_inspected,
        planted="match x:\n    case Success(y):\n        pass\n",
        fine="match x:\n    case AssetMismatch(y):\n        pass\n",
    ),
    Rule(
        name="no isinstance on a Result outside outcome.py",
        where=("astracore/", "adapters/", "shell/"),
        apart=("astracore/outcome.py",),
        find=result_inspected,
        planted="y = isinstance(x, (int, Failure))\n",
        fine="y = isinstance(x, (int, str))\n",
    ),
    Rule(
        name="no Decimal in handlers, sockets, middleware and workers",
        where=("shell/handlers/", "shell/sockets/", "shell/middleware/", "shell/workers/"),
        find=decimal_used,
        planted="from decimal import Decimal\n",
        fine="from astracore.numeric import parse_amount\n",
    ),
    Rule(
        name=f"a handler has at most {HANDLER_LINES} lines",
        where=("shell/handlers/",),
        find=long_handler,
        planted=LONG,
        fine=LONG.replace("    x = 1\n", "", 1),
    ),
    Rule(
        name="rows are typed in the order of their columns",
        where=("adapters/db/",),
        find=row_positions,
        planted=ROWS.format("str, int"),
        fine=ROWS.format("int, str"),
    ),
    Rule(
        name="no SQL in the shell",
        where=("shell/",),
        find=sql_used,
        planted="from sqlalchemy import text\n",
        fine="from adapters.db.store import Store\n",
    ),
)
