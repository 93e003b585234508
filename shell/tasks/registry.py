"""Every task of this program."""

from typing import Any

from shell.tasks.task import Task

TASKS: tuple[Task[Any], ...] = ()
