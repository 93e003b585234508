"""Published cases run against the library: inputs in, an answer and a verdict out.

A file is `{"title", "cases": [case, ...]}`; a case has `id`, `function`, `inputs`, `expected` and
`tolerance`. Every number is a string, `"@name"` is a list of the series file, null is absent.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from types import MappingProxyType

from attrs import asdict, frozen
from returns.result import Failure, Result, Success

from astracore.errors.vectors import BadInput, BadVectors
from astracore.outcome import is_failure
from astracore.verification.agreement import agrees, same_cause, tolerance_of, written
from astracore.verification.inputs import Coded, Function, Inputs, Json
from astracore.verification.vector_functions import (
    account,
    billing,
    cashflows,
    collectibles,
    fees,
    funding,
    fx,
    ledger,
    levels,
    lots,
    margin,
    money,
    orders,
    pools,
    positions,
    ratings,
    risk,
    sizing,
    trades,
)

DEEPEST = 32  # levels of nesting in a file
AREAS: tuple[Mapping[str, Function], ...] = (
    money.FUNCTIONS,
    fx.FUNCTIONS,
    positions.FUNCTIONS,
    lots.FUNCTIONS,
    pools.FUNCTIONS,
    fees.FUNCTIONS,
    trades.FUNCTIONS,
    orders.FUNCTIONS,
    account.FUNCTIONS,
    funding.FUNCTIONS,
    margin.FUNCTIONS,
    sizing.FUNCTIONS,
    risk.FUNCTIONS,
    levels.FUNCTIONS,
    collectibles.FUNCTIONS,
    billing.FUNCTIONS,
    cashflows.FUNCTIONS,
    ledger.FUNCTIONS,
    ratings.FUNCTIONS,
)
REGISTRY: Mapping[str, Function] = MappingProxyType(
    {name: function for area in AREAS for name, function in area.items()}
)


class Status(Enum):
    """The verdict on one case."""

    PASS = "pass"  # noqa: S105  # a verdict, not a secret
    FAIL = "fail"
    UNSUPPORTED = "unsupported"


@frozen
class CaseOutcome:
    """What one case expected and what the library gave."""

    id: str
    function: str
    status: Status
    got: Json
    expected: Json


def run_cases(
    text: str, series: str | None = None, registry: Mapping[str, Function] = REGISTRY
) -> Result[tuple[CaseOutcome, ...], BadVectors]:
    """Run every case of the file `text`; `series` is the text of the series file beside it.

    A case that cannot be read fails by itself and is named by its place; a function that is not
    in `registry` is unsupported.
    Errors: BadVectors (the file itself cannot be read).
    >>> case = '{"id": "a", "function": "money.round_dp", "expected": "1.3",'
    >>> case += '"inputs": {"x": "1.25", "places": "1", "mode": "UP"}, "tolerance": "exact"}'
    >>> run_cases('{"title": "t", "cases": [' + case + "]}").unwrap()[0].status
    <Status.PASS: 'pass'>
    """
    lists = _series(series)
    if is_failure(lists):
        return lists
    file = _parsed(text)
    if is_failure(file):
        return file
    content = file.unwrap()
    cases = content.get("cases") if isinstance(content, Mapping) else None
    if isinstance(cases, str) or not isinstance(cases, Sequence):
        return Failure(BadVectors('the file needs {"cases": [...]}'))
    known = lists.unwrap()
    return Success(tuple(_run(n, case, known, registry) for n, case in enumerate(cases, 1)))


def _parsed(text: str) -> Result[Json, BadVectors]:
    """JSON with every number kept as its own text."""
    try:
        found: Json = json.loads(
            text, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_object
        )
    except (ValueError, RecursionError) as cause:
        return Failure(BadVectors(f"not JSON: {cause}"[:200]))
    if _deeper(found, DEEPEST):
        return Failure(BadVectors(f"nested more than {DEEPEST} deep"))
    return Success(found)


def _deeper(value: Json, levels: int) -> bool:
    """Whether lists and objects are nested in more than `levels` levels."""
    layer = [value]
    for _ in range(levels):
        layer = [inner for each in layer for inner in _children(each)]
    return bool(layer)


def _children(value: Json) -> Iterable[Json]:
    """What a list or an object holds."""
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """An object whose keys are all different."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is stated twice")
    return found


