"""Personal fields: what is sealed comes back byte for byte, and what is erased still decodes."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astracore.catalog.aggregates import CATALOGS
from astracore.catalog.examples import example
from astracore.events.canonical import canonical
from astracore.events.catalog import merged
from astracore.events.personal import Personal, personal_fields, subject_of, unveiled, veiled
from astracore.outcome import is_failure

EVENTS = merged(tuple(events for _, events in CATALOGS))
PERSONAL = personal_fields(events for _, events in CATALOGS)
CLASSES: dict[str, type[object]] = {name: shape for shape, name in EVENTS.names.items()}
JSON = st.recursive(
    st.text(max_size=20) | st.integers() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
RULE = Personal("who", {"name": "erased", "note": None})


def sealed(_field: str, value: bytes) -> str:
    """A seal that anybody can open."""
    return base64.b64encode(value).decode()


def opened(_field: str, text: str) -> bytes:
    """What `sealed` hid."""
    return base64.b64decode(text)


@given(
    tree=st.fixed_dictionaries(
        {"who": st.text(max_size=9)}, optional={"name": JSON, "note": JSON, "other": JSON}
    )
)
def test_what_is_sealed_comes_back(tree: dict[str, object]) -> None:
    body = canonical(tree)  # type: ignore[arg-type]  # any JSON
    kept = veiled(body, RULE, sealed)
    assert unveiled(kept, RULE, opened) == body
    assert subject_of(kept, RULE) == tree["who"]
    assert (kept == body) == (not {"name", "note"} & tree.keys())


def test_there_are_personal_fields() -> None:
    assert len(PERSONAL) >= 18
    assert "astra.user.user_registered.v1" in PERSONAL


@pytest.mark.parametrize("name", sorted(PERSONAL))
def test_an_erased_event_still_decodes(name: str) -> None:
    """With its key gone each event reads, names the same person, and says nothing more of it."""
    rule, whole = PERSONAL[name], EVENTS.encode(example(CLASSES[name]))
    kept = veiled(whole, rule, sealed)
    assert kept != whole
    assert unveiled(kept, rule, opened) == whole
    erased = EVENTS.decode(name, unveiled(kept, rule, lambda _field, _text: None))
    assert not is_failure(erased), erased
    event, before = erased.unwrap(), example(CLASSES[name])
    assert getattr(event, rule.subject) == getattr(before, rule.subject)
    for field, value in rule.erased.items():
        now = getattr(event, field)
        assert now != getattr(before, field)
        assert now is None if value is None else value in (now, {}, ())


@given(body=st.binary(max_size=60))
def test_damage_is_left_for_the_codec(body: bytes) -> None:
    unveiled(body, RULE, opened)
    veiled(body, RULE, sealed)
    subject_of(body, RULE)


@pytest.mark.parametrize("text", ["?", ""])
def test_a_seal_that_opens_to_nonsense_stays(text: str) -> None:
    kept = canonical({"name": {"veiled": "x"}, "who": "a"})
    assert unveiled(kept, RULE, lambda _field, _text: text.encode()) == kept
