"""Every read model of people among people."""

from astracore.events.projection import Model, model
from astracore.projections.social_challenges import CHALLENGES, ENGAGEMENTS
from astracore.projections.social_clans import BATTLES, CLAN_MEMBERS, CLANS
from astracore.projections.social_content import CASES, CONTENTS, FEED, INVITES
from astracore.projections.social_people import ACTS, FOLLOWERS, FRIENDS, PROFILES

SOCIAL_MODELS: tuple[Model, ...] = (
    model(PROFILES),
    model(FOLLOWERS),
    model(FRIENDS),
    model(ACTS),
    model(CLANS),
    model(CLAN_MEMBERS),
    model(BATTLES),
    model(CHALLENGES),
    model(ENGAGEMENTS),
    model(CONTENTS),
    model(FEED),
    model(INVITES),
    model(CASES),
)
