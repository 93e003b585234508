"""Every mutant of a package: where it is, what it changes, and the names of the changed text.

Function bodies and the values of module constants are mutated. Left alone, because no test should
speak of them: annotations, decorators, docstrings, what asserts (`assert_never`, `strict` of zip)
and how many characters of an input a refusal quotes (`str(value)[:64]`).
"""

import ast
import importlib
import inspect
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import takewhile
from types import ModuleType
from typing import TypeAlias

from attrs import evolve, frozen

from tests.mutants.operators import Annotations, Variant, variants
from tests.tidy.rule import ROOT

PACKAGES = ("trading", "sizing", "margin", "risk", "portfolio", "nft", "users", "social", "bots")
LONG, NEAR = 140, 30  # a longer text is told from this many characters around what differs
Place: TypeAlias = tuple[str, int | None]  # field of the parent, index in it
Found: TypeAlias = tuple[ast.stmt, tuple[Place, ...], ast.AST]  # statement, way from the root, node


@frozen(kw_only=True)
class Mutant:
    """`path` leads from the module's tree to the node; `variant` counts the slips there."""

    module: str
    scope: str  # qualified name of the function, or of the constant
    path: tuple[Place, ...]
    variant: int
    kind: str
    change: str
    lines: tuple[int, ...]
    constant: bool

    @property
    def key(self) -> str:
        return f"{self.module.removeprefix('astracore.')}:{self.scope} {self.kind}: {self.change}"

    @property
    def package(self) -> str:
        return self.module.split(".")[1]


def source_of(module: str) -> str:
    return (ROOT / (module.replace(".", "/") + ".py")).read_text(encoding="utf-8")


@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse(source_of(module))


def modules(packages: tuple[str, ...] = PACKAGES) -> tuple[str, ...]:
    return tuple(
        "astracore." + ".".join(file.relative_to(ROOT / "astracore").with_suffix("").parts)
        for package in packages
        for file in sorted((ROOT / "astracore" / package).rglob("*.py"))
        if file.name != "__init__.py"
    )


def mutants(module: str) -> tuple[Mutant, ...]:
    """All of one module, in the order of its text; equal keys are numbered."""
    seen: Counter[str] = Counter()
    found = []
    for mutant in _all_of(module):
        seen[mutant.key] += 1
        again = f" (#{seen[mutant.key]})" if seen[mutant.key] > 1 else ""
        found.append(evolve(mutant, change=mutant.change + again))
    return tuple(found)


def _all_of(module: str) -> Iterator[Mutant]:
    tree = tree_of(module)
    annotations = annotated(importlib.import_module(module))
    for scope, path, root, constant in _scopes(tree):
        for statement, way, node in _inner(root, path, root):
            for number, variant in enumerate(variants(node, annotations)):
                if variant[1] is not None and _text(variant[1]) == _text(node):
                    continue
                yield Mutant(
                    module=module,
                    scope=scope,
                    path=way,
                    variant=number,
                    kind=variant[0],
                    change=_told(node, variant),
                    lines=tuple({getattr(node, "lineno", statement.lineno), statement.lineno}),
                    constant=constant,
                )


def _scopes(
    tree: ast.Module,
) -> Iterator[tuple[str, tuple[Place, ...], ast.stmt, bool]]:
    for index, node in enumerate(tree.body):
        way: tuple[Place, ...] = (("body", index),)
        if isinstance(node, ast.FunctionDef):
            yield node.name, way, node, False
        elif isinstance(node, ast.ClassDef):
            yield from (
                (f"{node.name}.{inner.name}", (*way, ("body", place)), inner, False)
                for place, inner in enumerate(node.body)
                if isinstance(inner, ast.FunctionDef)
            )
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name):
                yield target.id, way, node, True


def _inner(node: ast.AST, path: tuple[Place, ...], statement: ast.stmt) -> Iterator[Found]:
    """The nodes that may be changed, parents first."""
    for field, index, child in _children(node):
        if _left_alone(node, field, child):
            continue
        way = (*path, (field, index))
        near = child if isinstance(child, ast.stmt) else statement
        yield near, way, child
        yield from _inner(child, way, near)


def _children(node: ast.AST) -> Iterator[tuple[str, int | None, ast.AST]]:
    for field, value in ast.iter_fields(node):
        if isinstance(value, ast.AST):
            yield field, None, value
        elif isinstance(value, list):
            yield from (
                (field, index, item)
                for index, item in enumerate(value)
                if isinstance(item, ast.AST)
            )


def _left_alone(parent: ast.AST, field: str, child: ast.AST) -> bool:
    if field in ("annotation", "returns", "decorator_list", "args") and not isinstance(
        parent, ast.Call
    ):
        return True
    if isinstance(child, ast.keyword) and child.arg == "strict":
        return True
    if isinstance(child, ast.expr_context | ast.operator | ast.cmpop | ast.boolop | ast.unaryop):
        return True
    if isinstance(child, ast.Slice) and isinstance(child.upper, ast.Constant):
        return child.upper.value == 64
    call = child.value if isinstance(child, ast.Expr) else child
    name = getattr(getattr(call, "func", None), "id", "")
    return name in ("assert_never", "cast", "TypeVar", "isinstance")


def _told(node: ast.AST, variant: Variant) -> str:
    before, after = _text(node), "pass" if variant[1] is None else _text(variant[1])
    if max(len(before), len(after)) > LONG:
        begin = max(0, _alike(before, after) - NEAR)
        end = max(0, _alike(before[:begin:-1], after[:begin:-1]) - NEAR)
        before, after = (f"...{text[begin : len(text) - end]}..." for text in (before, after))
    return f"`{before}` -> `{after}`"


def _alike(left: str, right: str) -> int:
    """How many first characters two texts share."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(left, right, strict=False))
    return sum(1 for _ in same)


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.match_case):
        guard = f" if {ast.unparse(node.guard)}" if node.guard else ""
        return f"case {ast.unparse(node.pattern)}{guard}"
    return " ".join(ast.unparse(ast.fix_missing_locations(node)).split())


def annotated(module: ModuleType) -> Annotations:
    """The parameters of what a name of `module` calls, with their types; [] when unknown."""

    def parameters(function: ast.expr) -> list[tuple[str, str]]:
        target = vars(module).get(function.id) if isinstance(function, ast.Name) else None
        if not inspect.isfunction(target) and not inspect.isclass(target):
            return []
        try:
            signature = inspect.signature(target)
        except ValueError:  # a built-in that does not say
            return []
        return [
            (name, f"{name}?" if item.annotation is item.empty else str(item.annotation))
            for name, item in signature.parameters.items()
        ]

    return parameters
