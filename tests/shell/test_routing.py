"""Every command finds its streams, and a decision over several of them is stored whole or not."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest_asyncio
from attrs import NOTHING, evolve, fields, has

from adapters.db import log
from adapters.db.sqlite import open_store
from astracore.catalog.examples import sample
from astracore.ids import EntryId, UserId
from astracore.instants import DAY, HOUR, Instant, after
from astracore.ledger.commands import PostEntry
from astracore.ledger.entries import Book, Entry, Line
from astracore.ledger.state import Books
from astracore.nft.auctions.commands import Bid, CloseAuction, OpenAuction
from astracore.nft.eligibility.commands import GrantEligibility, RecordMint, RequestMint
from astracore.nft.eligibility.requirements import Fact
from astracore.nft.listings.commands import AcceptOffer, Buy, ExpireListing, List, RaiseNonce
from astracore.nft.purses import Purse
from astracore.nft.rules import Measure
from astracore.nft.tokens.commands import MakeOffer
from astracore.nft.tokens.events import MarketplaceSale
from astracore.nft.types import AuctionKind, NftClass
from astracore.outcome import is_failure
from astracore.revenue.movements.commands import Deposit, Withdraw
from astracore.revenue.wallets.commands import GrantCredits
from astracore.revenue.wallets.state import Wallet
from astracore.social.battles.commands import AnswerBattle, DeclareBattle, FinishBattle, Side
from astracore.social.battles.scores import BattleKind
from astracore.social.clans.commands import CreateClan, Donate, EndClan, JoinClan
from astracore.social.clans.events import JoinPolicy
from astracore.social.feats import PlayMode
from astracore.social.ids import BattleId, ClanId
from astracore.users.commands import ChangeEmail, ChangeUsername, LinkWallet, Register
from astracore.users.gates import Standing
from astracore.users.types import Tier
from shell.asked import Command
from shell.messages import AuctionToken, Enrol, ListTokens, LogIn
from shell.problems import codes
from tests.domains.town import NOON, Town, streams, town

ADA, BOB, CYD = UserId("ada"), UserId("bob"), UserId("cyd")
RICH = Purse(balance=Decimal(10**6), verified=True)
COMMANDS: tuple[type[Any], ...] = get_args(Command)


@pytest_asyncio.fixture
async def place(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(open_store(tmp_path / "store.db").unwrap()) as one:
        yield one


def plain(shape: Any) -> Any:  # noqa: ANN401 - whatever the class has
    """A command whose defaults stay, and whose other fields all carry something."""
    hints = get_type_hints(shape)
    wanted = {one.name: hints[one.name] for one in fields(shape) if one.default is NOTHING}
    return shape(**{name: shaped(hint, name) for name, hint in wanted.items()})


def shaped(hint: Any, name: str) -> Any:  # noqa: ANN401 - whatever the field has
    if get_origin(hint) is frozenset:
        return frozenset()
    return plain(hint) if has(hint) and hint is not Instant else sample(hint, name)


def head(place: Town) -> int:
    """How long the log is."""
    return place.store.read(log.log_head).position


async def test_every_command_is_answered_and_its_retry_alike(place: Town) -> None:
    """Accepted or refused by its own rules: never lost on the way, never our fault."""
    for shape in COMMANDS:
        command: Command = plain(shape)
        first = await place.ask(command, shape.__module__ + shape.__name__)
        before = head(place)
        again = await place.ask(command, shape.__module__ + shape.__name__)
        assert head(place) == before
        if is_failure(first):
            fault = first.failure().fault
            assert again.failure().fault == fault
            assert again.failure().replayed
            assert 400 <= codes()[fault.code].status < 500, shape
        else:
            assert again.unwrap().replayed
            assert again.unwrap().events == first.unwrap().events
    assert head(place) > 50


def test_every_command_of_the_core_but_those_of_claims_has_a_way_in() -> None:
    """A claim to a clan's name is taken with the clan alone; a serial with its paper."""
    names = {shape.__name__ for shape in COMMANDS}
    assert {"PlaceOrder", "Trip", "PurgeUser", "Buy", "FinishBattle", "Replicate"} <= names
    assert {"Claim", "DrawNumber", "List", "OpenAuction", "Login"} & names == set()
    assert {Enrol, LogIn, ListTokens, AuctionToken} <= set(COMMANDS)
    assert len(COMMANDS) == len(set(COMMANDS)) > 200


