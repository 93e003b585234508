"""`lots.*`: which lots a sale takes, what they had cost, and pools."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from attrs import evolve, frozen
from returns.result import Failure, Result, Success

from astracore.errors.vectors import BadInput
from astracore.instants import Instant, instant
from astracore.numeric import exact, quotient
from astracore.outcome import collect, is_failure
from astracore.trading.lots.basis import Lot, LotMethod, Reduced, pooled, reduce
from astracore.trading.lots.specific_lots import Pick, reduce_specific
from astracore.trading.types import ZERO, Side
from astracore.verification.inputs import Answer, Function, Inputs
from astracore.verification.vector_functions.rows import (
    FEES,
    CaseFault,
    Told,
    first_stated,
    inner,
    number_or,
    priced,
    rows_of,
    side_in,
    total_of,
)

FINE = Decimal("1E-30")


@frozen(kw_only=True)
class Book:
    """Lots with the rows they were stated in: what each had cost a unit, and its date."""

    lots: tuple[Lot, ...]
    prices: Mapping[str, Decimal]
    dates: Mapping[str, str]
    sign: int = 1  # −1: the lots of a short position, whose quantities are stated below zero


def _dated(stated: Inputs) -> Result[Instant, CaseFault]:
    """The date of a row; rows without one stand in their order at one instant."""
    if not stated.has("date"):
        return Success(Instant(0))
    text = stated.text("date").value_or("")
    at = instant(text if "T" in text else f"{text}T00:00:00Z").value_or(None)
    return Failure(BadInput("date", "an ISO date is needed")) if at is None else Success(at)


@exact
def _lot(place: int, stated: Inputs) -> Result[Lot, CaseFault]:
    """One acquisition."""
    return Result.do(
        Lot(lot_id=str(place), acquired_at=at, seq=place, qty=abs(qty), cost=abs(cost))
        for qty in stated.number("qty")
        for price in priced(stated)
        for cost in total_of(stated, qty, price)
        for at in _dated(stated)
    )


def _book(inputs: Inputs) -> Result[Book, CaseFault]:
    """The list of lots; rows are counted from 1."""
    return Result.do(
        book
        for rows in rows_of(inputs, "lots", ("qty", "price", "date"))
        for lots in collect(_lot(place, each) for place, each in enumerate(rows, start=1))
        for prices in collect(priced(each) for each in rows)
        for quantities in collect(each.number("qty") for each in rows)
        for book in _shelved(rows, lots, prices, quantities)
    )


@exact
def _shelved(
    rows: Sequence[Inputs],
    lots: Sequence[Lot],
    prices: Sequence[Decimal],
    quantities: Sequence[Decimal],
) -> Result[Book, CaseFault]:
    """The book; empty rows hold nothing."""
    names = [lot.lot_id for lot in lots]
    dates = [each.text("date").value_or("") for each in rows]
    return Success(
        Book(
            lots=tuple(lot for lot in lots if lot.qty),
            prices=dict(zip(names, prices, strict=True)),
            dates=dict(zip(names, dates, strict=True)),
            sign=-1 if any(qty < ZERO for qty in quantities) else 1,
        )
    )


def _named(book: Book, lot_id: str, qty: Decimal) -> Mapping[str, Answer]:
    """A piece or a lot as it stands in a case."""
    date = book.dates.get(lot_id, "")
    return {
        "qty": book.sign * qty,
        "price": book.prices[lot_id],
        "lot": lot_id,
        **({"date": date} if date else {}),
    }


def _method(inputs: Inputs) -> Result[LotMethod | None, BadInput]:
    """The method by name, with or without ALL behind it; None where lots are picked."""
    if not inputs.has("method"):
        return Success(LotMethod.FIFO)
    return inputs.text("method").bind(_method_named)


def _method_named(name: str) -> Result[LotMethod | None, BadInput]:
    """FIFO, LIFO, HIFO, LOFO, AVERAGE; SPECIFIC and STRICT pick."""
    plain = name.lower().removesuffix("all")
    known: dict[str, LotMethod | None] = {method.value: method for method in LotMethod}
    known |= {"avg": LotMethod.AVERAGE, "average_cost": LotMethod.AVERAGE, "acb": LotMethod.AVERAGE}
    known |= dict.fromkeys(("specific", "specid", "strict"))
    if plain not in known:
        return Failure(BadInput("method", f"no method is called {name[:32]}"))
    return Success(known[plain])


@exact
def _reduced(
    book: Book, method: LotMethod | None, wanted: Inputs
) -> Result[tuple[Book, Reduced], CaseFault]:
    """One reduction: by the method, or of the lot that the row describes."""
    qty = wanted.number("qty")
    if is_failure(qty):
        return qty
    amount = abs(qty.unwrap())
    picks = method is None or first_stated(wanted, ("date", "price", "lot")) is not None
    if not picks and method is not None:
        done: Result[Reduced, CaseFault] = reduce(method, book.lots, amount, FINE)
    else:
        done = _picked(book, wanted, amount)
    return Result.do((evolve(book, lots=taken.lots), taken) for taken in done)


def _picked(book: Book, wanted: Inputs, qty: Decimal) -> Result[Reduced, CaseFault]:
    """A reduction of one described lot; without a description, of all there is or of one."""
    if first_stated(wanted, ("date", "price", "lot")) is None:
        whole = sum((lot.qty for lot in book.lots), ZERO)
        if whole == qty:
            return reduce(LotMethod.FIFO, book.lots, qty, FINE)
    return Result.do(
        done
        for at in _dated(wanted)
        for price in number_or(wanted, "price", ZERO)
        for done in reduce_specific(
            book.lots,
            (
                Pick(
                    qty=qty,
                    lot_id=wanted.text("lot").value_or(None),
                    acquired_at=at if wanted.has("date") else None,
                    unit_cost=price if wanted.has("price") else None,
                ),
            ),
            FINE,
        )
    )


@frozen(kw_only=True)
class Reductions:
    """Lots before and after several reductions, and what each took."""

    before: Book
    after: Book
    taken: tuple[Reduced, ...]


def _reductions(inputs: Inputs) -> Result[Reductions, CaseFault]:
    """Every reduction in turn; the first that cannot be done ends it."""
    read = Result.do(
        (book, method, rows)
        for book in _book(inputs)
        for method in _method(inputs)
        for rows in rows_of(inputs, "reductions", ("qty",))
    )
    if is_failure(read):
        return read
    book, method, rows = read.unwrap()
    before, taken = book, list[Reduced]()
    for wanted in rows:
        step = _reduced(book, method, wanted)
        if is_failure(step):
            return step
        book, done = step.unwrap()
        taken.append(done)
    return Success(Reductions(before=before, after=book, taken=tuple(taken)))


def _reduce(inputs: Inputs) -> Told:
    """lots.reduce: matched pieces, what remains, and the sums that an average needs."""
    return Result.do(
        answer
        for method in _method(inputs)
        for reductions in _reductions(inputs)
        for answer in _reduce_told(reductions, average=method is LotMethod.AVERAGE)
    )


@exact
def _reduce_told(done: Reductions, *, average: bool) -> Told:
    """The answer by name; a pool is one lot at its average."""
    before, after = done.before, done.after
    if average:
        name = next((lot.lot_id for lot in pooled(before.lots)), "")
        prices = {**before.prices, name: _unit(before.lots) or ZERO}
        before, after = evolve(before, prices=prices), evolve(after, prices=prices)
    pieces = [piece for taken in done.taken for piece in taken.pieces]
    return Success(
        {
            "matched": [_named(before, piece.lot_id, piece.qty) for piece in pieces],
            "remaining": [_named(after, lot.lot_id, lot.qty) for lot in after.lots],
            "average_cost": _unit(before.lots),
            "cost_removed": sum((piece.cost for piece in pieces), ZERO),
            "remaining_qty": before.sign * sum((lot.qty for lot in after.lots), ZERO),
            "remaining_cost": sum((lot.cost for lot in after.lots), ZERO),
        }
    )


def _unit(lots: Sequence[Lot]) -> Decimal | None:
    """What a unit cost on average."""
    qty = sum((lot.qty for lot in lots), ZERO)
    return quotient(sum((lot.cost for lot in lots), ZERO), qty) if qty else None


def _match_rows(inputs: Inputs) -> Told:
    """lots.match_rows: how much every reduction took of which acquisition, counted from 1."""
    return _reductions(inputs).map(_rows_told)


def _rows_told(done: Reductions) -> Answer:
    """Every piece in turn."""
    return [
        {"qty": piece.qty, "lot": piece.lot_id} for taken in done.taken for piece in taken.pieces
    ]


def _cost_of_reductions(inputs: Inputs) -> Told:
    """lots.cost_of_reductions: what each reduction had cost."""
    return Result.do(answer for done in _reductions(inputs) for answer in _costs_told(done))


@exact
def _costs_told(done: Reductions) -> Told:
    """A list in the order of the reductions."""
    return Success([sum((piece.cost for piece in taken.pieces), ZERO) for taken in done.taken])


@exact
def _apply_fill(inputs: Inputs) -> Told:
    """lots.apply_fill: what a fill takes out of the other side's lots, and what it opens."""
    read = Result.do(
        (book, method or LotMethod.FIFO, side, qty, price, fill)
        for book in _book(inputs)
        for method in _method(inputs)
        for fill in inner(inputs, "fill")
        for side in side_in(fill)
        for qty in fill.number("qty")
        for price in priced(fill)
    )
    if is_failure(read):
        return read
    book, method, side, qty, price, fill = read.unwrap()
    sign = 1 if side is Side.BUY else -1
    held = sum((lot.qty for lot in book.lots), ZERO)
    closes = min(abs(qty), held) if book.sign != sign else ZERO
    done = reduce(method, book.lots, closes, FINE)
    if is_failure(done):
        return done
    pieces, left = done.unwrap().pieces, done.unwrap().lots
    realised = book.sign * (closes * price - sum((piece.cost for piece in pieces), ZERO))
    remaining: list[Answer] = [_named(book, lot.lot_id, lot.qty) for lot in left]
    if abs(qty) > closes:
        opened: dict[str, Answer] = {"qty": sign * (abs(qty) - closes), "price": price}
        if fill.has("date"):
            opened["date"] = fill.text("date").value_or("")
        remaining.append(opened)
    matched = [_named(book, piece.lot_id, piece.qty) for piece in pieces]
    return Success({"matched": matched, "realized": realised, "remaining": remaining})


