"""What the economy's report says is true: shared caps are shared, and counts name their day."""

from attrs import evolve

from astracore.gamification.economy.picture import picture
from astracore.gamification.economy.report import report
from astracore.gamification.economy.simulation import Economy, by_cap, years
from astracore.gamification.economy.tables import tables
from astracore.gamification.game_rules import GameRules
from astracore.gamification.sources import XpSource

RULES = GameRules()


def test_sources_that_share_a_cap_are_held_to_it_together() -> None:
    """200 XP of lessons and 200 of quizzes are 400 under a cap of 300."""
    paid = {XpSource.LESSON: 200, XpSource.QUIZ: 200, XpSource.TOURNAMENT: 5000}
    assert by_cap(paid, RULES) == {"learning": 400}
    made = list(years(Economy(traders=1, days=20), RULES))
    greedy = [evolve(year, most_by_cap=tuple(by_cap(paid, RULES).items())) for year in made]
    assert report(made, RULES).checks[1].kept
    assert not report(greedy, RULES).checks[1].kept


def test_each_look_at_the_leagues_names_its_day() -> None:
    for days, looks in ((29, (29,)), (30, (30,)), (65, (30, 60, 65))):
        made = report(list(years(Economy(traders=1, days=days), RULES)), RULES)
        assert made.looks == looks
        assert all(f"\n{day}  " in tables(made) for day in looks)
        assert f">{days}</text>" in picture(made)
