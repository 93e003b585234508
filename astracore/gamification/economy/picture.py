"""The report as a picture: who is in which league, and how long levels take. SVG, in integers."""

from collections.abc import Sequence

from astracore.gamification.economy.report import LevelRow, Report
from astracore.gamification.sources import LeagueName

WIDTH, HEIGHT, EDGE, GAP = 960, 420, 50, 40
COLOURS = ("#8d99ae", "#4895ef", "#43aa8b", "#f9c74f", "#f3722c")
INK, PALE = "#22223b", "#c9cbd8"


def picture(report: Report) -> str:
    """Left the leagues after so many days, right the days to each level (p10 to p90, a dot at p50).

    Few reach the high levels, and those are fast: so each line says how many it tells of.
    """
    half = (WIDTH - 2 * EDGE - GAP) // 2
    left, right = EDGE, EDGE + half + GAP
    parts = (
        _text(left, 24, f"share of {report.traders} traders in each league, after days"),
        *_bars(report, left, half),
        _text(right, 24, "days to a level: p10 - p50 - p90 of those who reached it"),
        *_spans(report, right, half),
        *_legend(left),
    )
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="sans-serif" font-size="12">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n{body}\n</svg>\n'
    )


def _text(x: int, y: int, words: str, colour: str = INK) -> str:
    return f'<text x="{x}" y="{y}" fill="{colour}">{words}</text>'


def _box(x: int, y: int, size: tuple[int, int], colour: str) -> str:
    return f'<rect x="{x}" y="{y}" width="{size[0]}" height="{size[1]}" fill="{colour}"/>'


def _bars(report: Report, left: int, width: int) -> tuple[str, ...]:
    """One bar for each month, the lowest league at the bottom."""
    top, bottom = EDGE, HEIGHT - EDGE - 20
    each = width // max(1, len(report.leagues))
    drawn = []
    for month, (day, counts) in enumerate(zip(report.looks, report.leagues, strict=True)):
        floor, seen = bottom, 0
        for colour, count in zip(COLOURS, counts, strict=False):
            seen += count
            y = bottom - (bottom - top) * seen // max(1, report.traders)
            drawn.append(_box(left + month * each, y, (max(1, each - 4), floor - y), colour))
            floor = y
        drawn.append(_text(left + month * each, bottom + 16, str(day)))
    return tuple(drawn)


def _spans(report: Report, left: int, width: int) -> tuple[str, ...]:
    """One line for each level that anybody reached."""
    rows = [row for row in report.levels if row.reached]
    return tuple(
        part
        for place, row in enumerate(rows)
        for part in _span(row, (left, EDGE + 20 + place * 36), width, report)
    )


def _span(row: LevelRow, at: tuple[int, int], width: int, report: Report) -> Sequence[str]:
    left, y = at
    start = left + 70
    days, share = max(1, report.days), 100 * row.reached // max(1, report.traders)
    low, middle, high = (start + (width - 90) * day // days for day in row.days)
    words = f"{row.days[0]} - {row.days[1]} - {row.days[2]} d, {share} % of all"
    return (
        _text(left, y + 4, f"level {row.level}"),
        _box(start, y, (width - 90, 1), PALE),
        _box(low, y - 3, (max(2, high - low), 7), COLOURS[1]),
        f'<circle cx="{middle}" cy="{y}" r="5" fill="{INK}"/>',
        _text(start, y + 18, words, "#6b6d7f"),
    )


def _legend(left: int) -> tuple[str, ...]:
    """What the colours stand for."""
    return tuple(
        part
        for place, (colour, league) in enumerate(zip(COLOURS, LeagueName, strict=True))
        for part in (
            _box(left + place * 90, HEIGHT - 26, (12, 12), colour),
            _text(left + place * 90 + 18, HEIGHT - 16, league.value),
        )
    )
