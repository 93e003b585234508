"""Every read model."""

from astracore.events.projection import Model, model
from astracore.projections.boards import (
    CLOSED_LEADERBOARDS,
    LEADERBOARDS,
    TOURNAMENT_ENTRIES,
    TOURNAMENTS,
)
from astracore.projections.daily import PNL_DAILY
from astracore.projections.finance import REVENUE, TRIAL_BALANCE
from astracore.projections.game import PROGRESS, XP_BOARD, XP_HISTORY
from astracore.projections.listings import LISTINGS
from astracore.projections.orders import OPEN_ORDERS, ORDERS
from astracore.projections.people import USERS
from astracore.projections.portfolio import PORTFOLIO
from astracore.projections.trade_stats import TRADE_STATS
from astracore.projections.trades import CLOSED_POSITIONS, FILLS, POSITIONS

MODELS: tuple[Model, ...] = (
    model(USERS),
    model(PORTFOLIO),
    model(ORDERS),
    model(OPEN_ORDERS),
    model(FILLS),
    model(POSITIONS),
    model(CLOSED_POSITIONS),
    model(PNL_DAILY),
    model(TRADE_STATS),
    model(LISTINGS),
    model(PROGRESS),
    model(XP_HISTORY),
    model(XP_BOARD),
    model(LEADERBOARDS),
    model(CLOSED_LEADERBOARDS),
    model(TOURNAMENTS),
    model(TOURNAMENT_ENTRIES),
    model(REVENUE),
    model(TRIAL_BALANCE),
)
