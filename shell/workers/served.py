"""Which policies this service runs, where each begins, and which it leaves to others.

The service keeps wallets, so that the policies on the right of INSTEAD run and those on the left
do not. A policy that takes another's place begins where that one stopped: nothing is paid twice.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from astracore.events.policy import Policy
from astracore.policies.registry import INSTEAD, POLICIES, ROW_POLICIES, WAITING_POLICIES
from shell.messages import Command
from shell.workers.facts import Wired, wired
from shell.workers.figures import earned
from shell.workers.lookups import LOOKUPS

Served: TypeAlias = Policy[Any, Command] | Wired[Command]
ROWS = {**LOOKUPS, "unlock_earned": earned}
# What these are told are prices of the moment, which live in one process: the jobs of risk weigh
# accounts at their own pace, and no service copies trades yet.
NOT_HERE = frozenset({"evaluate_risk", "place_copy"})
SERVED: tuple[Served, ...] = (
    *(one for one in (*POLICIES, *WAITING_POLICIES) if one.name not in INSTEAD),
    *(wired(one, ROWS[one.name]) for one in ROW_POLICIES if one.name not in NOT_HERE),
)
# By a policy's name: those whose place it took.
BEFORE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        name: tuple(old for old, new in INSTEAD.items() if name in new)
        for name in {one for new in INSTEAD.values() for one in new}
    }
)
