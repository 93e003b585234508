"""Causes that concern lines of files: all of a file's faults are named at once."""

from typing import ClassVar, TypeAlias

from attrs import frozen


@frozen
class LineFault:
    """One field of one line cannot be used: `line` counts from 1, `fault` is a stable word."""

    code: ClassVar[str] = "line_fault"
    line: int
    field: str
    fault: str


FileFault: TypeAlias = LineFault
