"""Every read model."""

from astracore.events.projection import Model, model
from astracore.projections.access import KEY_ROWS, MEMBERS, SESSION_ROWS, USER_AUDIT
from astracore.projections.accounts import BALANCES, STATEMENT
from astracore.projections.billing import INVOICES, SUBSCRIPTIONS
from astracore.projections.boards import (
    CLOSED_LEADERBOARDS,
    LEADERBOARDS,
    TOURNAMENT_ENTRIES,
    TOURNAMENTS,
)
from astracore.projections.collectibles import CLAIMS, TOKENS
from astracore.projections.copies import COPY_MODELS
from astracore.projections.daily import PNL_DAILY
from astracore.projections.finance import REVENUE, TRIAL_BALANCE
from astracore.projections.funds import MOVEMENTS, PAYMENTS, SPEND_STATUS, WALLET
from astracore.projections.game import PROGRESS, XP_BOARD, XP_HISTORY
from astracore.projections.listings import LISTINGS
from astracore.projections.market import AUCTIONS, BIDS, DEMAND, MARKET_LISTINGS, OFFERS, SALES
from astracore.projections.orders import OPEN_ORDERS, ORDERS
from astracore.projections.people import USERS
from astracore.projections.portfolio import PORTFOLIO
from astracore.projections.risk import RISK_MODELS
from astracore.projections.saas import SAAS_METRICS
from astracore.projections.safeguards import SAFEGUARDS
from astracore.projections.social import SOCIAL_MODELS
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
    model(LISTINGS),
    model(PROGRESS),
    model(XP_HISTORY),
    model(XP_BOARD),
    model(TROPHIES),
    model(REWARDS),
    model(SAFEGUARDS),
    model(LEADERBOARDS),
    model(CLOSED_LEADERBOARDS),
    model(TOURNAMENTS),
    model(TOURNAMENT_ENTRIES),
    model(REVENUE),
    model(TRIAL_BALANCE),
    model(TOKENS),
    model(CLAIMS),
    model(MARKET_LISTINGS),
    model(OFFERS),
    model(AUCTIONS),
    model(BIDS),
    model(SALES),
    model(DEMAND),
    model(MEMBERS),
    model(SESSION_ROWS),
    model(KEY_ROWS),
    model(USER_AUDIT),
    model(PAYMENTS),
    model(WALLET),
    model(SPEND_STATUS),
    model(MOVEMENTS),
    model(SUBSCRIPTIONS),
    model(INVOICES),
    model(SAAS_METRICS),
    *RISK_MODELS,
    *SOCIAL_MODELS,
    *COPY_MODELS,
)
# What a service keeps that shows users their own accounts: a row for each line of each entry.
LEDGER_MODELS: tuple[Model, ...] = (model(BALANCES), model(STATEMENT))
