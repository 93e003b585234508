"""Every row of the domain rules is true: its policy, its read model, its commands and events."""

import importlib
import inspect
import pkgutil
from functools import cache

import pytest

from astracore.catalog.registry import EVENT_TYPES
from astracore.projections.registry import LEDGER_MODELS, MODELS
from property_tests.policy_examples import EVERY, asked, examples_of
from tests.catalog.domain_rows import (
    FOLLOWS,
    MESSAGES,
    READ_MODELS,
    Absent,
    Elsewhere,
    Follows,
)

# The packages of a domain, where they are not called as it is.
ROOMS = {"user": ("users",), "financial": ("revenue", "ledger")}


def full(event: str) -> str:
    """The type name of `<domain>.<event>`."""
    return f"astra.{event}.v1"


def by_policy(event: str) -> dict[str, set[str]]:
    """The policies that react to an event type, each with the commands that it asks."""
    shape = EVENT_TYPES[full(event)].shape
    found: dict[str, set[str]] = {}
    for example in examples_of(shape):
        for name, command in asked(EVERY, example):
            found.setdefault(name, set()).add(type(command).__name__)
    return found


@pytest.mark.parametrize(
    "row",
    [row for row in FOLLOWS if isinstance(row, Follows)],
    ids=lambda row: f"{row.event}-{row.command}",
)
def test_what_follows_has_exactly_the_policies_that_the_row_names(row: Follows) -> None:
    asking = {name for name, commands in by_policy(row.event).items() if row.command in commands}
    assert asking == set(row.by)


def test_every_policy_between_two_domains_has_a_row() -> None:
    told = {(row.event, row.command) for row in FOLLOWS if isinstance(row, Follows)}
    events = {event for event, _ in told}
    beyond = {
        (event, command)
        for event in events
        for commands in by_policy(event).values()
        for command in commands
    }
    within = {
        ("social.endorsed", "MarkEndorsement"),
        ("social.endorsement_withdrawn", "MarkEndorsement"),
        ("social.case_decided", "RestoreContent"),
        ("user.user_suspended", "EndSessions"),
        ("user.user_deleted", "EndSessions"),
        ("trading.account_opened", "PostEntry"),
        ("financial.payment_succeeded", "PostEntry"),
        ("financial.dispute_lost", "PostEntry"),
    }
    assert beyond - told == within


@pytest.mark.parametrize(
    "row", [row for row in FOLLOWS if isinstance(row, Absent)], ids=lambda row: row.event
)
def test_what_waits_for_a_domain_is_still_waiting(row: Absent) -> None:
    """When this fails, the event has come: write its policy and turn the row into one."""
    assert full(row.event) not in EVENT_TYPES


@pytest.mark.parametrize(
    "row", [row for row in FOLLOWS if isinstance(row, Elsewhere)], ids=lambda row: row.event
)
def test_what_needs_no_policy_exists_and_posts_nothing_twice(row: Elsewhere) -> None:
    assert full(row.event) in EVENT_TYPES
    assert "PostEntry" not in {one for many in by_policy(row.event).values() for one in many}


MODELS_BY_NAME = {one.name for one in (*MODELS, *LEDGER_MODELS)}


@pytest.mark.parametrize(
    ("domain", "name"), [(domain, name) for domain in READ_MODELS for name in READ_MODELS[domain]]
)
def test_every_read_model_is_a_projection_or_a_function_of_rows(domain: str, name: str) -> None:
    place, _, function = READ_MODELS[domain][name].partition(":")
    if function:
        module = importlib.import_module(f"astracore.projections.{place}")
        assert callable(getattr(module, function))
    else:
        assert place in MODELS_BY_NAME


@cache
def classes_in(domain: str) -> set[str]:
    """The names of all classes in the packages of a domain."""
    found: set[str] = set()
    for room in ROOMS.get(domain, (domain,)):
        package = importlib.import_module(f"astracore.{room}")
        for item in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(item.name)
            found |= {name for name, one in vars(module).items() if inspect.isclass(one)}
    return found


@pytest.mark.parametrize(
    ("domain", "commands", "events"), MESSAGES, ids=lambda part: part if part in READ_MODELS else ""
)
def test_every_command_and_every_event_of_the_rules_exists(
    domain: str, commands: tuple[str, ...], events: tuple[str, ...]
) -> None:
    assert set(commands) - classes_in(domain) == set()
    assert {name for name in events if full(f"{domain}.{name}") not in EVENT_TYPES} == set()


def test_the_rows_are_of_every_domain_that_has_them() -> None:
    assert {domain for domain, _, _ in MESSAGES} == set(READ_MODELS)
    assert len(MESSAGES) == 43
