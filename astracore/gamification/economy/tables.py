"""The report as text."""

from collections.abc import Sequence
from itertools import zip_longest

from astracore.gamification.economy.report import Report
from astracore.gamification.sources import LeagueName


def tables(report: Report) -> str:
    """Four tables and the promises, one after the other."""
    return "\n".join(
        (
            f"{report.traders} traders, {report.days} days",
            "",
            _characters(report),
            _days(report),
            _levels(report),
            _leagues(report),
            *(f"{'kept' if one.kept else 'BROKEN'}: {one.promise}" for one in report.checks),
            "",
        )
    )


def _characters(report: Report) -> str:
    heads = ("character", "traders", "XP p10", "p50", "p90", "level p10", "p50", "p90")
    rows = [
        (row.character.value, *map(str, (row.traders, *row.xp, *row.levels)))
        for row in report.characters
    ]
    return table([heads, *rows])


def _days(report: Report) -> str:
    heads = ("XP a day", "quarter 1", "2", "3", "4", "best day under caps")
    rows = [
        (
            row.character.value,
            *(f"{tenths // 10}.{tenths % 10}" for tenths in row.quarters),
            str(row.most_capped),
        )
        for row in report.characters
    ]
    return table([heads, *rows])


def _levels(report: Report) -> str:
    heads = ("level", "reached by", "days p10", "p50", "p90")
    rows = [
        (
            str(row.level),
            f"{100 * row.reached // max(1, report.traders)} %",
            *(str(days) if row.reached else "-" for days in row.days),
        )
        for row in report.levels
    ]
    return table([heads, *rows])


def _leagues(report: Report) -> str:
    heads = ("league after day", *(league.value for league in LeagueName))
    looks = zip(report.looks, report.leagues, strict=True)
    rows = [(str(day), *map(str, counts)) for day, counts in looks]
    return table([heads, *rows])


def table(rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell, the first to the left and the others to the right.

    >>> print(table([("a", "bb"), ("ccc", "d")]), end="")
    a    bb
    ccc   d
    """
    widths = [max(map(len, cells)) for cells in zip_longest(*rows, fillvalue="")]
    lines = [
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=False))
        ).rstrip()
        for row in rows
    ]
    return "".join(f"{line}\n" for line in lines)
