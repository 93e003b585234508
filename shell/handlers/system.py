"""What the service says about itself."""

from returns.result import Failure, Result, Success

from shell.desk import Desk
from shell.http.answers import Items
from shell.http.faults import NotFound, ServiceUnavailable
from shell.http.routes import Route, routes
from shell.problems import CodeView, codes
from shell.views import Check, EventTypeView, Health, Info, Readiness, event_types


async def live() -> Result[Health, ServiceUnavailable]:
    """Whether the process answers at all."""
    return Success(Health(ok=True))


async def startup(desk: Desk) -> Result[Health, ServiceUnavailable]:
    """Whether migrations are done and the service has started."""
    if not desk.condition.is_started:
        return Failure(ServiceUnavailable("startup"))
    return Success(Health(ok=True))


async def ready(desk: Desk) -> Result[Readiness, ServiceUnavailable]:
    """Whether every part that a request needs is reachable and caught up."""
    checks = await desk.condition.checks()
    failed = [check.name for check in checks if not check.ok]
    if failed:
        return Failure(ServiceUnavailable(", ".join(failed)))
    return Success(Readiness(ok=True, checks=tuple(Check(name=c.name, ok=c.ok) for c in checks)))


async def info(desk: Desk) -> Result[Info, ServiceUnavailable]:
    """Name, version and configuration of the service."""
    return Success(desk.info)


async def code(code: str) -> Result[CodeView, NotFound]:
    """What one error code means."""
    found = codes().get(code)
    return Success(found) if found is not None else Failure(NotFound("error code"))


async def list_codes() -> Result[Items[CodeView], NotFound]:
    """Every error code this service may answer."""
    return Success(Items(tuple(codes()[name] for name in sorted(codes()))))


async def list_event_types(domain: str | None = None) -> Result[Items[EventTypeView], NotFound]:
    """Every type of event that may be stored, of one domain when asked."""
    return Success(Items(event_types(domain)))


async def event_type(name: str) -> Result[EventTypeView, NotFound]:
    """One type of event: what it means, the types of its fields, an example."""
    found = {one.name: one for one in event_types(None)}.get(name)
    return Success(found) if found is not None else Failure(NotFound("event type"))


ROUTES: tuple[Route, ...] = routes(
    "platform",
    ("GET", "/health/live", live),
    ("GET", "/health/startup", startup),
    ("GET", "/health/ready", ready),
    ("GET", "/info", info),
    ("GET", "/errors", list_codes),
    ("GET", "/errors/{code}", code),
    ("GET", "/events/types", list_event_types),
    ("GET", "/events/types/{name}", event_type),
)
