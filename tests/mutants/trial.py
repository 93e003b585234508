"""A pytest plugin: collects once, finds which test reaches which line, then forks for each mutant.

The child plants one mutant and runs the tests that reach it, the quick ones first, until one
fails. The processor time of each test is limited, so a busy machine kills no mutant.
"""

import ast
import gc
import os
import pickle
import random
import re
import resource
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Literal, TypeAlias

import coverage
import pytest
from attrs import frozen

from tests.mutants.catalogue import MATHEMATICS, Mutant, modules, mutants, tree_of
from tests.mutants.planting import living, made_by, plant, remembering
from tests.tidy.rule import ROOT

DEAD = ("killed", "timed out")
SURVIVED, KILLED, BROKEN = 0, 1, 3
PROCESSES = 2
BUDGET = 6.0  # seconds of tests for one mutant, as they take under the tracer without it
PATIENCE = (3.0, 6.0)  # seconds more, and how many times longer, than a test takes without mutant
PHASES: tuple[Literal["setup", "call"], ...] = ("setup", "call")
Reach: TypeAlias = dict[str, dict[int, set[str]]]  # file, line, the tests that run it


@frozen(kw_only=True)
class Order:
    """What to try: `count` of all mutants of the packages, chosen by `seed`."""

    seed: int
    count: int
    packages: tuple[str, ...] = MATHEMATICS


@frozen(kw_only=True)
class Outcome:
    mutant: Mutant
    status: str  # killed, timed out, survived, unreached, broken
    tests: int


@frozen(kw_only=True)
class Baseline:
    """What the unchanged code does: seconds and reach of each test, and which of them fail."""

    seconds: dict[str, float]
    reach: Reach
    failing: frozenset[str]


class Trial:
    """Holds the order and, after the session, the outcomes."""

    def __init__(
        self,
        order: Order,
        say: Callable[[str], None],
        *,
        alone: frozenset[str] = frozenset(),
        budget: float = BUDGET,
    ) -> None:
        """`alone`: of the sample only those of these keys, when there are any."""
        self.order = order
        self.budget = budget
        self.alone = alone
        self.say = say
        self.outcomes: list[Outcome] = []
        self.available: Counter[str] = Counter()
        self.seconds = 0.0

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        began = time.monotonic()
        items = {item.nodeid: item for item in session.items if concerns(item, self.order)}
        everything = [
            mutant for module in modules(self.order.packages) for mutant in mutants(module)
        ]
        self.available.update(mutant.package for mutant in everything)
        chosen = [
            mutant
            for mutant in sample(everything, self.order)
            if not self.alone or mutant.key in self.alone
        ]
        self.say(f"{len(items)} tests, {len(everything)} mutants, {len(chosen)} chosen")
        baseline = measured(list(items.values()), self.order.packages)
        self.say(f"baseline in {time.monotonic() - began:.0f} s; failing: {len(baseline.failing)}")
        for name in sorted(baseline.failing):
            self.say(f"  fails without any mutant, not used: {name}")
        for outcome in trials(chosen, items, baseline, self.budget):
            self.outcomes.append(outcome)
            if len(self.outcomes) % 100 == 0:
                self.say(f"{len(self.outcomes)} of {len(chosen)} tried")
            if outcome.status not in DEAD:
                self.say(f"{outcome.status}: {outcome.mutant.key}")
        self.seconds = time.monotonic() - began
        return True


def concerns(item: pytest.Item, order: Order) -> bool:
    """Whether a test may reach the packages: one of a named function belongs to its package."""
    room = re.search(r"\[(\w+)\.[\w.]+\]$", item.nodeid)
    if room is None or not (ROOT / "astracore" / room[1]).is_dir():
        return True
    return room[1] in order.packages


def sample(everything: list[Mutant], order: Order) -> list[Mutant]:
    chosen = random.Random(order.seed).sample(everything, min(order.count, len(everything)))
    return sorted(chosen, key=lambda mutant: mutant.key)


