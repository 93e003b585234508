"""Whether the service is well: what started, what can be reached, what lags."""

from collections.abc import Awaitable, Callable

from attrs import define, field, frozen


@frozen
class Part:
    """One part and whether it is well."""

    name: str
    ok: bool


@define
class Condition:
    """The parts that were started, each with a question it answers about itself."""

    is_started: bool = False
    questions: dict[str, Callable[[], Awaitable[bool]]] = field(factory=dict)

    async def checks(self) -> tuple[Part, ...]:
        """Ask every part."""
        return tuple([Part(name, await ask()) for name, ask in self.questions.items()])
