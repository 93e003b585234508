"""Prices reach the accounts that wait for them, and nobody else."""

from decimal import Decimal

from aiohttp import ClientSession

from astracore.marketdata.prints import Print
from shell.keys import CLOCK, VENUE
from tests.shell.conftest import House
from tests.shell.test_instruments import admin
from tests.shell.test_orders_service import SYMBOL, around, ordered, price
from tests.shell.test_service import asked, settled


async def shown(house: House, to: str) -> None:
    """The market trades there."""
    app = house.app

    async def trade() -> None:
        app[VENUE].take(
            Print(symbol=SYMBOL, price=Decimal(to), qty=Decimal(50), at=app[CLOCK].now())
        )

    house.inside(trade())
    await settled(house)


async def test_a_stop_fires_and_fills(house: House) -> None:
    """It waits in the account, fires at its price, and the venue fills it as a market order."""
    async with ClientSession(house.url) as client:
        player = await house.player(client)
        mark = await price(client)
        stop = await ordered(client, player, type="stop_market", stop_price=around(mark, 3))
        path = f"/orders/{stop['order_id']}"
        await shown(house, around(mark, 1))
        seen = await asked(client, "GET", path, 200, headers=player.head())
        assert seen["order"]["status"] == "untriggered"
        await shown(house, around(mark, 4))
        await settled(house)
        seen = await asked(client, "GET", path, 200, headers=player.head())
        assert (seen["order"]["status"], seen["order"]["triggered"]) == ("filled", True)
        active = await asked(client, "GET", "/orders/active", 200, headers=player.head())
        assert active["items"] == []
        await shown(house, str(mark))


async def test_positions_are_liquidated_by_the_brackets_of_now(house: House) -> None:
    """Staff ask for more maintenance than a position has margin: the next print takes it over."""
    async with ClientSession(house.url) as client:
        player = await house.player(client)
        mark = await price(client)
        head = player.head
        path = f"/accounts/{player.account_id}/leverage/{SYMBOL}"
        await asked(client, "PUT", path, 200, json={"leverage": 10}, headers=head())
        await ordered(client, player, side="buy", type="market", qty="0.01")
        await settled(house)
        listed = f"/instruments/{SYMBOL}"
        before = (await asked(client, "GET", listed, 200))["brackets"]
        strict = [{"to": None, "max_leverage": 5, "rate": "0.2", "deduction": "0"}]
        change = {"reason": "the market has become wilder", "brackets": strict}
        await asked(client, "PATCH", listed, 200, json=change, headers=admin(house))
        await settled(house)
        await shown(house, str(mark))
        await settled(house)
        path = f"/positions/{player.account_id}/{SYMBOL}"
        await asked(client, "GET", path, 404, headers=head())
        change["brackets"] = before
        await asked(client, "PATCH", listed, 200, json=change, headers=admin(house))