def quiet() -> None:
    """A child is silent: what tests print belongs to nobody."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def measured(items: list[pytest.Item], packages: tuple[str, ...]) -> Baseline:
    """The tests dealt to children, each under a tracer that knows which test runs."""
    folder = ROOT / ".cache" / "mutants"
    folder.mkdir(parents=True, exist_ok=True)
    children = {}
    for share in range(PROCESSES):
        path = folder / f"reach-{os.getpid()}-{share}.pickle"
        child = os.fork()
        if child == 0:
            quiet()
            path.write_bytes(pickle.dumps(traced(items[share::PROCESSES], packages)))
            os._exit(0)
        children[child] = path
    seconds: dict[str, float] = {}
    reach: Reach = defaultdict(lambda: defaultdict(set))
    failing: set[str] = set()
    for child, path in children.items():
        os.waitpid(child, 0)
        part: Baseline = pickle.loads(path.read_bytes())  # noqa: S301 (our own child wrote it)
        path.unlink()
        seconds |= part.seconds
        failing |= part.failing
        for file, lines in part.reach.items():
            for line, names in lines.items():
                reach[file][line] |= names
    return Baseline(seconds=seconds, reach=reach, failing=frozenset(failing))


def traced(items: list[pytest.Item], packages: tuple[str, ...]) -> Baseline:
    here = [str(ROOT / "astracore" / package / "*") for package in packages]
    tracer = coverage.Coverage(data_file=None, config_file=False, include=here)
    seconds, failing = {}, set()
    tracer.start()
    for item in items:
        tracer.switch_context(item.nodeid)
        began = time.process_time()
        if run(item):
            failing.add(item.nodeid)
        seconds[item.nodeid] = time.process_time() - began
    tracer.stop()
    data = tracer.get_data()
    reach = {
        file: {line: set(names) for line, names in data.contexts_by_lineno(file).items()}
        for file in data.measured_files()
    }
    return Baseline(seconds=seconds, reach=reach, failing=frozenset(failing))


def run(item: pytest.Item) -> bool:
    """Whether the test fails; its fixtures are torn down."""
    reports = []
    for phase in PHASES:
        call = partial(getattr(item.ihook, f"pytest_runtest_{phase}"), item=item)
        info = pytest.CallInfo.from_call(call, phase, reraise=(KeyboardInterrupt,))
        reports.append(item.ihook.pytest_runtest_makereport(item=item, call=info))
        if not reports[-1].passed:
            break
    item.session._setupstate.teardown_exact(None)
    return any(report.failed for report in reports)


def trials(
    chosen: list[Mutant],
    items: dict[str, pytest.Item],
    baseline: Baseline,
    budget: float,
) -> Iterator[Outcome]:
    """Forks for each mutant, never more than PROCESSES at a time."""
    functions, memories = living(), remembering()
    gc.collect()
    gc.freeze()  # what is never collected is never copied by a child
    running: dict[int, tuple[Mutant, int]] = {}
    for mutant in chosen:
        names = reaching(mutant, baseline, budget)
        if not names:
            yield Outcome(mutant=mutant, status="unreached", tests=0)
            continue
        child = os.fork()
        if child == 0:
            quiet()
            os._exit(tried(lambda: plant(mutant, functions, memories), names, items, baseline))  # noqa: B023 (called at once)
        running[child] = (mutant, len(names))
        while len(running) >= PROCESSES:
            yield ended(running)
    while running:
        yield ended(running)


def reaching(mutant: Mutant, baseline: Baseline, budget: float) -> list[str]:
    """The tests that run the mutated lines, quick ones first, as many as the budget holds."""
    names: set[str] = set()
    for file, line in places(mutant):
        names |= baseline.reach.get(file, {}).get(line, set())
    if mutant.constant or not names:
        names |= mentioning(mutant, baseline)
    names -= baseline.failing | {""}
    ordered = sorted(names, key=lambda name: (baseline.seconds[name], name))
    spent = 0.0
    kept: list[str] = []
    for name in ordered:
        spent += baseline.seconds[name]
        if kept and spent > budget:
            break
        kept.append(name)
    return kept


def mentioning(mutant: Mutant, baseline: Baseline) -> set[str]:
    """The tests of files that speak of a constant, which a line of the test itself may read.

    A function that no test reaches while it runs was called when its module was made; then they
    are those that speak of a constant made by it.
    """
    names = {mutant.scope} if mutant.constant else made_by(mutant.module, mutant.scope)
    return {
        test
        for test in baseline.seconds
        if any(re.search(rf"\b{name}\b", text_of(test.split("::")[0])) for name in names)
    }


@cache
def text_of(file: str) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


def places(mutant: Mutant) -> Iterator[tuple[str, int]]:
    """Where the mutant acts; a constant acts where its name is read."""
    file = sys.modules[mutant.module].__file__ or ""
    if not mutant.constant:
        yield from ((file, line) for line in mutant.lines)
        return
    for module in modules():
        other = sys.modules.get(module)
        if other is None or mutant.scope not in vars(other):
            continue
        for line in readers(module, mutant.scope):
            yield other.__file__ or "", line


def readers(module: str, name: str) -> Iterator[int]:
    """The lines where a module reads a name."""
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Name) and node.id == name:
            yield node.lineno


def tried(
    planted: Callable[[], None],
    names: list[str],
    items: dict[str, pytest.Item],
    baseline: Baseline,
) -> int:
    """In the child: 1 as soon as a test fails; a test that takes far too long ends the process."""
    try:
        planted()
    except AssertionError:
        return BROKEN  # the tool, not the tests
    except Exception:  # noqa: BLE001 (whatever it is, the module could not be imported with it)
        return KILLED
    resource.setrlimit(resource.RLIMIT_AS, (4 * 2**30, 4 * 2**30))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    for name in names:
        more, times = PATIENCE
        signal.setitimer(signal.ITIMER_PROF, more + times * baseline.seconds[name])
        if run(items[name]):
            return KILLED
    return SURVIVED


def ended(running: dict[int, tuple[Mutant, int]]) -> Outcome:
    child, status = os.wait()
    mutant, tests = running.pop(child)
    if os.WIFSIGNALED(status):
        late = os.WTERMSIG(status) == signal.SIGPROF
        return Outcome(mutant=mutant, status="timed out" if late else "killed", tests=tests)
    told = {SURVIVED: "survived", KILLED: "killed"}.get(os.WEXITSTATUS(status), "broken")
    return Outcome(mutant=mutant, status=told, tests=tests)
