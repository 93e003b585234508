"""Writes docs/errors.md and docs/events.md: `.venv/bin/python docs/generate.py`."""

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import attrs

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "errors.md"
EVENTS = ROOT / "docs" / "events.md"
HEAD = """\
# Errors

Every way the product says no. A code is stable: it never changes its meaning. In the library a
cause is a frozen value of the class named here; over HTTP it is a problem document (RFC 9457) whose
`code` is the one below. A dash for the status means that the cause does not leave the library.

This page is generated from the classes by `docs/generate.py`; a test compares the two.
"""


def causes(package: str) -> list[tuple[str, str, type]]:
    """Area, code and class of every cause in the modules of `package`, by code."""
    found = importlib.import_module(package)
    names = [package]
    if hasattr(found, "__path__"):
        names += [f"{package}.{item.name}" for item in pkgutil.iter_modules(found.__path__)]
    classes = [
        (name.rpartition(".")[2], item)
        for name in names
        for _, item in inspect.getmembers(importlib.import_module(name), inspect.isclass)
        if item.__module__ == name
    ]
    coded = [(area, getattr(item, "code", None), item) for area, item in classes]
    return sorted(
        ((area, code, item) for area, code, item in coded if isinstance(code, str)),
        key=lambda found: found[1],
    )


def row(cause: type, code: str, statuses: Mapping[str, int]) -> str:
    shape = cast("type[attrs.AttrsInstance]", cause)
    fields = ", ".join(f"`{field.name}`" for field in attrs.fields(shape))
    first = inspect.cleandoc(cause.__doc__ or "").split("\n\n")[0]
    meaning = " ".join(first.split()).replace("|", "\\|")
    status = statuses.get(code, "–")
    return f"| `{code}` | `{cause.__name__}` | {status} | {meaning} | {fields or '–'} |"


def errors_page() -> str:
    """The whole page."""
    answers = importlib.import_module("shell.problems").codes()
    statuses = {code: view.status for code, view in answers.items()}
    lines = [HEAD]
    for title, package in (("library", "astracore.errors"), ("service", "shell.http.faults")):
        found = causes(package)
        for area in sorted({name for name, _, _ in found}):
            lines += [f"## The {title}: {area}", "", "| code | class | status | meaning | fields |"]
            lines += ["|---|---|---|---|---|"]
            lines += [row(item, code, statuses) for name, code, item in found if name == area]
            lines += [""]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    PAGE.write_text(errors_page(), encoding="utf-8")
    pages = importlib.import_module("docs.event_page")
    EVENTS.write_text(pages.events_page(), encoding="utf-8")
