"""Staff list instruments and change them, each time with a reason."""

from typing import Annotated, TypeAlias

from returns.result import Failure, Result

from astracore.outcome import is_failure
from astracore.trading.types import Instrument
from shell import asked
from shell.desk import Desk
from shell.http.answers import Created
from shell.http.faults import NotFound
from shell.http.routes import Caller, IdempotencyKey, Role, Route, routes
from shell.listings import (
    InstrumentPatch,
    NewInstrument,
    instrument_answer,
    list_command,
    listed,
    update_command,
)

Admin: TypeAlias = Annotated[Caller, Role("admin")]


async def list_instrument(
    desk: Desk, caller: Admin, body: NewInstrument, key: IdempotencyKey
) -> Result[Created[Instrument], asked.Refused]:
    """List an instrument. It can be ordered from now on, and trades once it has a price."""
    intent = desk.intent(caller, "POST /instruments", key, body)
    return (await desk.run(intent, list_command(body, intent), instrument_answer)).map(listed)


async def update_instrument(
    desk: Desk, caller: Admin, symbol: str, body: InstrumentPatch
) -> Result[Instrument, asked.Refused | NotFound]:
    """Change an instrument or its status; what is delisted stays so. Later orders are judged by
    it; open ones keep what they were accepted with."""
    if symbol not in desk.markets.listed:
        return Failure(NotFound("instrument"))
    intent = desk.intent(caller, "PATCH /instruments", "", symbol, body)
    written = await desk.run(intent, update_command(symbol, body, intent))
    if is_failure(written):
        return written
    return written.map(lambda _done: desk.markets.listed[symbol])


ROUTES: tuple[Route, ...] = routes(
    "trading",
    ("POST", "/instruments", list_instrument),
    ("PATCH", "/instruments/{symbol}", update_instrument),
)
