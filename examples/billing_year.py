"""A year of billing from one seed: what was invoiced, earned and is still owed, month by month.

Twelve customers subscribe, upgrade, fail to pay, pause, take their money back and dispute. At the
end of every day the invoices are what is earned and what is deferred, and the books add up to 0.

Prints:
        month  invoiced    earned  deferred       MRR
      2026-01   1318.54    196.49   1122.05    164.57
      2026-02   2212.02    415.61   1796.41    142.09
      2026-03   3408.74    687.10   2721.64     89.16
      2026-04   3445.50   1022.06   2423.44     89.69
      2026-05   3826.00   1336.35   2489.65     97.24
      2026-06   4403.62   1930.65   2472.97    210.89
      2026-07   4863.11   2361.19   2501.92    167.15
      2026-08   4874.71   2961.02   1913.69    153.69
      2026-09   5178.74   3236.15   1942.59    203.43
      2026-10   6057.81   3714.18   2343.63    269.75
      2026-11   6175.93   4146.93   2029.00    237.66
      2026-12   6626.35   4491.48   2134.87    179.21
    32 started, 22 renewed, 16 upgraded, 9 failed, 3 paused, 8 refunded, 15 disputed
    every day adds up: yes
"""

from astracore.revenue.dates import day_text, month_text
from astracore.verification.billing.year import DayTotals, Year, simulated

COLUMNS = ("month", "invoiced", "earned", "deferred", "MRR")


def last_days(year: Year) -> list[DayTotals]:
    """The last day of each month."""
    return [day for day in year.days if month_text(day.day) != month_text(day.day + 1)]


def row(texts: tuple[str, ...]) -> str:
    """One line of the table."""
    return " ".join(text.rjust(9) for text in texts).rstrip()


def main() -> None:
    """The table, and what happened in it."""
    year = simulated(7)
    print(row(COLUMNS))
    for day in last_days(year):
        amounts = (day.invoiced, day.recognised, day.deferred, day.mrr)
        print(row((day_text(day.day)[:7], *(f"{amount:.2f}" for amount in amounts))))
    counts = year.counts
    print(
        f"{counts.started} started, {counts.renewed} renewed, {counts.upgraded} upgraded, "
        f"{counts.failed} failed, {counts.paused} paused, {counts.refunded} refunded, "
        f"{counts.disputed} disputed"
    )
    sound = all(
        day.balance == 0 and day.invoiced == day.recognised + day.deferred for day in year.days
    )
    print(f"every day adds up: {'yes' if sound else 'no'}")


if __name__ == "__main__":
    main()
