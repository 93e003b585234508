"""A year of billing from one seed: what was invoiced, earned and is still owed, month by month.

Twelve customers subscribe, upgrade, fail to pay, pause, take their money back and dispute. At the
end of every day the invoices are what is earned and what is deferred, and the books add up to 0.

Prints:
        month  invoiced    earned  deferred       MRR
          2026-01   1318.54    196.49   1122.05    164.57
          2026-02   2215.89    419.48   1796.41    142.09
          2026-03   3412.61    690.97   2721.64     89.16
          2026-04   3449.37   1025.93   2423.44     89.69
          2026-05   3832.87   1340.25   2492.62     97.49
          2026-06   4413.55   1937.26   2476.29    214.14
          2026-07   4873.04   2368.45   2504.59    167.40
          2026-08   4882.14   2968.45   1913.69    153.69
          2026-09   5186.17   3243.58   1942.59    203.43
          2026-10   6077.74   3723.62   2354.12    282.25
          2026-11   6195.86   4166.86   2029.00    237.66
          2026-12   6646.28   4511.41   2134.87    179.21
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
