"""The tree keeps the house rules, and each rule finds the violation planted for it."""

import pytest

from astracore.catalog.registry import EVENT_TYPES
from tests.tidy import core, rings, size, texts
from tests.tidy.rule import ROOT, Rule, files, parsed

RULES = (*core.RULES, *rings.RULES, *size.RULES, *texts.RULES)
each_rule = pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])


@each_rule
def test_the_tree_keeps_the_rule(rule: Rule) -> None:
    broken = [
        f"{file.path}:{line}: {what}"
        for file in files()
        if rule.holds_for(file.path)
        for line, what in rule.find(file)
    ]
    assert not broken, f"{rule.name}:\n" + "\n".join(broken)


@each_rule
def test_the_rule_bites(rule: Rule) -> None:
    """A planted violation is found; its nearest lawful neighbour is not."""
    path = rule.planted_path or f"{rule.where[0]}planted.py"
    assert rule.holds_for(path)
    assert list(rule.find(parsed(path, rule.planted)))
    assert not list(rule.find(parsed(f"{rule.where[0]}planted.py", rule.fine)))


@each_rule
def test_rooms_apart_are_left_alone(rule: Rule) -> None:
    assert not any(rule.holds_for(f"{room}planted.py") for room in rule.apart)


@pytest.mark.parametrize("name", ["code", "TYPE"])
def test_codes_and_event_types_are_unique(name: str) -> None:
    """What an adapter reports leaves under the public code of the shell's fault: it is no twin.

    A route that is not there and a thing that is not there answer alike, on purpose.
    """
    public = [file for file in files() if file.path.startswith(("astracore/", "shell/"))]
    assert set(texts.doubled(public, name)) <= {"not_found"}
    twin = f'class A:\n    {name}: ClassVar[str] = "same"\n'
    assert texts.doubled([parsed("a.py", twin), parsed("b.py", twin)], name) == ["same"]


def test_every_event_class_is_registered() -> None:
    """By the texts of the core, not by what somebody remembered to import."""
    core = [file for file in files() if file.path.startswith("astracore/")]
    assert texts.unregistered(core, EVENT_TYPES) == []
    stray = 'class Forgotten:\n    TYPE: ClassVar[str] = "astra.trading.forgotten.v1"\n'
    assert texts.unregistered([parsed("a.py", stray)], EVENT_TYPES) == [
        "astra.trading.forgotten.v1"
    ]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git checkout: nothing to list")
def test_the_repository_speaks_of_the_product_alone() -> None:
    found = [
        f"{name}:{line}: {what}"
        for name, text in texts.texts()
        for line, what in texts.foreign_talk(text)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "planted", ["see /w0rk/main", "as C1aude wrote", "https://pyp1.org/simple"]
)
def test_foreign_talk_is_heard(planted: str) -> None:
    meant = planted.translate(str.maketrans("0", "o")).replace("C1", "Cl").replace("p1", "pi")
    assert list(texts.foreign_talk(meant))
    assert not list(texts.foreign_talk("the work of the issuer, in ../shared/data/market"))