@frozen(kw_only=True)
class Run:
    """A history of purchases and sales: the book after it, and what each sale gained."""

    book: Book
    gains: tuple[Decimal, ...] = ()


def _run(inputs: Inputs) -> Told:
    """lots.run: purchases and sales in their order."""
    return Result.do(
        answer
        for rows in rows_of(inputs, "events", ("kind", "qty", "price"))
        for method in _method(inputs)
        for done in _ran(rows, method)
        for answer in _run_told(done)
    )


@exact
def _ran(rows: Sequence[Inputs], method: LotMethod | None) -> Result[Run, CaseFault]:
    """Each event in turn."""
    run = Run(book=Book(lots=(), prices={}, dates={}))
    for place, event in enumerate(rows, start=1):
        after = _event(run, place, event, method)
        if is_failure(after):
            return after
        run = after.unwrap()
    return Success(run)


def _event(run: Run, place: int, event: Inputs, method: LotMethod | None) -> Result[Run, CaseFault]:
    """A purchase is one lot more, its fee in its cost; a sale takes lots, its fee off its gain."""
    side, fee_key = side_in(event, ("kind", "side", "type")), first_stated(event, FEES) or "fee"
    read = Result.do(
        (way, lot, price, fee)
        for way in side
        for price in priced(event)
        for lot in _lot(place, event)
        for fee in number_or(event, fee_key, ZERO)
    )
    if is_failure(read):
        return read
    way, lot, price, fee = read.unwrap()
    if way is Side.BUY:
        loaded = evolve(lot, cost=lot.cost + fee)
        return Success(evolve(run, book=_acquired(run.book, loaded, event)))
    wanted = Inputs({key: event.values[key] for key in ("qty", "lot") if event.has(key)})
    step = _reduced(run.book, method, wanted)
    if is_failure(step):
        return step
    book, done = step.unwrap()
    gain = lot.qty * price - fee - sum((piece.cost for piece in done.pieces), ZERO)
    return Success(Run(book=book, gains=(*run.gains, gain)))


def _acquired(book: Book, lot: Lot, event: Inputs) -> Book:
    """The book with one lot more."""
    return evolve(
        book,
        lots=(*book.lots, lot),
        prices={**book.prices, lot.lot_id: quotient(lot.cost, lot.qty)},
        dates={**book.dates, lot.lot_id: event.text("date").value_or("")},
    )


@exact
def _run_told(done: Run) -> Told:
    """The gains in the order of sales; what remains as sums, and lot by lot."""
    lots = done.book.lots
    remaining: dict[str, Answer] = {
        "qty": sum((lot.qty for lot in lots), ZERO),
        "cost": sum((lot.cost for lot in lots), ZERO),
        "lots": [{**_named(done.book, lot.lot_id, lot.qty), "cost": lot.cost} for lot in lots],
    }
    return Success({"gains": done.gains, "remaining": remaining})


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "lots.apply_fill": _apply_fill,
        "lots.cost_of_reductions": _cost_of_reductions,
        "lots.match_rows": _match_rows,
        "lots.reduce": _reduce,
        "lots.run": _run,
    }
)
