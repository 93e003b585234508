"""XP, level, streak and board of a player who has really earned them: the demo's bot."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from adapters.clock import SystemClock
from adapters.security.tokens import Tokens, key_from
from astracore.ids import UserId

pytestmark = pytest.mark.slow
BEGIN = 1_709_510_400_000  # 2024-03-04, in milliseconds since 1970
MINUTES = 990  # it ends on the way up, so that the bot is long and no live price liquidates it
TIDE = 180  # minutes from one high to the next


def wave(minute: int) -> int:
    """A triangle between 6,000 and 6,900: averages cross it, and trades earn or lose plainly."""
    place = minute % TIDE
    return 6000 + 10 * min(place, TIDE - place)


def candles() -> str:
    """A CSV of minute candles over sixteen hours of one day."""
    lines = ["open_time,open,high,low,close,volume,close_time"]
    for minute in range(MINUTES):
        at = BEGIN + minute * 60_000
        start, end = wave(minute), wave(minute + 1)
        prices = f"{start},{max(start, end)},{min(start, end)},{end}"
        lines.append(f"{at},{prices},50,{at + 59_999}")
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the demo was played."""
    folder = tmp_path_factory.mktemp("played")
    file = folder / "candles.csv"
    file.write_text(candles())
    command = [
        sys.executable,
        "-m",
        "shell.cli",
        "demo",
        "--candles",
        str(file),
        "--data",
        str(folder),
    ]
    done = subprocess.run([*command, "--qty", "0.1"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (folder / "statement.txt").write_text(done.stdout)
    return folder


@pytest.fixture
def page(chrome: Browser, service: str, data: Path) -> Iterator[Page]:
    """The dashboard as the bot sees it: signed in with a token of the house's key."""
    context = chrome.new_context(viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    opened.goto(service)
    rows = opened.evaluate("fetch('/v1/leaderboards/xp').then((answer) => answer.json())")["items"]
    bot: dict[str, Any] = rows[0]
    tokens = Tokens(key_from(data / "token.key").unwrap())
    token = tokens.make(UserId(bot["user_id"]), (), SystemClock().now())
    user = {"user_id": bot["user_id"], "username": bot["username"]}
    opened.evaluate(
        "(kept) => localStorage.setItem('astratrade.session', JSON.stringify(kept))",
        {"token": token, "user": user},
    )
    opened.reload()
    yield opened
    context.close()


def stated(data: Path, name: str) -> str:
    """One figure of the demo's statement."""
    found = re.search(rf"^{name} +(\S+)", (data / "statement.txt").read_text(), re.MULTILINE)
    assert found is not None, name
    return found[1]


def test_what_was_earned_is_shown(page: Page, data: Path) -> None:
    """XP, level, streak, own row on the board, fees: as the statement says."""
    expect(page.locator("#xp-total")).to_have_text(f"{stated(data, 'XP')} XP")
    assert int(stated(data, "XP")) > 0
    expect(page.locator("#xp-level")).to_have_text(stated(data, "level"))
    lapsed = re.compile(f"^(0|{stated(data, 'streak')})$")  # its days are long over: a job ends it
    expect(page.locator("#xp-streak b")).to_have_text(lapsed)
    mine = page.locator("#board .rank.me")
    expect(mine).to_contain_text("You")
    expect(mine.locator(".score")).to_contain_text(stated(data, "XP"))
    whole, _, tail = stated(data, "fees").partition(".")
    expect(page.locator("#p-fees")).to_have_text(f"{int(whole):,}.{tail:<02}")


def test_gains_are_celebrated_once(page: Page) -> None:
    """More XP shows what was gained, another level is feasted, the same again shows nothing."""
    work = """async ([before, now]) => {
      const main = document.querySelector("script[type=module]").src;
      const { celebrate } = await import(main.replace("main.js", "pilot.js"));
      celebrate(before, now);
    }"""
    base = {"xp": 90, "level": 1, "streak": 2}
    page.evaluate(work, [base, base])
    assert page.locator("#award").inner_text() == ""
    page.evaluate(work, [base, {**base, "xp": 95}])
    expect(page.locator(".gain-pill")).to_contain_text("+5 XP")
    page.evaluate(work, [base, {**base, "xp": 120, "level": 2}])
    expect(page.locator(".level-up")).to_contain_text("Level 2 reached")
    assert page.locator(".spark").count() > 10


def test_calm_visitors_see_no_sparks(page: Page) -> None:
    """With reduced motion the level is told, without fireworks."""
    page.emulate_media(reduced_motion="reduce")
    work = """async () => {
      const main = document.querySelector("script[type=module]").src;
      const { celebrate } = await import(main.replace("main.js", "pilot.js"));
      celebrate({ xp: 90, level: 1 }, { xp: 120, level: 2, streak: 1 });
    }"""
    page.evaluate(work)
    expect(page.locator(".level-up")).to_be_visible()
    assert page.locator(".spark").count() == 0
