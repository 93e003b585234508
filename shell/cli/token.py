"""`astra token`: a bearer token for an operator, made with the key of the data folder."""

import argparse
import re
import sys

from adapters.clock import SystemClock
from adapters.security.tokens import Tokens, key_from
from astracore.outcome import is_failure
from shell.cli.main import complain, data_argument

ROLES = ("admin", "finance", "ops")
KEY = "token.key"
NAME = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whom the token speaks for."""
    parser.add_argument("--name", default="operator", help="who will hold it")
    parser.add_argument("--role", action="append", choices=ROLES, help="default: all of them")
    data_argument(parser)


def run(given: argparse.Namespace) -> int:
    """Print the token; 2 when the key cannot be used."""
    if NAME.fullmatch(given.name) is None:
        return complain("--name: 1 to 64 letters, digits and . _ - are needed")
    if not given.data.is_dir():
        return complain(f"{given.data}: no such folder; `astra serve` makes it at its first start")
    key = key_from(given.data / KEY)
    if is_failure(key):
        return complain(f"{key.failure().path} is not 32 bytes that only its owner may read")
    roles = tuple(given.role or ROLES)
    made = Tokens(key.unwrap()).make(f"staff:{given.name}", roles, SystemClock().now())
    sys.stdout.write(made + "\n")
    return 0
