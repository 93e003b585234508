"""What the documents say is true: their examples run, and generated pages are up to date."""

import doctest
import re
from pathlib import Path

import pytest

from docs.event_page import events_page
from docs.generate import EVENTS, PAGE, errors_page
from tests.tidy.texts import anchors

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?://)([^)#\s]*)(?:#([^)\s]+))?\)")
each = pytest.mark.parametrize("path", DOCUMENTS, ids=[path.name for path in DOCUMENTS])


@each
def test_the_examples_run(path: Path) -> None:
    outcome = doctest.testfile(str(path), module_relative=False, encoding="utf-8")
    assert outcome.failed == 0


def test_the_readme_and_the_formulas_have_examples() -> None:
    for name in ("README.md", "docs/formulas.md"):
        assert ">>> " in (ROOT / name).read_text(encoding="utf-8")


@each
def test_every_link_leads_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for name, anchor in LINK.findall(text):
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), f"{path.name} links to {name}"
        if anchor:
            assert anchor in anchors(target.relative_to(ROOT).as_posix()), f"{name}#{anchor}"


def test_the_page_of_errors_is_up_to_date() -> None:
    """When this fails: .venv/bin/python docs/generate.py"""
    assert PAGE.read_text(encoding="utf-8") == errors_page()


def test_the_page_of_events_is_up_to_date() -> None:
    """When this fails: .venv/bin/python docs/generate.py"""
    assert EVENTS.read_text(encoding="utf-8") == events_page()
