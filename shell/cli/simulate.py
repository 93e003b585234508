"""`astra simulate economy`: a year of the game's rules for a whole population."""

import argparse
import json
import sys
from pathlib import Path

from attrs import asdict

from astracore.gamification.economy.picture import picture
from astracore.gamification.economy.report import Report, report
from astracore.gamification.economy.simulation import Economy, economy, population, years
from astracore.gamification.economy.tables import tables
from astracore.gamification.game_rules import GameRules
from astracore.outcome import is_failure
from shell.cli.main import complain
from shell.cli.progress import Bar

HELP = """\
Casual, grinder, washer, multi-accounter and whale play by the rules for a year: XP a day, days to
each level, who is in which league. Ends with 1 when a cap was exceeded or farming paid.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to simulate, and how large."""
    parser.epilog = HELP
    parser.add_argument("what", choices=("economy",), help="the economy of the game")
    parser.add_argument("--traders", type=int, default=1000, help="default 1000")
    parser.add_argument("--days", type=int, default=365, help="default 365")
    parser.add_argument(
        "--seed", type=int, default=1, help="default 1: the same seed, the same run"
    )
    parser.add_argument("--plot", type=Path, metavar="FILE", help="write a picture (SVG)")
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(given: argparse.Namespace) -> int:
    """0 when every promise of the rules held, 1 when not, 2 when the sizes cannot be used."""
    wanted = economy(given.traders, given.days, given.seed)
    if is_failure(wanted):
        return complain(f"{wanted.failure().window} is no number of traders or days to simulate")
    found = simulated(wanted.unwrap())
    if given.plot is not None:
        given.plot.write_text(picture(found), encoding="utf-8")
    sys.stdout.write(told(found, as_json=given.json))
    return 0 if found.sound else 1


def simulated(wanted: Economy) -> Report:
    """Everybody's year, with a bar that shows how far it is."""
    rules, bar, made = GameRules(), Bar("simulating"), []
    total = len(population(wanted))
    for year in years(wanted, rules):
        made.append(year)
        bar.show(len(made), total)
    bar.end()
    return report(made, rules)


def told(found: Report, *, as_json: bool) -> str:
    """Tables for people, one object for programs."""
    return json.dumps(asdict(found)) + "\n" if as_json else tables(found)