def _series(text: str | None) -> Result[Mapping[str, Json], BadVectors]:
    """The named lists of a series file."""
    if text is None:
        return Success({})
    file = _parsed(text)
    if is_failure(file):
        return file
    content = file.unwrap()
    lists = content.get("series") if isinstance(content, Mapping) else None
    if not isinstance(lists, Mapping):
        return Failure(BadVectors('the series file needs {"series": {...}}'))
    return Success(lists)


def _run(
    place: int, case: Json, series: Mapping[str, Json], registry: Mapping[str, Function]
) -> CaseOutcome:
    """The verdict on the case at `place`, counted from 1."""
    fields = case if isinstance(case, Mapping) else {}
    name, function = fields.get("id"), fields.get("function")
    shown = name if isinstance(name, str) else f"#{place}"
    called = function if isinstance(function, str) else ""
    wanted = fields.get("expected")
    if called and called not in registry:
        return CaseOutcome(shown, called, Status.UNSUPPORTED, None, wanted)
    verdict = _verdict(fields, series, registry)
    if is_failure(verdict):
        return CaseOutcome(shown, called, Status.FAIL, _fault_written(verdict.failure()), wanted)
    status, got = verdict.unwrap()
    return CaseOutcome(shown, called, status, got, wanted)


def _verdict(
    fields: Mapping[str, Json], series: Mapping[str, Json], registry: Mapping[str, Function]
) -> Result[tuple[Status, Json], BadInput]:
    """Read the case, call its function, compare."""
    for key in ("id", "function", "inputs", "expected"):
        if key not in fields:
            return Failure(BadInput(key, "the case lacks it"))
    function, name = fields["function"], fields["id"]
    if not (isinstance(function, str) and isinstance(name, str)):
        return Failure(BadInput("function", "id and function are strings"))
    looked_up = Result.do(
        (inputs, expected, within)
        for inputs in _looked_up(fields["inputs"], series)
        for expected in _looked_up(fields["expected"], series)
        for within in tolerance_of(fields.get("tolerance"))
    )
    if is_failure(looked_up):
        return looked_up
    inputs, expected, within = looked_up.unwrap()
    if not isinstance(inputs, Mapping):
        return Failure(BadInput("inputs", "an object is needed"))
    answer = registry[function](Inputs(inputs))
    cause = expected.get("error") if isinstance(expected, Mapping) else None
    if is_failure(answer):
        right = isinstance(cause, str) and same_cause(cause, answer.failure())
        return Success((_status(right=right), _fault_written(answer.failure())))
    got = written(answer.unwrap())
    right = not isinstance(cause, str) and agrees(expected, got, within)
    return Success((_status(right=right), got))


def _status(*, right: bool) -> Status:
    """Pass or fail."""
    return Status.PASS if right else Status.FAIL


def _looked_up(value: Json, series: Mapping[str, Json]) -> Result[Json, BadInput]:
    """`value` with every `"@name"` replaced by the list of that name."""
    if isinstance(value, str):
        name = value.removeprefix("@")
        if name == value:
            return Success(value)
        if name not in series:
            return Failure(BadInput(value[:64], "the series file has no such list"))
        return Success(series[name])
    if isinstance(value, bool) or value is None:
        return Success(value)
    found: dict[str, Json] = {}
    named = (
        value.items() if isinstance(value, Mapping) else ((str(n), v) for n, v in enumerate(value))
    )
    for key, each in named:
        replaced = _looked_up(each, series)
        if is_failure(replaced):
            return replaced
        found[key] = replaced.unwrap()
    return Success(found if isinstance(value, Mapping) else list(found.values()))


def _fault_written(fault: Coded) -> Json:
    """A cause as it stands in a file: its code under `error`, and its fields."""
    fields = asdict(fault, recurse=False)
    return {"error": fault.code, **{key: str(value) for key, value in fields.items()}}


def outcome_json(outcome: CaseOutcome) -> str:
    """One line of machine-readable report."""
    return json.dumps(
        {
            "id": outcome.id,
            "status": outcome.status.value,
            "got": outcome.got,
            "expected": outcome.expected,
        }
    )
