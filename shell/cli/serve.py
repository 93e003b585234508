"""`astra serve`: the service with the simulated venue, on the embedded database."""

import argparse
import os
import sys

from adapters.clock import SystemClock
from adapters.security.tokens import Tokens, key_from
from astracore.outcome import is_failure
from shell.app import StartRefusedError, serve
from shell.cli.main import complain
from shell.cli.token import KEY, ROLES
from shell.config import Config, config
from shell.heap import settle_down


def arguments(parser: argparse.ArgumentParser) -> None:
    """What may be set; each of these is also an environment variable ASTRA_<NAME>."""
    parser.add_argument("--data", help="the folder of the database and keys (default: data)")
    parser.add_argument("--database", help="postgresql://… instead of a file in the data folder")
    parser.add_argument("--cache", help="off (default), memory, or redis://… shared by processes")
    parser.add_argument("--bus", help="redis://… to tell other programs of events (default: none)")
    parser.add_argument("--host", help="the address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", help="the port to listen on, 0 for a free one (default: 8080)")
    parser.add_argument("--seed", help="what the simulated prices start from (default: 7)")
    parser.add_argument("--candles", help="play this CSV of minute candles as the market")
    parser.add_argument("--symbol", help="the market that the candles are of (default: BTC-USD)")
    parser.add_argument("--speed", help="how many minutes of candles in one (default: 60)")
    parser.add_argument("--domains", help="which domains, with commas (default: all of them)")
    parser.add_argument("--log-level", help="debug, info, warning or error (default: info)")


def run(given: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C: 0; 2 when the service cannot start."""
    settings = config(None, **vars(given))
    if is_failure(settings):
        return complain(*(f"{fault.name}: {fault.why}" for fault in settings.failure()))
    chosen = settings.unwrap()
    settle_down()
    try:
        serve(chosen, lambda address: announce(chosen, address))
    except StartRefusedError as trouble:
        return complain(*str(trouble).split("\n"))
    except OSError as trouble:
        if trouble.filename is not None:
            raise
        number = trouble.errno or 0
        why = os.strerror(number) if number > 0 else str(trouble.strerror)
        return complain(f"cannot listen on {chosen.host}:{chosen.port} (--port): {why.lower()}")
    return 0


def announce(chosen: Config, address: str) -> None:
    """Say what to open, once it answers."""
    lines = [
        f"AstraTrade is up: {address}",
        f"  dashboard   {address}/",
        f"  API         {address}/docs",
        f"  data        {chosen.data.resolve()}",
    ]
    key = key_from(chosen.data / KEY)
    if not is_failure(key) and sys.stdout.isatty():
        token = Tokens(key.unwrap()).make("staff:operator", ROLES, SystemClock().now())
        lines.append(f"  operator    {token}")
    else:
        lines.append("  operator    `astra token` prints a bearer token for the books")
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
