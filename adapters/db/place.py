"""Where bytes stand in bytes: the two databases have the function under other names."""

from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class place(FunctionElement[int]):  # noqa: N801 - reads as the function that it is
    """place(body, text): where `text` begins in `body`, from 1; 0 when it is not there."""

    type = BigInteger()
    inherit_cache = True


@compiles(place, "sqlite")
def in_sqlite(element: place, compiler: SQLCompiler, **given: Any) -> str:  # noqa: ANN401
    """instr(body, text)."""
    return f"instr({compiler.process(element.clauses, **given)})"


@compiles(place, "postgresql")
def in_postgresql(element: place, compiler: SQLCompiler, **given: Any) -> str:  # noqa: ANN401
    """position(text in body)."""
    body, text = (compiler.process(one, **given) for one in element.clauses)
    return f"position({text} in {body})"
