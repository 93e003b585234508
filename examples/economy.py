"""What the game's rules do to a population: a small year of five kinds of traders.

Prints:
    40 traders, 91 days

    character        traders  XP p10    p50    p90  level p10  p50  p90
    casual                20    4096   5222   6121          7    8    8
    grinder                8   43391  48552  50030         21   23   23
    washer                 4    1665   1780   1946          5    5    5
    multi_accounter        4    1665   1780   1946          5    5    5
    whale                  4   29353  32488  33351         18   19   19

    XP a day         quarter 1      2      3      4  best day under caps
    casual                61.9   51.3   59.0   54.0                  235
    grinder              530.8  557.6  496.6  524.0                  787
    washer                14.6   21.5   22.2   24.1                  147
    multi_accounter       14.6   21.5   22.2   24.1                  147
    whale                365.5  321.2  378.1  353.3                  687

    level  reached by  days p10  p50  p90
    5           100 %         5   26   74
    10           30 %        15   20   22
    15           30 %        34   37   57
    20           20 %        61   68   72
    25            0 %         -    -    -
    30            0 %         -    -    -
    40            0 %         -    -    -
    50            0 %         -    -    -

    league after day  cadet  voyager  champion  elite  master
    30                   32        6         2      0       0
    60                   31        1         6      2       0
    90                   23        9         0      8       0
    91                   23        9         0      8       0

    kept: no day pays more than 1000 XP over capped sources
    kept: no cap is exceeded on any day by the sources that share it
    kept: no washer is ever ahead of the casual who comes on the same days
    kept: no multi_accounter is ever ahead of the casual who comes on the same days
"""

from astracore.gamification.economy.report import report
from astracore.gamification.economy.simulation import Economy, years
from astracore.gamification.economy.tables import tables
from astracore.gamification.game_rules import GameRules


def main() -> None:
    """Forty traders for a quarter, in the tables that `astra simulate economy` prints."""
    rules = GameRules()
    run = Economy(traders=40, days=91, seed=1)
    print(tables(report(list(years(run, rules)), rules)))


if __name__ == "__main__":
    main()
