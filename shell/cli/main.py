"""Which commands there are. Each is imported only when asked for, so that `--help` is instant."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

COMMANDS = {
    "serve": "run the service with the simulated venue and the dashboard",
    "demo": "play real candles through the command path with an SMA-cross bot",
    "pnl": "exact profit and loss from a CSV of your own fills",
    "simulate": "play a year of the game's rules for a whole population",
    "audit": "check the audit chain",
    "replay": "rebuild every read model and compare; decide again under other limits",
    "lag": "how far each read model is, and what is being rebuilt",
    "rebuild": "build read models anew beside the old rows, while they are served",
    "events": "every event type; follow what happens as JSON lines",
    "jobs": "the job queue of a running service: look, enqueue, cancel, retry, schedules",
    "show": "the state of any stream, now or as of any point of the past",
    "why": "why an order was refused, accepted or filled",
    "export": "write down the whole log, or one stream or category",
    "import": "fill an empty store from an export",
    "backup": "copy the whole store while it is being served",
    "restore": "make an empty store what a backup was",
    "doctor": "look at everything that can be wrong, and say what to do",
    "verify": "run published case files against the library",
    "migrate": "bring the database to the schema of this version",
    "token": "make a bearer token for an operator",
}
FILES = {"import": "importing"}  # a word that Python keeps for itself


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the answer is the exit code: 0 good, 1 found wrong, 2 misused."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(
        prog="astra",
        description="AstraTrade: exact, replayable trading.",
        epilog="\n".join(f"  {name:<9}{text}" for name, text in COMMANDS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS, metavar="command", help="one of those below")
    chosen = parser.parse_args(given[:1]).command
    module = importlib.import_module(f"shell.cli.{FILES.get(chosen, chosen)}")
    sub = argparse.ArgumentParser(prog=f"astra {chosen}", description=COMMANDS[chosen])
    module.arguments(sub)
    try:
        code: int = module.run(sub.parse_args(given[1:]))
    except BrokenPipeError:  # the reader of our output has gone: not our failure
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        complain("stopped")
        return 130
    except Exception as trouble:
        words = importlib.import_module("shell.cli.troubles").explained(trouble)
        if words is None:
            raise
        return complain(words)
    return code


def data_argument(parser: argparse.ArgumentParser) -> None:
    """`--data DIR`, with the one default that every command shares."""
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("ASTRA_DATA", "data")),
        help="the folder that holds the database and keys (default: $ASTRA_DATA or ./data)",
    )


def store_arguments(parser: argparse.ArgumentParser) -> None:
    """`--data DIR` and `--database ADDRESS`."""
    data_argument(parser)
    parser.add_argument(
        "--database",
        default=os.environ.get("ASTRA_DATABASE"),
        help="postgresql://… instead of the file in DIR (default: $ASTRA_DATABASE)",
    )


def complain(*lines: str) -> int:
    """Say on standard error why nothing was done; exit code 2."""
    for line in lines:
        sys.stderr.write(f"astra: {line}\n")
    return 2
