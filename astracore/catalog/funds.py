"""The aggregates of payments, spending, movements of money, and points."""

from typing import Any

from astracore.errors.payments import (
    EconomyFault,
    MovementFault,
    PaymentFault,
    SpendFault,
    WalletFault,
)
from astracore.events.catalog import Aggregate, Catalog, catalog, classes_of
from astracore.events.codec import codec, union
from astracore.revenue.economy.events import EconomyEvent
from astracore.revenue.economy.faucet import ECONOMY, EconomyCommand
from astracore.revenue.economy.state import Economy
from astracore.revenue.movements.commands import MovementCommand
from astracore.revenue.movements.events import MovementEvent
from astracore.revenue.movements.movement import MOVEMENTS
from astracore.revenue.movements.state import Movements
from astracore.revenue.payments.commands import PaymentCommand
from astracore.revenue.payments.events import PaymentEvent
from astracore.revenue.payments.payment import PAYMENTS
from astracore.revenue.payments.state import Intent
from astracore.revenue.spending.commands import SpendCommand
from astracore.revenue.spending.events import SpendEvent
from astracore.revenue.spending.guard import SPEND
from astracore.revenue.spending.state import SpendGuard
from astracore.revenue.wallets.commands import WalletCommand
from astracore.revenue.wallets.events import WalletEvent
from astracore.revenue.wallets.state import Wallet
from astracore.revenue.wallets.wallet import WALLETS

PAYMENT_EVENTS: Catalog[PaymentEvent] = catalog(classes_of(PaymentEvent))
SPEND_EVENTS: Catalog[SpendEvent] = catalog(classes_of(SpendEvent))
MOVEMENT_EVENTS: Catalog[MovementEvent] = catalog(classes_of(MovementEvent))
WALLET_EVENTS: Catalog[WalletEvent] = catalog(classes_of(WalletEvent))
ECONOMY_EVENTS: Catalog[EconomyEvent] = catalog(classes_of(EconomyEvent))

PAYMENT_AGGREGATE: Aggregate[PaymentCommand, Intent, PaymentEvent, PaymentFault] = Aggregate(
    PAYMENTS, PAYMENT_EVENTS, codec(Intent), union(classes_of(PaymentFault))
)
SPEND_AGGREGATE: Aggregate[SpendCommand, SpendGuard, SpendEvent, SpendFault] = Aggregate(
    SPEND, SPEND_EVENTS, codec(SpendGuard), union(classes_of(SpendFault))
)
MOVEMENT_AGGREGATE: Aggregate[MovementCommand, Movements, MovementEvent, MovementFault] = Aggregate(
    MOVEMENTS, MOVEMENT_EVENTS, codec(Movements), union(classes_of(MovementFault))
)
WALLET_AGGREGATE: Aggregate[WalletCommand, Wallet, WalletEvent, WalletFault] = Aggregate(
    WALLETS, WALLET_EVENTS, codec(Wallet), union(classes_of(WalletFault))
)
ECONOMY_AGGREGATE: Aggregate[EconomyCommand, Economy, EconomyEvent, EconomyFault] = Aggregate(
    ECONOMY, ECONOMY_EVENTS, codec(Economy), union(classes_of(EconomyFault))
)
FUNDS_AGGREGATES: tuple[Aggregate[Any, Any, Any, Any], ...] = (
    PAYMENT_AGGREGATE,
    SPEND_AGGREGATE,
    MOVEMENT_AGGREGATE,
    WALLET_AGGREGATE,
    ECONOMY_AGGREGATE,
)
