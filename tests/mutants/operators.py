"""What a slip of the hand looks like: every small change of one node of a syntax tree."""

import ast
import copy
import itertools
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, TypeAlias

Variant: TypeAlias = tuple[str, ast.AST | None]  # kind of slip, what takes the place; None removes
Annotations: TypeAlias = Callable[[ast.expr], list[tuple[str, str]]]  # of a callee's parameters

BOUNDS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
SIGNS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
}
DIRECTED = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod)
NAMES = {
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "add": "subtract",
    "subtract": "add",
    "multiply": "divide",
    "divide": "multiply",
    "remainder": "divide_int",
}
ROUNDINGS = {
    "UP": "DOWN",
    "DOWN": "UP",
    "FLOOR": "CEILING",
    "CEILING": "FLOOR",
    "HALF_EVEN": "DOWN",
    "HALF_UP": "DOWN",
    "HALF_DOWN": "UP",
}
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(E[-+]?[0-9]+)?")
LEAVES = (ast.Return, ast.Raise, ast.Continue)


def variants(node: ast.AST, annotations: Annotations) -> Iterator[Variant]:
    """Every slip at this node; `annotations` says which arguments of a call could change places."""
    match node:
        case ast.Compare():
            yield from compared(node)
        case ast.BinOp():
            yield from arithmetic(node)
        case ast.BoolOp():
            yield from logic(node)
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield "dropped sign", operand
        case ast.Constant(value=bool(value)):
            yield "flipped flag", ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield "constant", ast.Constant(value + 1)
        case ast.Attribute(attr=name) | ast.Name(id=name):
            yield from rounding(node, name)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield "swapped branches", ast.IfExp(test, orelse, body)
        case ast.AugAssign(op=sign) if type(sign) in SIGNS:
            yield "arithmetic", changed(node, op=SIGNS[type(sign)]())
        case ast.Call():
            yield from called(node, annotations)
        case _:
            yield from steps(node)


def changed(node: ast.AST, **fields: Any) -> ast.AST:  # noqa: ANN401
    """A copy of the node with other fields; its children are shared."""
    twin = copy.copy(node)
    for name, value in fields.items():
        setattr(twin, name, value)
    return twin


def without(items: list[Any], place: int) -> list[Any]:
    return [*items[:place], *items[place + 1 :]]


def exchanged(items: list[Any], place: int) -> list[Any]:
    """`items` with what is at `place` and after it in each other's place."""
    return [*items[:place], items[place + 1], items[place], *items[place + 2 :]]


def compared(node: ast.Compare) -> Iterator[Variant]:
    for place, sign in enumerate(node.ops):
        ops = [*node.ops[:place], BOUNDS[type(sign)](), *node.ops[place + 1 :]]
        yield "comparison", changed(node, ops=ops)


def arithmetic(node: ast.BinOp) -> Iterator[Variant]:
    textual = any(
        isinstance(side, ast.JoinedStr) or isinstance(getattr(side, "value", None), str)
        for side in (node.left, node.right)
    )
    if textual or type(node.op) not in SIGNS:
        return
    yield "arithmetic", changed(node, op=SIGNS[type(node.op)]())
    yield "dropped term", node.left
    if isinstance(node.op, ast.Add | ast.Mult):
        yield "dropped term", node.right
    if isinstance(node.op, DIRECTED):
        yield "swapped operands", changed(node, left=node.right, right=node.left)


def logic(node: ast.BoolOp) -> Iterator[Variant]:
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield "and/or", changed(node, op=other)
    for place in range(len(node.values)):
        left = without(node.values, place)
        yield "dropped condition", left[0] if len(left) == 1 else changed(node, values=left)


def rounding(node: ast.Attribute | ast.Name, name: str) -> Iterator[Variant]:
    """`Rounding.UP` and `ROUND_UP`, whoever they are an attribute of."""
    bare = name.removeprefix("ROUND_")
    owner = getattr(node, "value", None)
    of_enum = isinstance(owner, ast.Name) and owner.id == "Rounding"
    if bare in ROUNDINGS and (of_enum or bare != name):
        other = name.removesuffix(bare) + ROUNDINGS[bare]
        field = "attr" if isinstance(node, ast.Attribute) else "id"
        yield "rounding", changed(node, **{field: other})


def called(node: ast.Call, annotations: Annotations) -> Iterator[Variant]:
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name == "Decimal":
        yield from number(node)
    if name in NAMES:
        field = "attr" if isinstance(function, ast.Attribute) else "id"
        yield "other function", changed(node, func=changed(function, **{field: NAMES[name]}))
    if name == "abs" and node.args:
        yield "dropped sign", node.args[0]
    if name in ("copy_abs", "copy_negate") and isinstance(function, ast.Attribute):
        yield "dropped sign", function.value
    if name == "evolve":
        for place in range(len(node.keywords)):
            yield "dropped change", changed(node, keywords=without(node.keywords, place))
    yield from misplaced(node, annotations(function))


def number(node: ast.Call) -> Iterator[Variant]:
    match node.args:
        case [ast.Constant(value=str(text))] if NUMBER.fullmatch(text):
            yield "constant", changed(node, args=[ast.Constant(str(Decimal(text) + 1))])
        case _:
            return


def misplaced(node: ast.Call, parameters: list[tuple[str, str]]) -> Iterator[Variant]:
    """Two neighbours of the same type in each other's place."""
    kinds = dict(parameters)
    if any(isinstance(argument, ast.Starred) for argument in node.args):
        return
    for place, (left, right) in enumerate(itertools.pairwise(parameters)):
        if place + 1 < len(node.args) and left[1] == right[1]:
            yield "swapped arguments", changed(node, args=exchanged(node.args, place))
    for place, (first, second) in enumerate(itertools.pairwise(node.keywords)):
        if kinds.get(first.arg or "", "-") == kinds.get(second.arg or "", "+"):
            values = (
                ast.keyword(first.arg, second.value),
                ast.keyword(second.arg, first.value),
            )
            rest = [*node.keywords[:place], *values, *node.keywords[place + 2 :]]
            yield "swapped arguments", changed(node, keywords=rest)


def steps(node: ast.AST) -> Iterator[Variant]:
    match node:
        case ast.If(body=[only], orelse=[]) if isinstance(only, LEAVES):
            yield "dropped early return", changed(node, test=ast.Constant(value=False))
        case ast.If(test=ast.Name() | ast.Attribute() | ast.Call() as test):
            yield "negated", changed(node, test=ast.UnaryOp(ast.Not(), test))
        case ast.Expr(value=ast.Call()):
            yield "dropped step", ast.Pass()
        case ast.comprehension(ifs=ifs):
            for place in range(len(ifs)):
                yield "dropped condition", changed(node, ifs=without(ifs, place))
        case ast.match_case(guard=ast.expr()):
            yield "dropped condition", changed(node, guard=None)
        case _:
            return
