"""The page of events: the closed catalogue, read from the classes themselves."""

from collections.abc import Iterator

from astracore.catalog.aggregates import CATALOGS
from astracore.catalog.registry import EVENT_TYPES, EventType
from astracore.events.personal import personal_fields
from astracore.policies.registry import POLICIES, ROW_POLICIES, WAITING_POLICIES

PERSONAL = personal_fields(events for _, events in CATALOGS)
HEAD = """\
# Events

Everything that can ever be in the log: its meaning, the fields with their types, an example as it
is stored, and the policies that ask something because of it. A field with a question mark may be
absent. Types are those of the stored JSON: `decimal` is a string in plain notation, `instant` a
string in UTC with microseconds; `[x]` is a list, `{x}` an object by key, `a|b` one of several, told
by its `kind`; what stands in parentheses are the fields of a nested value.

Every type carries its version. A version is frozen by the bytes of its golden file in
`tests/golden/events`: new optional fields may be added to it, anything else is a new version.

Personal fields are kept sealed under a key of the person they are about; without the key the event
reads as its class says in `PERSONAL` (ADR 0037).

A policy with a star waits: what it asks, or the row it needs, is not served by the service yet.
Which policies a service runs, and which take the place of others where wallets are kept, is said in
`astracore/policies/registry.py`.

This page is generated from the catalogue by `docs/generate.py`; a test compares the two.
"""


def asking() -> dict[type, list[str]]:
    """The policies that concern an event class, by name; a star for those that wait."""
    found: dict[type, list[str]] = {}
    for policy in POLICIES:
        for shape in policy.events:
            found.setdefault(shape, []).append(f"`{policy.name}`")
    waiting = [(one.name, one.events) for one in WAITING_POLICIES]
    waiting += [(one.name, one.events) for one in ROW_POLICIES]
    for name, shapes in waiting:
        for shape in shapes:
            found.setdefault(shape, []).append(f"`{name}`\\*")
    return found


def fields_of(schema: str) -> list[str]:
    """The fields of a schema's outermost shape, each as `name:type`.

    >>> fields_of("A(at:instant,rows?:[B(x:int,y:str)])")
    ['at:instant', 'rows?:[B(x:int,y:str)]']
    """
    body = schema.partition("(")[2].removesuffix(")")
    fields, depth, start = [], 0, 0
    for place, sign in enumerate(body):
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and depth == 0:
            fields.append(body[start:place])
            start = place + 1
    return [*fields, body[start:]] if body[start:] else fields


def told(event: EventType, asked_by: list[str]) -> Iterator[str]:
    """The lines of one event."""
    yield f"### {event.name}"
    yield ""
    yield event.meaning
    yield ""
    yield "Fields: " + (", ".join(f"`{one}`" for one in fields_of(event.schema)) or "none") + "."
    yield ""
    if event.name in PERSONAL:
        rule = PERSONAL[event.name]
        sealed = ", ".join(f"`{name}`" for name in sorted(rule.erased))
        yield f"Personal, under the key of `{rule.subject}`: {sealed}."
        yield ""
    if asked_by:
        yield "Policies: " + ", ".join(asked_by) + "."
        yield ""
    yield "```json"
    yield event.example.decode()
    yield "```"
    yield ""


def events_page() -> str:
    """The whole page, aggregate by aggregate."""
    policies = asking()
    aggregates: dict[str, list[EventType]] = {}
    for event in EVENT_TYPES.values():
        aggregates.setdefault(event.aggregate, []).append(event)
    lines = [HEAD, f"{len(EVENT_TYPES)} events of {len(aggregates)} aggregates.", ""]
    for name in sorted(aggregates):
        lines += [f"## {name}", ""]
        for event in aggregates[name]:
            lines += told(event, policies.get(event.shape, []))
    return "\n".join(lines)
