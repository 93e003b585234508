"""The one place where causes become status codes, and refusals become problem documents."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, TypeAlias, assert_never, get_args

import attrs
from aiohttp import web
from attrs import frozen

from astracore.errors import (
    access,
    events,
    funds,
    gamification,
    ledger,
    market,
    trading,
    users,
    values,
)
from astracore.instants import Instant, instant_text
from astracore.numeric import to_text
from shell import asked
from shell.billingcauses import BillingCause, status_of_billing
from shell.causes import status_of_trading
from shell.gamecauses import status_of_game
from shell.http import faults
from shell.http.answers import to_json
from shell.http.faults import BadRequest, FieldFault, RequestFault, ServerFault
from shell.jobcauses import JobCause, status_of_jobs
from shell.marketcauses import CollectibleCause, status_of_collectible
from shell.moneycauses import MoneyCause, status_of_money
from shell.peoplecauses import PeopleCause, status_of_people
from shell.riskcauses import GuardCause, status_of_guard
from shell.socialcauses import SocialCause, status_of_social
from shell.valuecauses import NumberCause, status_of_number

Number: TypeAlias = str | int | None
SpineRefusal: TypeAlias = (
    events.StaleVersion
    | events.IdempotencyMismatch
    | events.CorruptEvent
    | events.UnknownEventType
    | events.CorruptRow
    | events.CorruptSnapshot
)
ValueRefusal: TypeAlias = values.BadAmount | values.BadInstant | values.BadId | values.NumericLimit
DomainCause: TypeAlias = (
    PeopleCause
    | MoneyCause
    | BillingCause
    | NumberCause
    | CollectibleCause
    | SocialCause
    | GuardCause
    | JobCause
)
Cause: TypeAlias = (
    RequestFault
    | ServerFault
    | ValueRefusal
    | users.UserFault
    | trading.TradingFault
    | gamification.ProgressFault
    | ledger.LedgerFault
    | DomainCause
    | SpineRefusal
)
Refusal: TypeAlias = Cause | trading.Refused
FIELDS_MAX = 100  # faults named in one answer: a small body must not make a large one
REQUEST_ID: web.RequestKey[str] = web.RequestKey("request_id", str)


@frozen(kw_only=True)
class CauseView:
    """One cause of a refusal: its code and the numbers that explain it."""

    code: str
    detail: str
    numbers: Mapping[str, Number]


@frozen(kw_only=True)
class Problem:
    """A refusal (RFC 9457). `code` is stable; `fields` names faulty places; `causes` all causes."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    request_id: str
    fields: tuple[FieldFault, ...]
    numbers: Mapping[str, Number]
    causes: tuple[CauseView, ...]


@frozen(kw_only=True)
class CodeView:
    """What a code means."""

    code: str
    status: int
    meaning: str
    example: str


def status_of(cause: Refusal) -> int:
    """The HTTP status of a cause; a refusal of many has that of its first.

    Invariant: every cause has one, which the type checker proves area by area.
    """
    if isinstance(cause, trading.Refused):
        return status_of(cause.causes[0])
    if isinstance(cause, ServerFault | SpineRefusal):
        return _of_server_or_spine(cause)
    if isinstance(cause, ValueRefusal):
        return _of_value(cause)
    if isinstance(cause, trading.TradingFault):
        return status_of_trading(cause)
    if isinstance(cause, RequestFault):
        return _of_request(cause)
    if isinstance(cause, gamification.ProgressFault):
        return status_of_game(cause)
    if isinstance(cause, ledger.LedgerFault | users.UserFault):
        return _of_books_and_names(cause)
    return _of_domain(cause)


def _of_domain(cause: DomainCause) -> int:
    if isinstance(cause, PeopleCause):
        return status_of_people(cause)
    if isinstance(cause, MoneyCause):
        return status_of_money(cause)
    if isinstance(cause, BillingCause):
        return status_of_billing(cause)
    if isinstance(cause, NumberCause):
        return status_of_number(cause)
    if isinstance(cause, CollectibleCause):
        return status_of_collectible(cause)
    if isinstance(cause, SocialCause):
        return status_of_social(cause)
    if isinstance(cause, JobCause):
        return status_of_jobs(cause)
    return status_of_guard(cause)


def _of_request(cause: RequestFault) -> int:
    match cause:
        case faults.BadRequest() | faults.BadCursor():
            return 400
        case faults.Unauthenticated() | access.TokenExpired():
            return 401
        case faults.Forbidden() | faults.TopicForbidden():
            return 403
        case faults.NoSuchRoute() | faults.NotFound():
            return 404
        case faults.MethodNotAllowed():
            return 405
        case faults.BodyTooSlow():
            return 408
        case faults.BodyTooLarge():
            return 413
        case faults.UnsupportedMediaType():
            return 415
        case faults.UnknownSymbol() | faults.UnknownInterval() | faults.UnknownProjection():
            return 422
        case faults.RateLimited():
            return 429
        case _:
            return assert_never(cause)


def _of_server_or_spine(cause: ServerFault | SpineRefusal) -> int:
    match cause:
        case events.StaleVersion():
            return 409
        case events.IdempotencyMismatch():
            return 422
        case faults.ServiceUnavailable() | faults.NotCaughtUp():
            return 503
        case faults.UpstreamTimeout():
            return 504
        case (
            faults.InternalError()
            | events.CorruptEvent()
            | events.UnknownEventType()
            | events.CorruptRow()
            | events.CorruptSnapshot()
        ):
            return 500
        case _:
            return assert_never(cause)


