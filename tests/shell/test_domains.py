"""Every part of the service has one domain, and a process serves those it is told to."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import pytest

from astracore.events.projection import Model
from astracore.policies.registry import POLICIES, ROW_POLICIES, WAITING_POLICIES
from astracore.projections.registry import LEDGER_MODELS, MODELS
from shell.app import ROUTES, create_app
from shell.config import BadSetting, config
from shell.domains import (
    ALL,
    DOMAINS,
    TOPICS,
    NoDomainError,
    Reacting,
    by_domain,
    domain_of_model,
    domain_of_policy,
    domain_of_tag,
)
from tests.shell.serving import serving


class Named(Protocol):
    @property
    def name(self) -> str: ...


def named(found: Mapping[str, Sequence[Named]]) -> dict[str, set[str]]:
    return {domain: {one.name for one in some} for domain, some in found.items()}


def test_every_model_has_a_domain() -> None:
    models = by_domain((*MODELS, *LEDGER_MODELS), domain_of_model)
    found = named(models)
    assert found.keys() <= ALL
    assert {"portfolio", "fills", "instruments"} <= found["trading"]
    assert {"progress", "leaderboard.xp.all_time", "tournaments"} <= found["gamification"]
    assert {"balances", "revenue_daily", "invoices"} <= found["financial"]
    assert {"users", "user.audit"} <= found["user"]
    assert {"clans"} <= found["social"]
    assert {"follows"} <= found["bot"]


def test_a_policy_is_at_home_where_its_commands_are() -> None:
    policies: tuple[Reacting, ...] = (*POLICIES, *WAITING_POLICIES, *ROW_POLICIES)
    homes = by_domain(policies, domain_of_policy)
    found = named(homes)
    assert found.keys() <= ALL
    assert {"welcome", "open_tournament_account", "place_copy"} <= found["trading"]
    assert {"settle_trade", "practice_issue", "grant_rewards"} <= found["financial"]
    assert {"reward_close", "take_back"} <= found["gamification"]
    assert {"claim_level"} <= found["nft"]
    assert {"evaluate_risk"} <= found["risk"]
    assert {"suspend_by_case"} <= found["user"]


def test_every_route_and_every_topic_has_a_domain() -> None:
    assert {domain_of_tag(one.tag) for one in ROUTES} <= ALL
    assert set(TOPICS.values()) <= ALL


def test_what_folds_two_domains_must_say_which_is_its_own() -> None:
    kinds = frozenset({*MODELS[0].classes, *MODELS[1].classes})
    mixed = Model(
        name="m",
        version=1,
        classes=kinds,
        keys=MODELS[0].keys,
        fold=MODELS[0].fold,
        look=MODELS[0].look,
    )
    with pytest.raises(NoDomainError, match="m: trading, user"):
        domain_of_model(mixed)
    with pytest.raises(NoDomainError, match="cooking"):
        domain_of_tag("cooking")


def test_domains_are_written_with_commas() -> None:
    read = config({}, domains="trading, gamification").unwrap()
    assert read.domains == ("trading", "gamification")
    assert config({}).unwrap().domains == DOMAINS


@pytest.mark.parametrize("given", ["", " ", "trading,", "trading;user", "all", "Trading"])
def test_an_unknown_domain_is_refused_with_the_list(given: str) -> None:
    [fault] = config({}, domains=given).failure()
    assert isinstance(fault, BadSetting)
    assert fault.name == "domains"
    assert ", ".join(DOMAINS) in fault.why


async def test_one_process_may_serve_any_part_of_its_store(tmp_path: Path) -> None:
    """SQLite: what another part wrote is there when it is served again."""
    game = config({}, data=tmp_path, domains="gamification").unwrap()
    async with serving(create_app(game)) as client:
        assert (await client.get("/v1/health/ready")).status == 200
        assert (await client.get("/v1/leaderboards")).status == 200
        assert (await client.get("/v1/instruments")).status == 404
        shown = await (await client.get("/v1/openapi.json")).json()
        assert not any(path.startswith("/v1/orders") for path in shown["paths"])
    desk = config({}, data=tmp_path, domains="trading,user").unwrap()
    async with serving(create_app(desk)) as client:
        body = {"username": "somebody"}
        answer = await client.post("/v1/auth/register", json=body)
        assert answer.status == 201
        token = (await answer.json())["token"]
        assert (await client.get("/v1/instruments")).status == 200
        assert (await client.get("/v1/leaderboards")).status == 404
    head = {"Authorization": f"Bearer {token}"}
    async with serving(create_app(game)) as client:
        answer = await client.get("/v1/game/profile", headers=head)
        assert (await answer.json())["xp"] == 0
