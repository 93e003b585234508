"""What can be wrong with a request before any domain sees it, with the place of each fault."""

from collections.abc import Iterable
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.errors.access import TokenExpired


@frozen
class FieldFault:
    """One fault at one `path`, such as `body.qty`, `query.limit` or `header.Idempotency-Key`."""

    path: str
    code: str
    message: str


@frozen
class BadRequest:
    """The request does not have the shape this operation takes; every fault is named."""

    code: ClassVar[str] = "invalid_request"
    fields: tuple[FieldFault, ...]


@frozen
class UnsupportedMediaType:
    """The body is not plain `application/json` in UTF-8 without content encoding."""

    code: ClassVar[str] = "unsupported_media_type"
    found: str


@frozen
class BodyTooLarge:
    """The body is larger than what a request may carry."""

    code: ClassVar[str] = "body_too_large"
    limit: int


@frozen
class BodyTooSlow:
    """The body did not arrive within the time a request is given."""

    code: ClassVar[str] = "body_too_slow"
    seconds: int


@frozen
class NoSuchRoute:
    """Nothing answers at this address."""

    code: ClassVar[str] = "not_found"


@frozen
class MethodNotAllowed:
    """The address exists, but not for this method."""

    code: ClassVar[str] = "method_not_allowed"
    allowed: tuple[str, ...]


@frozen
class Unauthenticated:
    """No valid bearer token came with the request."""

    code: ClassVar[str] = "unauthenticated"


@frozen
class Forbidden:
    """The caller is known but lacks the role this operation asks for."""

    code: ClassVar[str] = "forbidden"
    role: str


@frozen
class TopicForbidden:
    """There is no such topic on this socket, or it is not the caller's."""

    code: ClassVar[str] = "topic_forbidden"
    topic: str


@frozen
class BadCursor:
    """The page cursor was not issued by this service for this listing."""

    code: ClassVar[str] = "bad_cursor"


@frozen
class NotFound:
    """Nothing of this kind has this id, or it is somebody else's."""

    code: ClassVar[str] = "not_found"
    kind: str


@frozen
class UnknownSymbol:
    """No instrument has this symbol."""

    code: ClassVar[str] = "unknown_symbol"
    symbol: str


@frozen
class UnknownProjection:
    """No read model has this name."""

    code: ClassVar[str] = "unknown_projection"
    projection: str


@frozen
class UnknownInterval:
    """Candles of this interval are not kept."""

    code: ClassVar[str] = "unknown_interval"
    interval: str


@frozen
class RateLimited:
    """Too much was asked in too short a time; `retry_after` [s] says when to come back."""

    code: ClassVar[str] = "rate_limited"
    retry_after: int


@frozen
class InternalError:
    """Our fault. The request id finds it in the log."""

    code: ClassVar[str] = "internal_error"


@frozen
class ServiceUnavailable:
    """The store, or what stands behind it, cannot be reached right now; `part` says which."""

    code: ClassVar[str] = "service_unavailable"
    part: str


@frozen
class NotCaughtUp:
    """A read model is being built, or has not yet come to the position that was asked for."""

    code: ClassVar[str] = "not_caught_up"
    model: str


@frozen
class UpstreamTimeout:
    """The answer was not ready in time [s]."""

    code: ClassVar[str] = "upstream_timeout"
    seconds: int


RequestFault: TypeAlias = (
    BadRequest
    | UnsupportedMediaType
    | BodyTooLarge
    | BodyTooSlow
    | NoSuchRoute
    | MethodNotAllowed
    | Unauthenticated
    | TokenExpired
    | Forbidden
    | TopicForbidden
    | BadCursor
    | NotFound
    | UnknownSymbol
    | UnknownInterval
    | UnknownProjection
    | RateLimited
)
ServerFault: TypeAlias = InternalError | ServiceUnavailable | NotCaughtUp | UpstreamTimeout


def bad_request(path: str, message: str, code: str = "invalid_request") -> BadRequest:
    """A request with one fault."""
    return BadRequest((FieldFault(path, code, message),))


def merged(faults: Iterable[BadRequest]) -> BadRequest:
    """All faults of all parts, in the order of the parts."""
    return BadRequest(tuple(field for fault in faults for field in fault.fields))
