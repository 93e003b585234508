"""Rules about names, texts and the repository as a whole."""

import ast
import re
import subprocess
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from functools import cache

from tests.tidy.rule import ROOT, File, Finding, Rule, snake

VAGUE = {"utils", "helpers", "common", "models", "services", "managers", "base", "misc"}
SOURCE = re.compile(r"(docs/[\w/.-]+\.md)#([\w.-]*\w)")
HEADING = re.compile(r"^#+\s+(.*)$", re.MULTILINE)
ANCHOR = re.compile(r'<a (?:id|name)="([^"]+)"')
EVENT_TYPE = re.compile(r"astra\.[a-z_]+\.[a-z0-9_]+\.v[1-9][0-9]*")
# One letter of each stands in brackets, so that this file does not break its own rule.
FOREIGN = re.compile(
    r"(?<![\w.])/wor[k]/|\.\./\.librar[y]|/opt/pyp[i]|/opt/wheel[s]"
    r"|pypi\.or[g]|files\.pythonhoste[d]|registry\.npmj[s]"
    r"|(?i:\b(?:claud[e]|chatgp[t]|copilo[t]|language mode[l])\b)"
    r"|\b(?:DOMAIN[S]|FORMULA[S]|ENDPOINT[S]|FEATURE[S]|RELIABILIT[Y]|SPIN[E]|STAC[K]) S?[0-9]"
    r"|\bA[I] (?:agent|assistant|model)|(?i:\bissue[s]? #?[0-9]+\b)"
)
UNFINISHED = re.compile(r"TOD[O]|FIXM[E]|\bXX[X]\b|NotImplementedErro[r]|pragma: no cove[r]")


# Codes that the public interface fixes by another name than their class has.
FIXED_CODES = {"unauthenticated", "token_expired", "invalid_request", "not_found"}
FIXED_CODES |= {"internal_error"}


@cache
def anchors(document: str) -> frozenset[str]:
    """What can be linked to in a document: its headings as slugs, and its `<a id>`s."""
    path = ROOT / document
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return frozenset([*map(slug, HEADING.findall(text)), *ANCHOR.findall(text)])


def slug(heading: str) -> str:
    """
    >>> slug("P&L of a linear position: `linear_pnl`")
    'pl-of-a-linear-position-linear_pnl'
    """
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def lost_source(file: File) -> Iterator[Finding]:
    for number, line in enumerate(file.text.splitlines(), start=1):
        for document, anchor in SOURCE.findall(line):
            if anchor not in anchors(document):
                yield number, f"{document} has no #{anchor}"


def vague_name(file: File) -> Iterator[Finding]:
    parts = file.path.removesuffix(".py").split("/")
    for part in parts:
        if part in VAGUE:
            yield 1, f"nothing here is called `{part}`"


def unfinished(file: File) -> Iterator[Finding]:
    for number, line in enumerate(file.text.splitlines(), start=1):
        if UNFINISHED.search(line):
            yield number, line.strip()


def error_code(file: File) -> Iterator[Finding]:
    for name, line, code in class_constants(file, "code"):
        if code != snake(name) and code not in FIXED_CODES:
            yield line, f"{name} has code {code!r}, not {snake(name)!r}"


def complaint(file: File) -> Iterator[Finding]:
    for name, line, code in class_constants(file, "code"):
        if code not in FIXED_CODES and name.endswith(("Error", "Exception")):
            yield line, f"{name}: an error is a fact, the union has the suffix"


def class_constants(file: File, name: str) -> Iterator[tuple[str, int, str]]:
    """Class, line and text of every `name: ClassVar[str] = "text"`."""
    for node in ast.walk(file.tree):
        if not isinstance(node, ast.ClassDef):
            continue
        for item in node.body:
            if (
                isinstance(item, ast.AnnAssign)
                and isinstance(item.target, ast.Name)
                and item.target.id == name
                and isinstance(item.value, ast.Constant)
                and isinstance(item.value.value, str)
            ):
                yield node.name, item.lineno, item.value.value


def event_type(file: File) -> Iterator[Finding]:
    for name, line, kind in class_constants(file, "TYPE"):
        if not EVENT_TYPE.fullmatch(kind):
            yield line, f"{name} has type {kind!r}, not astra.<domain>.<event>.v<n>"
        elif snake(name) not in {kind.split(".")[2], f"{kind.split('.')[2]}_{kind.split('.')[3]}"}:
            yield line, f"{name} has type {kind!r}: class and event have different names"


def doubled(found: Iterable[File], name: str) -> list[str]:
    """Texts of `name` that more than one class states."""
    seen = Counter(text for file in found for _, _, text in class_constants(file, name))
    return sorted(text for text, count in seen.items() if count > 1)


def unregistered(found: Iterable[File], known: Container[str]) -> list[str]:
    """Types of event classes that the catalog does not hold."""
    stated = {text for file in found for _, _, text in class_constants(file, "TYPE")}
    return sorted(text for text in stated if text not in known)


def texts() -> Iterator[tuple[str, str]]:
    """Every text file of the repository, as git lists them: committed, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    for name in listed:
        path = ROOT / name
        if path.is_file():
            content = path.read_bytes()
            if b"\0" not in content:
                yield name, content.decode("utf-8", errors="replace")


def foreign_talk(text: str) -> Iterator[Finding]:
    """The repository speaks of the product, not of what made it, nor of papers it does not hold."""
    for number, line in enumerate(text.splitlines(), start=1):
        found = FOREIGN.search(line)
        if found is not None:
            yield number, f"speaks of {found[0]!r}"


PRODUCT = ("astracore/", "adapters/", "shell/")
CAUSE = '@frozen\nclass {name}:\n    code: ClassVar[str] = "{code}"\n'
EVENT = '@frozen\nclass Opened:\n    TYPE: ClassVar[str] = "{kind}"\n'
RULES = (
    Rule(
        name="every Source: anchor exists",
        where=PRODUCT,
        find=lost_source,
        planted='"""Source: docs/formulas.md#there-is-no-such-thing."""\n',
        fine='"""Source: docs/formulas.md#formulas."""\n',
    ),
    Rule(
        name="no vague names",
        where=(*PRODUCT, "tests/", "property_tests/"),
        find=vague_name,
        planted="",
        fine="",
        planted_path="astracore/trading/utils.py",
    ),
    Rule(
        name="nothing unfinished",
        where=PRODUCT,
        find=unfinished,
        planted="# T0DO: later\n".replace("0", "O"),
        fine="# later\n",
    ),
    Rule(
        name="error codes are the snake case of their class",
        where=PRODUCT,
        find=error_code,
        planted=CAUSE.format(name="BelowLot", code="too_small"),
        fine=CAUSE.format(name="BelowLot", code="below_lot"),
    ),
    Rule(
        name="errors are facts",
        where=PRODUCT,
        find=complaint,
        planted=CAUSE.format(name="LotError", code="lot_error"),
        fine=CAUSE.format(name="BelowLot", code="below_lot"),
    ),
    Rule(
        name="event types name their class",
        where=("astracore/",),
        find=event_type,
        planted=EVENT.format(kind="astra.trading.closed.v1"),
        fine=EVENT.format(kind="astra.trading.opened.v1"),
    ),
)
