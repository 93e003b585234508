"""Which domain each route, read model and policy belongs to: what `--domains` chooses from.

A policy belongs to the domain of the commands it asks for, a read model to the domain whose events
it folds. Only what says neither by itself has a line here.
"""

import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from astracore.events.projection import Model
from astracore.policies.registry import POLICIES, ROW_POLICIES, WAITING_POLICIES

PLATFORM = "platform"  # served by every process: health, documents, who is there
TRADING = "trading"  # looks after the venue
DOMAINS = (
    TRADING,
    "risk",
    "bot",
    "market",
    "exchange",
    "backtest",
    "job",
    "gamification",
    "social",
    "nft",
    "user",
    "financial",
    "chain",
    PLATFORM,
)
ALL = frozenset(DOMAINS)
# Packages of the core and tags of routes whose names are not their domain's.
CALLED: Mapping[str, str] = MappingProxyType(
    {
        "bots": "bot",
        "marketdata": "market",
        "market data": "market",
        "exchanges": "exchange",
        "backtests": "backtest",
        "jobs": "job",
        "users": "user",
        "ledger": "financial",
        "revenue": "financial",
        "onchain": "chain",
    }
)
# Read models that fold events of more than one domain.
MIXED: Mapping[str, str] = MappingProxyType(
    {"progress": "gamification", "leaderboard.xp.all_time": "gamification"}
)
# The first part of a socket's topic.
TOPICS: Mapping[str, str] = MappingProxyType(
    {
        "orders": TRADING,
        "fills": TRADING,
        "positions": TRADING,
        "portfolio": TRADING,
        "progress": "gamification",
        "leaderboard": "gamification",
        "ticker": "market",
        "trades": "market",
        "book": "market",
        "candles": "market",
    }
)


class Reacting(Protocol):
    """A policy, with or without a row."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def react(self) -> Callable[..., tuple[Any, ...]]:
        """Its rule."""
        ...


T = TypeVar("T")


class NoDomainError(Exception):
    """Something belongs to no domain or to several: it needs a line in `shell.domains`."""


def domain_of_tag(tag: str) -> str:
    """The domain of routes under this tag."""
    return only(tag, [tag])


def domain_of_model(model: Model) -> str:
    """The domain that folds a read model."""
    known = MIXED.get(model.name)
    return known or only(model.name, (package(one) for one in model.classes))


def domain_of_policy(policy: Reacting) -> str:
    """The domain whose commands a policy asks for: it says so in the type of its answer."""
    asked = typing.get_type_hints(policy.react)["return"]
    return only(policy.name, (package(one) for one in classes_in(asked)))


def by_domain(things: Iterable[T], domain_of: Callable[[T], str]) -> Mapping[str, tuple[T, ...]]:
    """Things in their order, under their domains."""
    found: dict[str, tuple[T, ...]] = {}
    for one in things:
        found[domain_of(one)] = (*found.get(domain_of(one), ()), one)
    return found


def only(name: str, called: Iterable[str]) -> str:
    """The one domain that is meant.  Raises: NoDomainError."""
    found = {CALLED.get(one, one) for one in called}
    if len(found) != 1 or not found <= ALL:
        raise NoDomainError(f"{name}: {', '.join(sorted(found)) or 'none'}")
    return found.pop()


def package(kind: type) -> str:
    """The package of the core that a class stands in."""
    return kind.__module__.split(".")[1]


def classes_in(hint: Any) -> Iterator[type]:  # noqa: ANN401 - any type there is
    """The classes that a type is made of."""
    parts = typing.get_args(hint)
    if not parts and isinstance(hint, type):
        yield hint
    for part in parts:
        yield from classes_in(part)


# The domain of every policy, by its name.
HOMES: Mapping[str, str] = MappingProxyType(
    {
        one.name: domain_of_policy(one)
        for some in (POLICIES, WAITING_POLICIES, ROW_POLICIES)
        for one in some
    }
)