async def test_a_name_moves_with_its_user(place: Town) -> None:
    for user in (ADA, BOB):
        await place.did(Register(user_id=user, username=f"{user}-one", at=NOON))
    renamed = ChangeUsername(user_id=ADA, username="Countess", at=NOON)
    assert streams((await place.ask(renamed)).unwrap()) == (
        "user.user-ada", "user.username-ada-one", "user.username-countess",
    )  # fmt: skip
    stolen = ChangeUsername(user_id=BOB, username="COUNTESS", at=NOON)
    assert await place.refused(stolen) == "username_taken"
    assert await place.did(evolve(stolen, username="ada-one")) != ()  # what was let go is free


async def test_an_address_and_a_wallet_are_one_users(place: Town) -> None:
    for user in (ADA, BOB):
        await place.did(Register(user_id=user, username=f"{user}-one", at=NOON))
    mail = ChangeEmail(user_id=ADA, email="a@example.org", matched=True, at=NOON)
    assert len(await place.did(mail)) == 2
    assert await place.refused(evolve(mail, user_id=BOB, email="A@EXAMPLE.ORG")) == "email_taken"
    assert len(await place.did(evolve(mail, email="b@example.org"))) == 3
    assert len(await place.did(evolve(mail, user_id=BOB))) == 2
    link = LinkWallet(user_id=ADA, chain="SN_MAIN", address="0x0Ab", genuine=True, at=NOON)
    assert len(await place.did(link)) == 2
    assert await place.refused(evolve(link, user_id=BOB, address="0xab")) == "wallet_taken"
    assert len(await place.did(evolve(link, address="0xcd"))) == 3
    assert len(await place.did(evolve(link, user_id=BOB))) == 2


async def test_a_deposit_and_its_entry_are_one(place: Town) -> None:
    paid = Deposit(
        user_id=ADA,
        movement_id="m1",
        amount=Decimal(100),
        currency="USD",
        usd=Decimal(100),
        tier=Tier.PHONE,
        at=NOON,
    )
    written = (await place.ask(paid)).unwrap()
    assert streams(written) == ("financial.movements-ada", "financial.books-house")
    out = Withdraw(
        user_id=ADA,
        movement_id="m2",
        amount=Decimal(101),
        currency="USD",
        usd=Decimal(101),
        destination="DE00",
        standing=Standing(tier=Tier.IDENTITY, email_confirmed=True, second_factor=True),
        at=NOON,
    )
    before = head(place)
    assert await place.refused(out) == "insufficient_funds"
    assert head(place) == before
    held = (await place.ask(evolve(out, movement_id="m3", amount=Decimal(60)))).unwrap()
    assert streams(held) == ("financial.movements-ada", "financial.books-house")
    again = evolve(out, movement_id="m4", amount=Decimal(60))
    assert await place.refused(again) == "insufficient_funds"  # the first holds the money


async def minted(place: Town, owner: UserId) -> str:
    """A token of Ada's class, from claim to chain."""
    class_ = NftClass.LEVEL_75
    await place.did(
        GrantEligibility(
            user_id=owner,
            class_=class_,
            facts=(Fact(Measure.LEVEL, Decimal(75)), Fact(Measure.STREAK, Decimal(400))),
            at=NOON,
        )
    )
    asked = await place.ask(RequestMint(user_id=owner, class_=class_, level=75, at=NOON))
    assert streams(asked.unwrap())[1] == f"nft.supply-{class_.value}"
    made = await place.ask(RecordMint(user_id=owner, class_=class_, tx_hash="0x1", at=NOON))
    token_id: str = made.unwrap().events[1].stream.key
    return token_id


async def credited(place: Town, user: UserId, amount: int) -> None:
    await place.did(
        GrantCredits(
            user_id=user,
            reward=amount,
            faucet=Decimal(1),
            reason="reward",
            source_event_id=f"{user}-{place.asked}",
            at=NOON,
        )
    )


def credits_of(place: Town, user: UserId) -> int:
    """What a wallet holds, folded from the log."""
    wallets = place.commands._funds.wallets
    found = wallets.known.get(user)
    state: Wallet = Wallet() if found is None else found.state
    return state.credits


def books_of(place: Town, book: Book) -> Books:
    return place.commands._funds.books.known[book.value].state


async def test_serials_of_a_class_are_given_once(place: Town) -> None:
    first, second = await minted(place, ADA), await minted(place, BOB)
    assert int(second) == int(first) + 1
    again = RecordMint(user_id=ADA, class_=NftClass.LEVEL_75, tx_hash="0x1", at=NOON)
    assert await place.did(again) == ()


