"""Names of what the application holds, each with its type."""

from typing import Final

from aiohttp import web

from adapters.db.sqlite import Database
from shell.bell import Bell
from shell.commands import Commands
from shell.config import Config
from shell.desk import Desk
from shell.market import Markets
from shell.sockets.endpoint import Sockets
from shell.workers.follower import Follower

CONFIG: Final = web.AppKey("config", Config)
STORE: Final = web.AppKey("store", Database)
BELL: Final = web.AppKey("bell", Bell)
COMMANDS: Final = web.AppKey("commands", Commands)
FOLLOWER: Final = web.AppKey("follower", Follower)
MARKETS: Final = web.AppKey("markets", Markets)
DESK: Final = web.AppKey("desk", Desk)
SOCKETS: Final = web.AppKey("sockets", Sockets)
