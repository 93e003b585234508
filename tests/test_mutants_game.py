"""Planted mistakes in the game: random lives or the laws of its tables must turn red."""

from collections.abc import Callable
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest
from attrs import evolve
from returns.result import Success

from astracore.gamification import days, earning, folding, local, trophies, unlocking, xp
from astracore.gamification.rules import XpRules
from astracore.gamification.safeguards import safeguard
from astracore.gamification.safeguards.commands import Limits, SelfExclude, SetSafeguards
from astracore.gamification.safeguards.state import Safeguards, limits_at
from astracore.gamification.sources import XpSource
from astracore.gamification.state import Progress
from astracore.ids import UserId
from astracore.instants import DAY, Instant
from astracore.outcome import is_failure
from property_tests.game_makers import NOON, award, close, total
from property_tests.player_histories import lived

SEEDS = range(30)
ME = UserId("u")
Wrong = Callable[..., Any]


def first(told: object, *_args: object, **_kwargs: object) -> object:
    """The first argument, as if nothing was to be done."""
    return told


def true(*_args: object, **_kwargs: object) -> bool:
    """Always."""
    return True


def false(*_args: object, **_kwargs: object) -> bool:
    """Never."""
    return False


def empty(*_args: object, **_kwargs: object) -> dict[str, object]:
    """Nothing at all."""
    return {}


def raw(_rule: object, _rules: object, _tally: object, amount: int) -> int:
    """As if no cap bound."""
    return amount


def lives_are_sound() -> bool:
    """Random lives keep every promise."""
    return all(is_sound(seed) for seed in SEEDS)


def is_sound(seed: int) -> bool:
    try:
        return bool(lived(seed).events)
    except Exception:  # noqa: BLE001 - any break is one
        return False


def rules_are_fair() -> bool:
    """No farm pays, parts pay no more than the whole, a loss and leverage no more than neither."""
    wash = close(exit=Decimal(2000), opened_at=Instant(NOON - 100 * 10**6))
    rapid = close(opened_at=Instant(NOON - 10 * 10**6))
    farms = [wash, rapid, close(linked=True), close(notional=Decimal(1)), close(fees=Decimal(0))]
    if any(total([award(each)]) for each in farms):
        return False
    half = close(net=Decimal(24), peak_margin=Decimal(1250))
    whole = total([award(close())])
    if total([award(half), award(half)]) > whole:
        return False
    losing = evolve(close(), net=Decimal(-48))
    geared = evolve(close(), peak_margin=Decimal(500))
    practice = total([award(close(), XpSource.TRADE_PRACTICE)])
    return (
        total([award(losing)]) < whole
        and total([award(geared)]) <= whole
        and practice == total([award(geared, XpSource.TRADE_PRACTICE)])
        and total([award(close())]) <= dict(XpRules().caps)["trade_live"]
    )


def safeguards_hold() -> bool:
    """No limit is loosened at once, no exclusion is shortened."""
    state = Safeguards()
    for orders in (5, 9, 3, None):
        command = SetSafeguards(user_id=ME, limits=Limits(orders_day=orders), at=Instant(NOON))
        before = limits_at(state, Instant(NOON)).orders_day
        for event in safeguard.SAFEGUARDS.decide(command, state).unwrap():
            state = safeguard.SAFEGUARDS.evolve(state, event)
        after = limits_at(state, Instant(NOON)).orders_day
        if before is not None and (after is None or after > before):
            return False
    away = SelfExclude(user_id=ME, days=30, at=Instant(NOON))
    for event in safeguard.SAFEGUARDS.decide(away, state).unwrap():
        state = safeguard.SAFEGUARDS.evolve(state, event)
    short = SelfExclude(user_id=ME, days=1, at=Instant(NOON + DAY))
    return is_failure(safeguard.SAFEGUARDS.decide(short, state))


def looser(before: object, asked: object) -> object:
    """Whatever was asked for."""
    return asked


LIVES: list[tuple[str, ModuleType, str, Wrong]] = [
    ("awards that are forgotten at once", folding, "with_paid", empty),
    ("a correction that is not remembered", folding, "taken_back", lambda s, _e: s.awards),
    ("caps that do not bind", earning, "granted", raw),
    ("a tally that never fills", folding, "with_xp", first),
    ("levels that are told again", earning, "level_at", lambda _c, xp_: 1 + xp_ // 5),
    ("a day counted twice", days, "step", lambda s, d, _r: evolve(s, last_day=d)),
    ("a break that is told for ever", folding, "broken", first),
    ("a badge board that is wiped", trophies, "_kept", lambda t, _e: evolve(t, unlocked={})),
    ("an unlock that nobody remembers", folding, "trophy", first),
    ("an achievement that pays nothing", unlocking, "award", lambda *_: Success(())),
    ("a zone that loses its last day", local, "moved", lambda s, *_: evolve(s, last_day=0)),
    ("an object that pays each time", earning, "_once", lambda command: command.source_event_id),
]  # fmt: skip
FAIR: list[tuple[str, ModuleType, str, Wrong]] = [
    ("every close qualifies", earning, "qualifies", true),
    ("nothing is a wash", xp, "is_wash", false),
    ("growth that is linear in each trade", xp, "isqrt", lambda n: n),
    ("margin that counts in practice", xp, "growth", lambda _w, m: int(m) // 100),
]
GUARDED: list[tuple[str, ModuleType, str, Wrong]] = [
    ("limits that loosen at once", safeguard, "_fewer", looser),
    ("an exclusion that ends at once", safeguard, "after", lambda at, _span: at),
]


@pytest.mark.parametrize("check", [rules_are_fair, safeguards_hold])
def test_without_a_mistake_all_is_green(check: Callable[[], bool]) -> None:
    assert check()
    assert is_sound(0)
    assert total([award(close())], Progress()) > 0


@pytest.mark.parametrize(("module", "name", "wrong"), [one[1:] for one in FAIR],
                         ids=[one[0] for one in FAIR])  # fmt: skip
def test_unfair_rules_are_seen(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, wrong: Wrong
) -> None:
    monkeypatch.setattr(module, name, wrong)
    assert not rules_are_fair()


@pytest.mark.parametrize(("module", "name", "wrong"), [one[1:] for one in GUARDED],
                         ids=[one[0] for one in GUARDED])  # fmt: skip
def test_broken_safeguards_are_seen(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, wrong: Wrong
) -> None:
    monkeypatch.setattr(module, name, wrong)
    assert not safeguards_hold()


@pytest.mark.parametrize(("module", "name", "wrong"), [one[1:] for one in LIVES],
                         ids=[one[0] for one in LIVES])  # fmt: skip
def test_broken_lives_are_seen(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, wrong: Wrong
) -> None:
    monkeypatch.setattr(module, name, wrong)
    assert not lives_are_sound()
