"""What a client may say on a socket, read by the same strict reader as every request."""

from typing import Annotated, Any, TypeAlias

from annotated_types import Ge
from attrs import frozen
from pydantic import StringConstraints
from returns.result import Failure, Result

from astracore.outcome import is_failure
from shell.http.faults import BadRequest, bad_request
from shell.http.mirror import read_as
from shell.http.strict import read_object

TopicName: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.-]+$")
]


@frozen(kw_only=True)
class Auth:
    """Who is listening; the first message on the user's socket."""

    op: str
    token: Annotated[str, StringConstraints(max_length=2048)]


@frozen(kw_only=True)
class Subscribe:
    """Begin with a topic, after `from_seq` when those frames are still there."""

    op: str
    topic: TopicName
    from_seq: Annotated[int, Ge(0)] | None = None


@frozen(kw_only=True)
class Unsubscribe:
    """Stop a topic."""

    op: str
    topic: TopicName


@frozen(kw_only=True)
class Ping:
    """Ask for a pong."""

    op: str


Message: TypeAlias = Auth | Subscribe | Unsubscribe | Ping
SHAPES: dict[str, Any] = {
    "auth": Auth,
    "subscribe": Subscribe,
    "unsubscribe": Unsubscribe,
    "ping": Ping,
}


def read_message(text: str) -> Result[Message, BadRequest]:
    """One client message.  Errors: BadRequest with every fault and its path."""
    value = read_object(text.encode("utf-8", "surrogatepass"))
    if is_failure(value):
        return value
    op = value.unwrap().get("op")
    if not isinstance(op, str) or op not in SHAPES:
        return Failure(bad_request("body.op", f"not one of {', '.join(SHAPES)}"))
    return read_as(SHAPES[op], value.unwrap(), "body")
