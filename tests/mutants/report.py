"""The page of a run: figures by package and kind, and every survivor with its reason."""

from collections import Counter
from collections.abc import Mapping

from tests.mutants.trial import DEAD, Order, Outcome, Trial
from tests.tidy.rule import ROOT

REASONS = ROOT / "tests" / "mutants" / "equivalent.txt"
NOTES = ROOT / "tests" / "mutants" / "notes.txt"  # how the figures of samples moved, and why
HEAD = (
    "| package | mutants | tried | killed | by running too long | alive | of them explained "
    "| killed % | killed or explained % |"
)


def reasons() -> dict[str, str]:
    """Why a mutant changes nothing: a line with its key, then an indented line with the reason."""
    found, key = {}, ""
    for line in REASONS.read_text(encoding="utf-8").splitlines():
        if line.startswith("    "):
            found[key] = line.strip()
        elif line and not line.startswith("#"):
            key = line
    return found


def told(order: Order, trial: Trial) -> str:
    """The whole page, as Markdown."""
    outcomes, known = trial.outcomes, reasons()
    lines = [
        "# Mutants",
        "",
        "Small mistakes, planted one at a time into the mathematics: the tests that reach the",
        "changed line must turn red. Made by `./run mutants --write docs/mutants.md`; how it works",
        "and why it is ours: [decision 0011](decisions/0011-mutants-in-forked-children.md).",
        "",
        *NOTES.read_text(encoding="utf-8").splitlines(),
        "",
        f"Seed {order.seed}, {len(outcomes)} of {trial.available.total()} mutants:",
        "",
        HEAD,
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for package in order.packages:
        of_it = [one for one in outcomes if one.mutant.package == package]
        lines.append(row(package, trial.available[package], of_it, known))
    lines += [row("all", trial.available.total(), outcomes, known), ""]
    lines += ["| kind of mistake | tried | alive |", "|---|---|---|"]
    kinds = Counter(one.mutant.kind for one in outcomes)
    alive = Counter(one.mutant.kind for one in outcomes if one.status not in DEAD)
    lines += [f"| {kind} | {kinds[kind]} | {alive[kind]} |" for kind in sorted(kinds)]
    lines += [
        "",
        "## Alive: why each changes nothing, or NOT EXPLAINED, which is a gap in the tests",
        "",
    ]
    for one in sorted(outcomes, key=lambda one: one.mutant.key):
        if one.status not in DEAD:
            lines += [f"- {one.mutant.key}", f"  **{known.get(one.mutant.key, 'NOT EXPLAINED')}**"]
    return "\n".join(lines) + "\n"


def row(name: str, available: int, outcomes: list[Outcome], known: Mapping[str, str]) -> str:
    counts = Counter(one.status for one in outcomes)
    dead, tried = sum(counts[status] for status in DEAD), len(outcomes)
    same = sum(1 for one in outcomes if one.status not in DEAD and one.mutant.key in known)
    shares = [f"{100 * part / tried:.1f}" if tried else "-" for part in (dead, dead + same)]
    figures = (available, tried, dead, counts["timed out"], tried - dead, same, *shares)
    return "| " + " | ".join([name, *map(str, figures)]) + " |"
