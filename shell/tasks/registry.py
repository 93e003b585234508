"""Every task of this program."""

from typing import Any

from shell.tasks.billing import BILLING_TASKS
from shell.tasks.collectibles import COLLECTIBLE_TASKS
from shell.tasks.copying import COPYING_TASKS
from shell.tasks.game import GAME_TASKS
from shell.tasks.people import PEOPLE_TASKS
from shell.tasks.platform import PLATFORM_TASKS
from shell.tasks.rebuilding import REBUILDING_TASKS
from shell.tasks.risk import RISK_TASKS
from shell.tasks.social import SOCIAL_TASKS
from shell.tasks.task import Task

TASKS: tuple[Task[Any], ...] = (
    *SOCIAL_TASKS,
    *COLLECTIBLE_TASKS,
    *BILLING_TASKS,
    *GAME_TASKS,
    *RISK_TASKS,
    *COPYING_TASKS,
    *PEOPLE_TASKS,
    *PLATFORM_TASKS,
    *REBUILDING_TASKS,
)
