"""`astra demo --candles FILE`: a bot trades real candles and gets a statement."""

import argparse
import asyncio
import hashlib
import sys
from decimal import Decimal
from pathlib import Path

from returns.result import Result

from adapters.clock import SystemClock
from astracore.instants import SECOND
from astracore.marketdata.candles import Candle, gaps
from astracore.numeric import parse_amount, to_text
from astracore.outcome import is_failure
from astracore.strategies.sma_cross import SmaCross, sma_cross
from astracore.strategies.turns import stake
from astracore.trading.types import INSTRUMENTS
from shell.candlefile import candles_in
from shell.cli.main import complain, store_arguments
from shell.cli.progress import Bar
from shell.demo import CandleClock, DemoRefusedError, Player, Session
from shell.domains import ALL
from shell.logs import configure_logs
from shell.problems import meaning
from shell.runtime import running
from shell.statements import told
from shell.store import Store
from shell.stores import cannot_open, store_in
from shell.workers.leading import BEAT, LIFE, Candidate, candidate_on


def arguments(parser: argparse.ArgumentParser) -> None:
    """What is played, and how the bot trades."""
    parser.add_argument("--candles", type=Path, required=True, help="CSV of minute candles")
    parser.add_argument("--symbol", default="BTC-USD", choices=sorted(INSTRUMENTS))
    parser.add_argument("--fast", type=int, default=10, help="candles in the fast average")
    parser.add_argument("--slow", type=int, default=30, help="candles in the slow average")
    parser.add_argument("--qty", default="0.5", help="position size, in the base asset")
    store_arguments(parser)


def run(given: argparse.Namespace) -> int:
    """0 when the books balance, 1 when they do not, 2 when the demo cannot be played."""
    read = candles_of(given.candles)
    if isinstance(read, int):
        return read
    candles, digest = read
    rules = Result.do(
        (strategy, qty)
        for strategy in sma_cross(given.fast, given.slow, short=True)
        for parsed in parse_amount(given.qty)
        for qty in stake(parsed, INSTRUMENTS[given.symbol])
    )
    if is_failure(rules):
        fault = rules.failure()
        return complain(f"--fast, --slow, --qty: {fault.code}: {meaning(type(fault))}")
    opened = store_in(given.data, given.database, fictitious=True)
    if is_failure(opened):
        return complain(cannot_open(opened.failure()))
    session, store = session_of(given, rules.unwrap(), candles, digest), opened.unwrap()
    lead = None if given.database is None else candidate_on(store, SystemClock(), ALL)
    try:
        return asyncio.run(played(store, session, candles, lead))
    except DemoRefusedError as refusal:
        return complain(f"the books refused {refusal}: has the data folder another history?")


def candles_of(path: Path) -> tuple[tuple[Candle, ...], str] | int:
    """The candles of a file and the digest of its bytes, or an exit code with every fault named."""
    read = candles_in(path)
    return complain(*read.failure()) if is_failure(read) else read.unwrap()


def session_of(
    given: argparse.Namespace,
    rules: tuple[SmaCross, Decimal],
    candles: tuple[Candle, ...],
    digest: str,
) -> Session:
    """The session that this file and these parameters stand for."""
    strategy, qty = rules
    facts = (digest, given.symbol, str(given.fast), str(given.slow), to_text(qty))
    return Session(
        name=hashlib.sha256("\n".join(facts).encode()).hexdigest()[:32],
        instrument=INSTRUMENTS[given.symbol],
        strategy=strategy,
        qty=qty,
        start=candles[0].open_time,
    )


async def led_whole(lead: Candidate) -> bool:
    """Whether this process leads every domain: only then may it fold and fill here. The leases of
    somebody who was killed are waited for."""
    patience = lead.monotonic() + LIFE / SECOND + BEAT
    await lead.ask()
    while lead.term.domains != lead.domains:
        if lead.monotonic() > patience:
            await lead.let_go()
            return False
        await asyncio.sleep(BEAT)
        await lead.ask()
    return True


async def played(
    store: Store, session: Session, candles: tuple[Candle, ...], lead: Candidate | None = None
) -> int:
    """Play all candles and print the statement."""
    clock, bar = CandleClock(session.start), Bar("demo")
    configure_logs("error")
    if lead is not None and not await led_whole(lead):
        store.close()
        return complain("this database is being served: stop `astra serve`, or take another one")
    async with running(store, clock, lead) as runtime:
        player = Player(runtime=runtime, clock=clock, session=session)
        orders = await player.play(candles, len(candles), bar.show)
        bar.end()
        marks = {session.instrument.symbol: candles[-1].close}
        lines = store.read(
            lambda connection: told(connection, session.account_id, session.user_id, marks)
        )
    if is_failure(lines):
        return complain(f"the read models cannot be read: {lines.failure()}")
    missing = sum(gap.missing for gap in gaps(candles))
    first, last = candles[0].open_time, candles[-1].close_time
    sys.stdout.write(
        f"{session.instrument.symbol}, {len(candles)} candles, {missing} missing, "
        f"{first} to {last}\n"
        f"{session.username}: averages of {session.strategy.fast.window} and "
        f"{session.strategy.slow.window} candles, {orders} orders\n\n"
    )
    sys.stdout.write("\n".join(lines.unwrap()) + "\n")
    return 0 if lines.unwrap()[-1] == "unexplained: 0" else 1
