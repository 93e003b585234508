"""What can be learned: modules of lessons, the last of each with a quiz. Answers stay here."""

from decimal import Decimal

from attrs import frozen


@frozen(kw_only=True)
class Question:
    """One question; `answer` is the index of the right option and never leaves the server."""

    text: str
    options: tuple[str, ...]
    answer: int


@frozen(kw_only=True)
class Lesson:
    """One lesson of a module; `quiz` is empty where it ends without one."""

    lesson_id: str
    module: str
    title: str
    quiz: tuple[Question, ...] = ()


@frozen(kw_only=True)
class LessonTable:
    """The lessons, what share of right answers passes, and how often a day one may try."""

    lessons: tuple[Lesson, ...]
    passing: Decimal = Decimal("0.8")
    tries: int = 3


def lesson_of(table: LessonTable, lesson_id: str) -> Lesson | None:
    """The lesson of this id, if there is one."""
    return next((lesson for lesson in table.lessons if lesson.lesson_id == lesson_id), None)


def right_answers(lesson: Lesson, answers: tuple[int, ...]) -> int:
    """How many answers are right, question by question.

    >>> lesson = lesson_of(LESSONS, "risk_size")
    >>> right_answers(lesson, (1, 0, 2, 1, 0))
    5
    """
    return sum(
        question.answer == answer for question, answer in zip(lesson.quiz, answers, strict=False)
    )


def _asked(text: str, right: int, *options: str) -> Question:
    """A question with its options in the order shown."""
    return Question(text=text, options=options, answer=right)


BASICS = (
    _asked("What is the spread?", 0, "best ask − best bid", "the fee", "today's range"),
    _asked("What does a limit buy order promise?", 2, "a fill", "speed", "no worse a price"),
    _asked("Which order takes liquidity?", 1, "a post-only limit", "a market order", "neither"),
    _asked("Sold short at 50, bought back at 40. Per unit:", 0, "+10", "−10", "0"),
    _asked("Margin 100 at leverage 5 carries a position of", 2, "20", "105", "500"),
)
CHARTS = (
    _asked("A candle's wick shows", 1, "the volume", "the extremes", "the spread"),
    _asked("A moving average follows the price", 0, "with a lag", "ahead of it", "exactly"),
    _asked("An uptrend has", 2, "equal lows", "lower highs", "higher highs and higher lows"),
    _asked("A breakout on thin volume is", 1, "proof", "less reliable", "impossible"),
    _asked("Support that breaks often becomes", 0, "resistance", "a gap", "stronger support"),
)
RISK = (
    _asked("Equity 10000, risk 1 %, stop 50 away. Units:", 1, "1", "2", "200"),
    _asked("After a loss of 50 %, what gain restores it?", 0, "100 %", "50 %", "75 %"),
    _asked("Two markets that move together make a book", 2, "safer", "free of risk", "riskier"),
    _asked("The stop belongs where", 1, "it hurts least", "the idea is wrong", "it looks round"),
    _asked("Expected: wins 40 % of 3R, losses 60 % of 1R.", 0, "+0.6R", "−0.6R", "0"),
)
PSYCHOLOGY = (
    _asked("Doubling up after a loss to get even is", 2, "hedging", "scaling", "chasing losses"),
    _asked(
        "Selling winners early and holding losers is the", 0, "disposition effect", "carry", "fade"
    ),
    _asked("A trading journal mainly shows", 1, "the market", "one's own habits", "the fees"),
    _asked(
        "After five losses in a row the next trade's odds are", 0, "unchanged", "better", "worse"
    ),
    _asked("Tired and angry, the best next trade is", 1, "a larger one", "none", "a quick one"),
)
FUNDAMENTALS = (
    _asked(
        "Higher interest rates usually make future cash flows",
        0,
        "worth less",
        "worth more",
        "equal",
    ),
    _asked("Funding above zero is paid by", 1, "shorts", "longs", "the venue"),
    _asked("Supply fixed and demand rising, the price tends", 2, "down", "sideways", "up"),
    _asked("Market capitalisation is", 1, "volume × price", "supply × price", "equity − debt"),
    _asked("A scheduled news release mostly raises", 0, "volatility", "liquidity", "certainty"),
)
LESSONS = LessonTable(
    lessons=(
        Lesson(lesson_id="basics_orders", module="basics", title="Orders and the book"),
        Lesson(lesson_id="basics_positions", module="basics", title="Positions", quiz=BASICS),
        Lesson(lesson_id="charts_candles", module="charts", title="Reading candles"),
        Lesson(lesson_id="charts_trends", module="charts", title="Trends", quiz=CHARTS),
        Lesson(lesson_id="risk_stops", module="risk", title="Stops"),
        Lesson(lesson_id="risk_size", module="risk", title="Position size", quiz=RISK),
        Lesson(lesson_id="psychology_bias", module="psychology", title="Biases"),
        Lesson(lesson_id="psychology_plan", module="psychology", title="A plan", quiz=PSYCHOLOGY),
        Lesson(lesson_id="fundamentals_value", module="fundamentals", title="What moves value"),
        Lesson(
            lesson_id="fundamentals_flows", module="fundamentals", title="Flows", quiz=FUNDAMENTALS
        ),
    )
)