def _of_value(cause: ValueRefusal) -> int:
    match cause:
        case values.BadAmount() | values.BadInstant() | values.BadId():
            return 400
        case values.NumericLimit():
            return 422
        case _:
            return assert_never(cause)


def _of_books_and_names(cause: users.UserFault | ledger.LedgerFault) -> int:
    match cause:
        case users.BadUsername() | ledger.BadText() | values.InvalidPeriod():
            return 400
        case ledger.EntryNotFound() | ledger.HoldNotFound() | trading.AccountNotFound():
            return 404
        case (
            users.UsernameTaken()
            | users.UserExists()
            | ledger.DuplicateEntry()
            | ledger.PeriodClosed()
            | ledger.PeriodNotOver()
            | ledger.HoldExpired()
        ):
            return 409
        case (
            ledger.Unbalanced()
            | funds.InsufficientFunds()
            | ledger.Unsettled()
            | ledger.HoldExceeded()
        ):
            return 422
        case _:
            return assert_never(cause)


def problem(cause: Refusal, *, instance: str, request_id: str) -> Problem:
    """The document that tells a caller why; nothing of our insides is in it."""
    status = status_of(cause)
    shown = faults.InternalError() if status == 500 else cause
    causes = shown.causes if isinstance(shown, trading.Refused) else (shown,)
    first = causes[0]
    code = first.fields[0].code if isinstance(first, BadRequest) else first.code
    return Problem(
        type=f"urn:astra:error:{code}",
        title=code.replace("_", " ").capitalize(),
        status=status,
        detail=meaning(type(first)),
        instance=instance,
        code=code,
        request_id=request_id,
        fields=tuple(field for one in causes for field in _fields(one))[:FIELDS_MAX],
        numbers=_numbers(first),
        causes=() if isinstance(first, BadRequest) else tuple(cause_view(one) for one in causes),
    )


def cause_view(cause: Cause) -> CauseView:
    """A cause as people read it."""
    return CauseView(code=cause.code, detail=meaning(type(cause)), numbers=_numbers(cause))


def _fields(cause: Cause) -> tuple[FieldFault, ...]:
    if isinstance(cause, BadRequest):
        return cause.fields
    if isinstance(cause, trading.InvalidOrder):
        return (FieldFault(f"body.{cause.field}", cause.code, cause.reason.replace("_", " ")),)
    place = PLACES.get(type(cause))
    return () if place is None else (FieldFault(place, cause.code, meaning(type(cause))),)


# Where in a request the fault of a domain's cause lies, when it lies in one place.
PLACES: Mapping[type, str] = {
    faults.BadCursor: "query.cursor",
    users.BadUsername: "body.username",
    users.UsernameTaken: "body.username",
    market.PriceOffTick: "body.limit_price",
    market.PriceOutOfRange: "body.limit_price",
    trading.PostOnlyWouldCross: "body.limit_price",
    market.QuantityOffStep: "body.qty",
    market.QuantityOutOfRange: "body.qty",
    market.BelowMinNotional: "body.qty",
    market.AboveMaxNotional: "body.qty",
    trading.InstrumentUnavailable: "body.symbol",
    trading.DuplicateClientOrderId: "body.client_order_id",
    trading.ReduceOnlyNoPosition: "body.reduce_only",
}


def _numbers(cause: Cause) -> Mapping[str, Number]:
    shape: Any = type(cause)
    found = {field.name: getattr(cause, field.name) for field in attrs.fields(shape)}
    return {name: _number(value) for name, value in found.items() if name != "fields"}


def _number(value: object) -> Number:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Decimal):
        return to_text(value)
    if isinstance(value, Instant):
        return instant_text(value)
    return ", ".join(str(item) for item in value) if isinstance(value, Iterable) else str(value)


def meaning(cause: type) -> str:
    """The first paragraph of a cause's docstring: what it means, for people."""
    return " ".join((cause.__doc__ or "").strip().split("\n\n")[0].split())


@cache
def codes() -> Mapping[str, CodeView]:
    """Every code that this service may answer, with its status and meaning."""
    found: dict[str, CodeView] = {}
    for cause in get_args(Cause):
        # An instance without its fields is enough to ask for the status of its class.
        status = status_of(object.__new__(cause))
        found.setdefault(
            cause.code,
            CodeView(
                code=cause.code,
                status=status,
                meaning=meaning(cause),
                example=f"urn:astra:error:{cause.code}",
            ),
        )
    for code, text in (("unknown_field", "A field that is not known, or stands twice."),):
        found[code] = CodeView(
            code=code, status=400, meaning=text, example=f"urn:astra:error:{code}"
        )
    return found


def refuse(request: web.Request, refused: Refusal | asked.Refused) -> web.Response:
    """The response that refuses `request`; a stored refusal says that it was given before."""
    cause = refused.fault if isinstance(refused, asked.Refused) else refused
    told = problem(cause, instance=request.path, request_id=request.get(REQUEST_ID, ""))
    headers = {}
    if isinstance(refused, asked.Refused) and refused.replayed:
        headers["Idempotency-Replayed"] = "true"
    if isinstance(refused, asked.Refused) and refused.why is not None:
        headers["Link"] = f'<{refused.why}>; rel="describedby"'
    if isinstance(cause, faults.RateLimited):
        headers["Retry-After"] = str(cause.retry_after)
    if isinstance(cause, faults.ServiceUnavailable | faults.NotCaughtUp):
        headers["Retry-After"] = "1"
    if isinstance(cause, faults.MethodNotAllowed):
        headers["Allow"] = ", ".join(cause.allowed)
    if told.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return web.Response(
        status=told.status,
        body=to_json(told),
        content_type="application/problem+json",
        headers=headers,
    )
