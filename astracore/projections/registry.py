"""Every read model."""

from astracore.events.projection import Model, model
from astracore.projections.daily import PNL_DAILY
from astracore.projections.finance import REVENUE, TRIAL_BALANCE
from astracore.projections.game import PROGRESS, XP_BOARD, XP_HISTORY
from astracore.projections.orders import OPEN_ORDERS, ORDERS
from astracore.projections.people import USERS
from astracore.projections.portfolio import PORTFOLIO
from astracore.projections.safeguards import SAFEGUARDS
from astracore.projections.trade_stats import TRADE_STATS
from astracore.projections.trades import CLOSED_POSITIONS, FILLS, POSITIONS
from astracore.projections.trophies import REWARDS, TROPHIES

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
    model(PROGRESS),
    model(XP_HISTORY),
    model(XP_BOARD),
    model(TROPHIES),
    model(REWARDS),
    model(SAFEGUARDS),
    model(REVENUE),
    model(TRIAL_BALANCE),
)
