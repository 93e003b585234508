"""Registration, and who the caller is."""

from returns.result import Failure, Result, Success

from astracore.errors.events import CorruptRow
from astracore.ids import UserId
from astracore.outcome import is_failure
from astracore.policies.accounts import practice_account_id
from astracore.projections.people import USERS, UserRow
from astracore.users.commands import Register
from shell import asked
from shell.codecs import NewUser
from shell.desk import Desk
from shell.http.answers import Created
from shell.http.faults import NotFound
from shell.http.routes import Caller, Route, Trace, routes
from shell.views import Session, User


async def register(
    desk: Desk, trace: Trace, body: NewUser
) -> Result[Created[Session], asked.Refused]:
    """Become a player. The practice account is opened a moment later; the token is shown once."""
    user = User(user_id=UserId(desk.ids.fresh(desk.clock.now())), username=body.username)
    intent = desk.intent(Caller(user.user_id, (), trace), "POST /auth/register", "", body)
    # One instant for all: the account's id is made of it, here and by the policy.
    command = Register(user_id=user.user_id, username=body.username, at=intent.at)
    written = await desk.run(intent, command)
    if is_failure(written):
        return written
    await desk.opened(practice_account_id(user.user_id, intent.at))
    token = desk.tokens.make(user.user_id, (), intent.at)
    return Success(Created(Session(user=user, token=token), "/v1/users/me"))


async def me(desk: Desk, caller: Caller) -> Result[UserRow, CorruptRow | NotFound]:
    """Who you are."""
    found = await desk.reading.one(USERS, caller.user_id, caller.user_id)
    if is_failure(found):
        return found
    row = found.unwrap()
    return Failure(NotFound("user")) if row is None else Success(row)


ROUTES: tuple[Route, ...] = routes(
    "users", ("POST", "/auth/register", register), ("GET", "/users/me", me)
)
