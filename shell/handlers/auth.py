"""Registration, and who the caller is."""

from returns.result import Failure, Result, Success

from astracore.errors.users import BadUsername
from astracore.ids import UserId
from astracore.outcome import is_failure
from astracore.users.commands import Register
from shell import asked
from shell.codecs import NewUser
from shell.desk import Desk, Intent, Trace
from shell.http.answers import Created
from shell.http.routes import Caller, Route, routes
from shell.views import Session, User


async def register(
    desk: Desk, trace: Trace, body: NewUser
) -> Result[Created[Session], asked.Refused | BadUsername]:
    """Become a player. The practice account is opened a moment later; the token is shown once."""
    at = desk.clock.now()
    user = User(user_id=UserId(desk.ids.fresh(at)), username=body.username)
    intent = Intent(
        actor=user.user_id, route="register", key="", content=(body,), trace=trace, at=at
    )
    command = Register(user_id=user.user_id, username=body.username, at=at)
    written = await desk.commands.run(intent.asked(command))
    if is_failure(written):
        return written
    token = desk.tokens.make(user.user_id, (), at)
    return Success(Created(Session(user=user, token=token), "/v1/users/me"))


ROUTES: tuple[Route, ...] = routes("users", ("POST", "/auth/register", register))
