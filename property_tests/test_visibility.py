"""Who sees which field, and what is shown of shared results."""

from decimal import Decimal

from attrs import evolve as changed

from astracore.social.limits import WINDOWS
from astracore.social.profiles.rules import REPUTATION
from astracore.social.profiles.visibility import (
    Outcome,
    Relation,
    Sharing,
    Visibility,
    sees,
    shared,
    visible_fields,
)
from property_tests.test_reputation import ADA


def test_who_sees_what() -> None:
    seen = {(one, viewer) for one in Visibility for viewer in Relation if sees(one, viewer)}
    owned = {(one, Relation.OWNER) for one in Visibility}
    public = {(Visibility.PUBLIC, Relation.FRIEND), (Visibility.PUBLIC, Relation.STRANGER)}
    assert seen == owned | public | {(Visibility.FRIENDS, Relation.FRIEND)}
    settings = {"bio": Visibility.PUBLIC, "results": Visibility.FRIENDS, "mail": Visibility.PRIVATE}
    assert visible_fields(settings, Relation.STRANGER) == {"bio"}
    assert visible_fields(settings, Relation.FRIEND) == {"bio", "results"}
    assert visible_fields(settings, Relation.BLOCKED) == frozenset()


def test_shared_results_show_what_was_chosen() -> None:
    outcome = Outcome(
        user_id=ADA, alias="nova", fraction=Decimal("0.08"), lesson="wait", selected=False
    )
    assert shared(outcome, Sharing.HIDDEN) is None
    assert shared(outcome, Sharing.SELECTED) is None
    named = shared(changed(outcome, selected=True), Sharing.SELECTED)
    veiled, taught = shared(outcome, Sharing.ALIAS), shared(outcome, Sharing.EDUCATION_ONLY)
    assert named is not None
    assert veiled is not None
    assert taught is not None
    assert (named.user_id, named.fraction) == (ADA, Decimal("0.08"))
    assert (veiled.user_id, veiled.alias, veiled.fraction) == (None, "nova", Decimal("0.08"))
    assert (taught.user_id, taught.alias, taught.fraction, taught.lesson) == (
        *(None, None, None),
        "wait",
    )
    assert REPUTATION.limits.windows == WINDOWS
