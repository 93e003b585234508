"""Planted mistakes in sessions: random days of owners and thieves must turn red."""

from collections.abc import Callable
from types import ModuleType
from typing import Any, TypeAlias

import pytest
from attrs import evolve
from returns.result import Success

from astracore.users.rules import SESSION_RULES
from astracore.users.sessions import sessions, state
from astracore.users.sessions.events import SessionRefreshed
from property_tests import doors

Loose: TypeAlias = Any
Wrong: TypeAlias = Callable[..., Loose]
ended, start, refresh = sessions.ended, sessions.start, sessions.refresh


def forgiving(command: Loose, known: Loose, rules: Loose) -> Loose:
    """A used token is exchanged again."""
    family = state.family_of(known, command.session_id)
    if family is None or not state.is_alive(family, command.at, rules):
        return refresh(command, known, rules)
    told = SessionRefreshed(
        user_id=command.user_id,
        session_id=command.session_id,
        generation=command.generation + 1,
        at=command.at,
    )
    return Success((told,))


def immortal(*_args: object, **_kwargs: object) -> bool:
    """Sessions that never grow old."""
    return True


def spared(families: Loose, *args: Loose) -> Loose:
    """One family too few ends."""
    return ended(families[1:], *args)


def crowded(command: Loose, known: Loose, _rules: Loose) -> Loose:
    """Room for a hundred."""
    return start(command, known, evolve(SESSION_RULES, most=100))


MUTANTS: list[tuple[str, ModuleType, str, Wrong]] = [
    ("a used token that is exchanged again", sessions, "refresh", forgiving),
    ("sessions that never grow old", sessions, "is_alive", immortal),
    ("a family that survives", sessions, "ended", spared),
    ("sessions without end", sessions, "start", crowded),
]


def is_red(seed: int) -> bool:
    """Whether a history breaks."""
    try:
        return not doors.history(seed)
    except Exception:  # noqa: BLE001 - any break is one
        return True


def test_days_that_are_right_are_green() -> None:
    assert not any(is_red(seed) for seed in range(3))


@pytest.mark.parametrize(("module", "name", "wrong"), [one[1:] for one in MUTANTS],
                         ids=[one[0] for one in MUTANTS])  # fmt: skip
def test_mistakes_are_seen(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, wrong: Wrong
) -> None:
    monkeypatch.setattr(module, name, wrong)
    assert any(is_red(seed) for seed in range(30))
