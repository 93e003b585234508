"""Every word that accounts say in stories that go through all their rules, and how they end.

The words stand in `stories_told.txt`; a rule that is changed on purpose writes them anew with
`python -m tests.trading.test_kept_stories`, and whoever reads the change sees each figure move.
"""

from pathlib import Path

import pytest

from tests.trading.stories import told
from tests.trading.stories_fees import FEES
from tests.trading.stories_fields import FIELDS
from tests.trading.stories_lists import LISTS
from tests.trading.stories_money import MONEY
from tests.trading.stories_orders import ORDERS
from tests.trading.stories_waiting import WAITING

FILE = Path(__file__).with_name("stories_told.txt")
STORIES = {**ORDERS, **FEES, **FIELDS, **WAITING, **LISTS, **MONEY}


def kept() -> dict[str, str]:
    """What was said, by the name of its story."""
    parts = FILE.read_text(encoding="utf-8").split("## ")[1:]
    return {part.partition("\n")[0]: part.partition("\n")[2].strip() for part in parts}


@pytest.mark.parametrize("name", STORIES)
def test_every_word_is_kept(name: str) -> None:
    assert told(STORIES[name]) == kept()[name]


def test_no_story_is_forgotten() -> None:
    assert list(kept()) == list(STORIES)


if __name__ == "__main__":
    text = "\n\n".join(f"## {name}\n{told(story)}" for name, story in STORIES.items())
    FILE.write_text(text + "\n", encoding="utf-8")
