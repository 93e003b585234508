"""Read models: pure folds of the log into rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeAlias, TypeVar

from attrs import field, frozen
from returns.result import Failure, Result, Success

from astracore.errors.events import CorruptRow
from astracore.events.codec import Codec
from astracore.events.envelope import Envelope
from astracore.events.policy import concerning
from astracore.outcome import is_failure

E = TypeVar("E")
R = TypeVar("R")
# The rows of some keys that are there: their stored bodies, or the rows where they are at hand.
Load: TypeAlias = Callable[[Sequence[str]], Mapping[str, bytes | R]]


@frozen(kw_only=True)
class Projection(Generic[E, R]):
    """A read model. One event touches the rows `keys` names; `evolve` may delete by None.

    `owner` is whose row it is ("" for everybody's), `sort` an order-preserving text. A model with
    a `tie` is ranked: each owner's rows are a board in the order of `sort`, which begins with the
    `tie` that equal scores share and ends with what no two rows share.
    A change of meaning needs a new `version`: the model is then rebuilt from position 0.
    """

    name: str
    version: int
    events: tuple[type[E], ...]
    keys: Callable[[Envelope[E]], tuple[str, ...]]
    evolve: Callable[[R | None, Envelope[E], str], R | None]
    row: Codec[R]
    owner: Callable[[R], str]
    sort: Callable[[R], str]
    tie: Callable[[R], str] | None = None


@frozen
class Change:
    """What became of one row: its new canonical body, or None when it is gone.

    `row` is what `body` says, for those who would read it at once.
    """

    key: str
    owner: str
    sort: str
    body: bytes | None
    row: object = field(default=None, eq=False)


Step: TypeAlias = Callable[
    [Load[Any], Iterable[Envelope[object]]], Result[tuple[Change, ...], CorruptRow]
]


@frozen(kw_only=True)
class Model:
    """A projection without its type parameters, so that many can stand in one list.

    `keys` says which rows events concern, each once; `fold` what they change, `look` how those rows
    stand when they were folded. Both load exactly those rows, so that they can be read before.
    """

    name: str
    version: int
    classes: frozenset[type]
    keys: Callable[[Iterable[Envelope[object]]], tuple[str, ...]]
    fold: Step
    look: Step
    is_ranked: bool = False


def model(projection: Projection[E, R]) -> Model:
    """`projection` closed over its types."""

    def keys(envelopes: Iterable[Envelope[object]]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(key for _, key in touching(projection, envelopes)))

    def fold(
        load: Load[R], envelopes: Iterable[Envelope[object]]
    ) -> Result[tuple[Change, ...], CorruptRow]:
        return project(projection, load, envelopes)

    def look(
        load: Load[R], envelopes: Iterable[Envelope[object]]
    ) -> Result[tuple[Change, ...], CorruptRow]:
        return looked_at(projection, load, envelopes)

    return Model(
        name=projection.name,
        version=projection.version,
        classes=frozenset(projection.events),
        keys=keys,
        fold=fold,
        look=look,
        is_ranked=projection.tie is not None,
    )


def project(
    projection: Projection[E, R], load: Load[R], envelopes: Iterable[Envelope[object]]
) -> Result[tuple[Change, ...], CorruptRow]:
    """Fold `envelopes`, oldest first, over the rows that `load` gives; one change for each row.

    Errors: CorruptRow.  Invariant: folding a + b equals folding a, storing, then folding b.
    """
    touched = touching(projection, envelopes)
    found = loaded(projection, load, touched)
    if is_failure(found):
        return found
    rows = found.unwrap()
    for envelope, key in touched:
        rows[key] = projection.evolve(rows[key], envelope, key)
    return Success(tuple(change(projection, key, row) for key, row in rows.items()))


def looked_at(
    projection: Projection[E, R], load: Load[R], envelopes: Iterable[Envelope[object]]
) -> Result[tuple[Change, ...], CorruptRow]:
    """The rows that `envelopes` concern, as `load` gives them: somebody else has folded them.

    Errors: CorruptRow.
    """
    return loaded(projection, load, touching(projection, envelopes)).map(
        lambda rows: tuple(change(projection, key, row) for key, row in rows.items())
    )


def touching(
    projection: Projection[E, R], envelopes: Iterable[Envelope[object]]
) -> list[tuple[Envelope[E], str]]:
    """Each event that concerns the model, with each row it touches."""
    concerned = (concerning(projection.events, envelope) for envelope in envelopes)
    return [(one, key) for one in concerned if one is not None for key in projection.keys(one)]


def loaded(
    projection: Projection[E, R], load: Load[R], touched: list[tuple[Envelope[E], str]]
) -> Result[dict[str, R | None], CorruptRow]:
    """The rows that are touched, each once, in that order.  Errors: CorruptRow."""
    rows: dict[str, R | None] = dict.fromkeys(key for _, key in touched)
    for key, body in load(tuple(rows)).items() if rows else ():
        found = stored_row(projection, key, body)
        if is_failure(found):
            return found
        rows[key] = found.unwrap()
    return Success(rows)


def stored_row(projection: Projection[E, R], key: str, body: bytes | R) -> Result[R, CorruptRow]:
    """Let a stored row in again through its codec, if it is not at hand.  Errors: CorruptRow."""
    if not isinstance(body, bytes):
        return Success(body)
    row = projection.row.decode(body)
    if is_failure(row):
        cause = row.failure()
        return Failure(CorruptRow(projection.name, key, f"{cause.path}: {cause.why}"))
    return Success(row.unwrap())


def change(projection: Projection[E, R], key: str, row: R | None) -> Change:
    """`row` as it is to be stored under `key`."""
    if row is None:
        return Change(key, "", "", None)
    return Change(key, projection.owner(row), projection.sort(row), projection.row.encode(row), row)