async def test_a_sale_moves_token_and_credit_in_one_transaction(place: Town) -> None:
    name = await minted(place, ADA)
    terms = List(listing_id="l1", user_id=ADA, price=Decimal(100), currency="CREDIT", at=NOON)
    await place.did(ListTokens(terms=terms, token_ids=(name,)))
    wanted = Buy(
        sale_id="s1", listing_id="l1", user_id=BOB, max_price=Decimal(100), purse=RICH, at=NOON
    )
    before = head(place)
    assert await place.refused(wanted) == "insufficient_funds"  # the purse lied, the wallet knows
    assert head(place) == before
    await credited(place, BOB, 100)
    sold = (await place.ask(evolve(wanted, sale_id="s2"))).unwrap()
    sale = next(one.event for one in sold.events if isinstance(one.event, MarketplaceSale))
    assert (sale.buyer_id, sale.price) == (BOB, Decimal(100))
    assert credits_of(place, BOB) == 0
    assert credits_of(place, ADA) == 100 - int(sale.platform)
    assert {one.stream.category for one in sold.events} == {
        "nft.listing", "nft.token", "financial.wallet",
    }  # fmt: skip


async def test_other_money_moves_in_the_houses_book(place: Town) -> None:
    name = await minted(place, ADA)
    lines = tuple(
        Line(account=account, currency="USDC", amount=Decimal(amount))
        for account, amount in (("bank", 500), ("user_funds/bob", -500))
    )
    paid_in = Entry(journal_id=EntryId("e1"), at=NOON, reason="deposit", reference="r", lines=lines)
    await place.did(PostEntry(book=Book.HOUSE, entry=paid_in))
    offer = MakeOffer(
        offer_id="o1",
        token_id=name,
        user_id=BOB,
        price=Decimal(200),
        currency="USDC",
        purse=RICH,
        at=NOON,
    )
    made = (await place.ask(offer)).unwrap()
    assert streams(made) == (f"nft.token-{name}", "financial.books-house")
    sold = AcceptOffer(sale_id="s1", offer_id="o1", token_id=name, user_id=ADA, at=NOON)
    sale = (await place.ask(sold)).unwrap().events
    (told,) = (one.event for one in sale if isinstance(one.event, MarketplaceSale))
    balances = books_of(place, Book.HOUSE).balances
    assert balances["user_funds/bob USDC"] == -300
    assert balances["user_funds/ada USDC"] == -told.proceeds
    assert balances["nft_marketplace USDC"] == -told.platform
    assert balances.get("escrow/o1 USDC", Decimal(0)) == 0


async def test_an_accepted_offer_ends_the_listing_of_its_bundle(place: Town) -> None:
    one = await minted(place, ADA)
    await credited(place, BOB, 100)
    terms = List(listing_id="l1", user_id=ADA, price=Decimal(900), currency="CREDIT", at=NOON)
    await place.did(ListTokens(terms=terms, token_ids=(one,)))
    offer = MakeOffer(
        offer_id="o1",
        token_id=one,
        user_id=BOB,
        price=Decimal(100),
        currency="CREDIT",
        purse=RICH,
        at=NOON,
    )
    await place.did(offer)
    assert credits_of(place, BOB) == 0
    sold = AcceptOffer(sale_id="s1", offer_id="o1", token_id=one, user_id=ADA, at=NOON)
    found = streams((await place.ask(sold)).unwrap())
    assert "nft.listing-l1" in found
    buy = Buy(
        sale_id="s2", listing_id="l1", user_id=CYD, max_price=Decimal(900), purse=RICH, at=NOON
    )
    assert await place.refused(buy) == "listing_state"


async def test_a_raised_counter_voids_a_listing_whatever_its_buyer_had_read(place: Town) -> None:
    name = await minted(place, ADA)
    await credited(place, BOB, 100)
    terms = List(listing_id="l1", user_id=ADA, price=Decimal(100), currency="CREDIT", at=NOON)
    await place.did(ListTokens(terms=terms, token_ids=(name,)))
    await place.did(RaiseNonce(user_id=ADA, nonce=1, at=NOON))
    buy = Buy(
        sale_id="s1", listing_id="l1", user_id=BOB, max_price=Decimal(100), purse=RICH, at=NOON
    )
    assert await place.refused(buy) == "listing_state"
    assert await place.refused(ExpireListing(listing_id="l1", at=NOON)) == "listing_state"
    over = ExpireListing(listing_id="l1", at=after(NOON, 365 * DAY))
    assert streams((await place.ask(over)).unwrap()) == ("nft.listing-l1", f"nft.token-{name}")


