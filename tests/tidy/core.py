"""Rules of the pure core."""

import ast
import builtins
import sys
from collections.abc import Iterator

from tests.tidy.rule import File, Finding, Rule, called, functions, imported

MUTATORS = {"append", "extend", "add", "update", "sort", "discard", "pop", "remove", "insert"}
# What tells mypy that nothing is left, and what fills an object in the making.
MUTATORS |= {"assert_never", "__init__", "heappop", "heapreplace"}
MUTATORS |= {"clear", "appendleft", "popleft", "setdefault", "heappush", "heapify", "reverse"}
WHOLE_MATHS = {"gcd", "lcm", "isqrt", "comb", "factorial", "prod", "perm"}
ALLOWED_IMPORTS = {"attr", "attrs", "returns", "typing_extensions", "astracore"}
FLOAT_ROOMS = ("astracore/batch/", "astracore/metrics/normal", "astracore/verification/")


def bare_call(file: File) -> Iterator[Finding]:
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            name = called(node.value)
            if name not in MUTATORS:
                yield node.lineno, f"the answer of `{name}` is thrown away"


def float_use(file: File) -> Iterator[Finding]:
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield node.lineno, f"float literal {node.value}"
        elif isinstance(node, ast.Name) and node.id == "float":
            yield node.lineno, "float"
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "math"
            and node.attr not in WHOLE_MATHS
        ):
            yield node.lineno, f"math.{node.attr} answers a float"


def foreign_import(file: File) -> Iterator[Finding]:
    for line, name in imported(file.tree):
        top = name.partition(".")[0]
        if top not in ALLOWED_IMPORTS and top not in sys.stdlib_module_names:
            yield line, f"imports {name}"


def without_docstring(file: File) -> Iterator[Finding]:
    if ast.get_docstring(file.tree) is None and file.text.strip():
        yield 1, "the module has no docstring"
    for node in file.tree.body:
        if (
            isinstance(node, ast.FunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and not any(last_name(item) == "overload" for item in node.decorator_list)
            and ast.get_docstring(node) is None
        ):
            yield node.lineno, f"{node.name} has no docstring"


def last_name(node: ast.expr) -> str:
    target = node.func if isinstance(node, ast.Call) else node
    if isinstance(target, ast.Attribute):
        return target.attr
    return target.id if isinstance(target, ast.Name) else ""


def unfrozen_class(file: File) -> Iterator[Finding]:
    """Enums, roles (which have no fields), protocols and a file's own workings may not be."""
    for node in ast.walk(file.tree):
        if not isinstance(node, ast.ClassDef):
            continue
        fields = [item for item in node.body if isinstance(item, ast.AnnAssign)]
        plain = not any(last_name(item) == "frozen" for item in node.decorator_list)
        protocol = any(last_name(item) == "Protocol" for item in node.bases)
        if fields and plain and not protocol and not node.name.startswith("_"):
            yield node.lineno, f"{node.name} has fields and is not @frozen"


def raises_for_data(file: File) -> Iterator[Finding]:
    """Own signals (caught inside) and AssertionError for our own bug may be raised; no more."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Raise) and node.exc is not None:
            name = last_name(node.exc)
            if hasattr(builtins, name) and name not in {"AssertionError", "TypeError"}:
                yield node.lineno, f"raises {name}; return a Failure"


def unguarded_unwrap(file: File) -> Iterator[Finding]:
    """`unwrap` and `failure` only in a function that has asked `is_failure` before."""
    for function in functions(file.tree):
        calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
        asked = min((call.lineno for call in calls if called(call) == "is_failure"), default=None)
        for call in calls:
            if called(call) in {"unwrap", "failure"} and (asked is None or call.lineno < asked):
                yield call.lineno, f"{function.name} unwraps without is_failure before"


CORE = ("astracore/",)
RULES = (
    Rule(
        name="no bare call in the core",
        where=CORE,
        apart=("astracore/verification/",),
        find=bare_call,
        planted="def f() -> None:\n    money('1', 'USD')\n",
        fine="def f(xs: list[int]) -> None:\n    xs.append(1)\n    y = g()\n",
    ),
    Rule(
        name="no float in the core",
        where=CORE,
        apart=FLOAT_ROOMS,
        find=float_use,
        planted="half = 0.5\n",
        fine="half = Decimal('0.5')\nroot = math.isqrt(2)\n",
    ),
    Rule(
        name="no float type in the core",
        where=CORE,
        apart=FLOAT_ROOMS,
        find=float_use,
        planted="def f(x: str) -> object:\n    return float(x)\n",
        fine="def f(x: str) -> object:\n    return Decimal(x)\n",
    ),
    Rule(
        name="no third-party import in the core but attrs and returns",
        where=CORE,
        apart=("astracore/batch/", "astracore/verification/"),
        find=foreign_import,
        planted="import yaml\n",
        fine="from returns.result import Result\nfrom attrs import frozen\nimport decimal\n",
    ),
    Rule(
        name="every public thing of the core has a docstring",
        where=CORE,
        find=without_docstring,
        planted='"""Module."""\n\n\ndef f() -> None:\n    return None\n',
        fine='"""Module."""\n\n\ndef f() -> None:\n    """Nothing."""\n',
    ),
    Rule(
        name="every class of the core with fields is frozen",
        where=CORE,
        find=unfrozen_class,
        planted="class A:\n    x: int\n",
        fine="@frozen(kw_only=True)\nclass A:\n    x: int\n\n\nclass Role:\n    pass\n",
    ),
    Rule(
        name="the core raises nothing",
        where=CORE,
        apart=("astracore/verification/",),
        find=raises_for_data,
        planted="def f() -> None:\n    raise ValueError\n",
        fine="def f() -> object:\n    return Failure(1)\n",
    ),
    Rule(
        name="unwrap only after is_failure",
        where=(*CORE, "adapters/", "shell/"),
        apart=("astracore/verification/", "astracore/outcome.py"),
        find=unguarded_unwrap,
        planted="def f() -> object:\n    return g().unwrap()\n",
        fine="def f() -> object:\n    r = g()\n    if is_failure(r):\n        return r\n"
        "    return r.unwrap()\n",
    ),
)
