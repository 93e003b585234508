"""The lines of an export: the one text of each, and the one strict way back.

docs/export-format.md describes them for those who read them with other programs.
"""

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import frozen
from returns.result import Failure, Result, Success

FORMAT = 1
LINE_MAX = 64 * 1024 * 1024  # [bytes] of one line
LOG, CHAIN, STREAM, CATEGORY = "log", "chain", "stream", "category"
SHAPES: Mapping[str, tuple[tuple[str, type], ...]] = {
    "export": (("export", str), ("format", int), ("of", str)),
    "entry": (("entry", str), ("hash", str), ("body", str)),
    "event": (("event", str), ("hash", str)),
    "key": (("key", str), ("hash", str)),
    "decision": (("decision", str), ("hash", str)),
    "subject": (("subject", str), ("hash", str)),
    "end": (("end", str), ("lines", int)),
}


@frozen
class BadExport:
    """An export is not one, or not whole: `line` (from 1) is the first that is wrong."""

    code: ClassVar[str] = "bad_export"
    line: int
    why: str


@frozen(kw_only=True)
class Line:
    """One line: its first name says what `said` is."""

    kind: str
    said: dict[str, Any]

    @property
    def text(self) -> str:
        """What is told, and hashed where the line has a hash."""
        text: str = self.said[self.kind]
        return text


def written(said: Mapping[str, object]) -> str:
    """The one text of a line."""
    return json.dumps(said, ensure_ascii=False)


def line_in(number: int, raw: bytes) -> Result[Line, BadExport]:
    """Read the `number`-th line, which is in its one text.  Errors: BadExport."""
    fault = Failure(BadExport(number, "not a line of an export"))
    if not raw.endswith(b"\n"):
        return Failure(BadExport(number, "the file was cut in this line"))
    try:
        said = json.loads(raw)
        if not isinstance(said, dict) or written(said).encode() + b"\n" != raw:
            return fault
    except (ValueError, RecursionError):
        return fault
    shape = tuple((name, type(one)) for name, one in said.items())
    kind = shape[0][0] if shape else ""
    return Success(Line(kind=kind, said=said)) if SHAPES.get(kind) == shape else fault