async def test_an_auction_sets_aside_the_highest_bid_and_frees_the_beaten_one(place: Town) -> None:
    name = await minted(place, ADA)
    for user in (BOB, CYD):
        await credited(place, user, 200)
    terms = OpenAuction(
        auction_id="a1",
        user_id=ADA,
        kind=AuctionKind.ENGLISH,
        start=Decimal(100),
        floor=None,
        currency="CREDIT",
        hours=24,
        at=NOON,
    )
    await place.did(AuctionToken(terms=terms, token_id=name))
    bid = Bid(bid_id="b1", auction_id="a1", user_id=BOB, amount=Decimal(100), purse=RICH, at=NOON)
    await place.did(bid)
    assert credits_of(place, BOB) == 100
    await place.did(evolve(bid, bid_id="b2", user_id=CYD, amount=Decimal(150)))
    assert (credits_of(place, BOB), credits_of(place, CYD)) == (200, 50)
    over = after(NOON, 24 * HOUR)
    assert await place.refused(CloseAuction(sale_id="s", auction_id="a1", at=NOON)) == (
        "auction_state"
    )
    events = await place.did(CloseAuction(sale_id="s1", auction_id="a1", at=over))
    (sale,) = (one for one in events if isinstance(one, MarketplaceSale))
    assert sale.buyer_id == CYD
    assert credits_of(place, ADA) == 150 - int(sale.platform)


def founding(owner: UserId, clan: str, name: str, tag: str) -> CreateClan:
    return CreateClan(
        clan_id=ClanId(clan),
        actor_id=owner,
        level=50,
        name=name,
        tag=tag,
        description="",
        policy=JoinPolicy.OPEN,
        colour="#112233",
        emblem="star",
        at=NOON,
    )


async def test_clans_share_no_name_and_no_member(place: Town) -> None:
    await place.did(founding(ADA, "nova", "Nova Nine", "NOVA"))
    assert await place.refused(founding(BOB, "apex", "NOVA nine", "APEX")) == "name_taken"
    assert await place.refused(founding(ADA, "apex", "Apex Ten", "APEX")) == "already_in_clan"
    await place.did(founding(BOB, "apex", "Apex Ten", "APEX"))
    join = JoinClan(clan_id=ClanId("apex"), actor_id=ADA, at=NOON)
    assert await place.refused(join) == "already_in_clan"
    await place.did(EndClan(clan_id=ClanId("nova"), actor_id=ADA, at=NOON))
    assert await place.did(founding(CYD, "nova-2", "Nova Nine", "NOVA")) != ()


async def test_a_battle_takes_both_stakes_and_gives_them_back(place: Town) -> None:
    """What its caller says of the clans is not believed: treasuries are read where they stand."""
    one, other = ClanId("nova"), ClanId("apex")
    for owner, clan, name in ((ADA, one, "Nova Nine"), (BOB, other, "Apex Ten")):
        await place.did(founding(owner, clan, name, clan[:4]))
        for n in range(4):
            await place.did(JoinClan(clan_id=clan, actor_id=UserId(f"{clan}{n}"), at=NOON))
    lies = Side(clan_id=one, role=None, rating=1, members=99, treasury=10**9)
    declared = DeclareBattle(
        battle_id=BattleId("b1"),
        actor_id=ADA,
        declarer=lies,
        opponent=evolve(lies, clan_id=other),
        kind=BattleKind.XP,
        mode=PlayMode.PRACTICE,
        stake=50,
        at=NOON,
    )
    assert await place.refused(declared) == "insufficient_funds"
    for owner, clan in ((ADA, one), (BOB, other)):
        await place.did(Donate(clan_id=clan, actor_id=owner, amount=50, balance=50, at=NOON))
    await place.did(evolve(declared, battle_id=BattleId("b2")))
    yes = AnswerBattle(
        battle_id=BattleId("b2"),
        actor_id=BOB,
        accept=True,
        declarer=lies,
        opponent=lies,
        at=NOON,
    )
    accepted = (await place.ask(yes)).unwrap()
    assert streams(accepted) == ("social.battle-b2", "social.clan-nova", "social.clan-apex")
    end = FinishBattle(
        battle_id=BattleId("b2"),
        declarer_rating=0,
        opponent_rating=0,
        at=after(NOON, 30 * DAY),
    )
    finished = (await place.ask(end)).unwrap()
    assert {"social.clan-nova", "social.clan-apex"} <= set(streams(finished))
