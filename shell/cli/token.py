"""`astra token`: a bearer token for an operator, made with the key of the data folder."""

import argparse
import sys

from adapters.clock import SystemClock
from adapters.security.tokens import Tokens, key_from
from astracore.outcome import is_failure
from shell.cli.main import complain, data_argument

ROLES = ("finance", "ops")
KEY = "token.key"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whom the token speaks for."""
    parser.add_argument("--name", default="operator", help="who will hold it")
    parser.add_argument("--role", action="append", choices=ROLES, help="default: all of them")
    data_argument(parser)


def run(given: argparse.Namespace) -> int:
    """Print the token; 2 when the key cannot be used."""
    given.data.mkdir(parents=True, exist_ok=True)
    key = key_from(given.data / KEY)
    if is_failure(key):
        return complain(f"{key.failure().path} is not 32 bytes that only its owner may read")
    roles = tuple(given.role or ROLES)
    made = Tokens(key.unwrap()).make(f"staff:{given.name}", roles, SystemClock().now())
    sys.stdout.write(made + "\n")
    return 0
