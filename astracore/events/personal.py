"""Fields of events that are about a person: kept as ciphertext, so that a person can be forgotten.

The audit chain hashes a body as it is kept. Once the person's key is gone the ciphertext says
nothing more, every hash still holds, and the event reads as its class says it does when erased.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from attrs import frozen

from astracore.events.canonical import Json, canonical, parsed
from astracore.events.catalog import Catalog

ERASED = "erased"  # how a text reads that is no more
VEILED = "veiled"  # {"veiled": text} stands where the value stood
Seal: TypeAlias = Callable[[str, bytes], str]  # (field, canonical value) -> text
Open: TypeAlias = Callable[[str, str], bytes | None]  # (field, text) -> canonical value
Tree: TypeAlias = Mapping[str, Any]


@frozen
class Personal:
    """`PERSONAL` of an event class: `subject` is the field that names the person, `erased` maps
    each personal field to what it reads as without the key; None leaves the field out."""

    subject: str
    erased: Mapping[str, Json | None]


def personal_fields(catalogs: Iterable[Catalog[Any]]) -> Mapping[str, Personal]:
    """What is declared personal, by the type name of the event."""
    return {
        name: shape.PERSONAL
        for one in catalogs
        for shape, name in one.names.items()
        if hasattr(shape, "PERSONAL")
    }


def subject_of(body: bytes, personal: Personal) -> str:
    """Whom the event is about; empty when a damaged body does not say."""
    found = tree_of(body).get(personal.subject)
    return found if isinstance(found, str) else ""


def veiled(body: bytes, personal: Personal, seal: Seal) -> bytes:
    """The body with its personal fields sealed.

    Invariant: `unveiled` with the matching `opened` gives the body back, byte for byte.
    """
    tree = tree_of(body)
    sealed = {
        name: {VEILED: seal(name, canonical(tree[name]))}
        for name in personal.erased
        if name in tree
    }
    return canonical({**tree, **sealed}) if sealed else body


def unveiled(body: bytes, personal: Personal, opened: Open) -> bytes:
    """The body with its personal fields as they were, or as erased where `opened` gives None.

    What was kept plain stays as it is; so does what is damaged, for the event's codec to name.
    """
    tree = tree_of(body)
    hidden = {name: text for name in personal.erased if (text := veil_in(tree.get(name)))}
    if not hidden:
        return body
    plain = {name: opened(name, text) for name, text in hidden.items()}
    shown = {
        name: personal.erased[name] if value is None else value_of(value, tree[name])
        for name, value in plain.items()
    }
    return canonical({name: one for name, one in {**tree, **shown}.items() if one is not None})


def veil_in(value: object) -> str | None:
    """The text of a sealed value; None when it is not sealed."""
    if not isinstance(value, dict) or value.keys() != {VEILED}:
        return None
    text = value[VEILED]
    return text if isinstance(text, str) else None


def value_of(plain: bytes, sealed: Any) -> Any:  # noqa: ANN401 - any JSON
    """What was sealed; the seal itself when that is no JSON."""
    return parsed(plain).value_or(sealed)


def tree_of(body: bytes) -> Tree:
    """The fields of a body; none when it is damaged."""
    found = parsed(body).value_or({})
    return found if isinstance(found, dict) else {}
