"""Bytes from strangers to plain JSON values: the one reader of every entry point."""

import json
import re
from collections.abc import Iterator
from typing import TypeAlias

from attrs import frozen
from returns.result import Failure, Result, Success

from shell.http.faults import BadRequest, FieldFault, bad_request

BODY_BYTES_MAX = 64 * 1024
DEPTH_MAX = 16
INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,15})(\.0{1,16})?", re.ASCII)  # 20.0 is the integer 20.
UNSPEAKABLE = re.compile("[\x00\ud800-\udfff]")


@frozen
class StrangeNumber:
    """A number that JSON can write and we do not take: kept as text for whom it was meant."""

    text: str


@frozen
class Doubled:
    """An object in which a key stands twice."""

    keys: tuple[str, ...]


Json: TypeAlias = "bool | int | str | StrangeNumber | Doubled | list[Json] | dict[str, Json] | None"


def read_object(body: bytes) -> Result[dict[str, Json], BadRequest]:
    """Read one JSON object: UTF-8, no doubled keys, integers only, no NUL, no lone surrogate.

    Errors: BadRequest, naming every fault with its path. A number that is no integer of at most
    16 digits is left in place as `StrangeNumber`: the field it was meant for says what is wrong.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return Failure(bad_request("body", "not UTF-8"))
    if _depth(body) > DEPTH_MAX:
        return Failure(bad_request("body", f"nested deeper than {DEPTH_MAX}"))
    try:
        value: Json = json.loads(
            text,
            parse_int=_number,
            parse_float=_number,
            parse_constant=StrangeNumber,
            object_pairs_hook=_object,
        )
    except ValueError:
        return Failure(bad_request("body", "not JSON"))
    faults = tuple(_faults(value, "body"))
    if faults:
        return Failure(BadRequest(faults))
    if not isinstance(value, dict):
        return Failure(bad_request("body", "not a JSON object"))
    return Success(value)


def _number(text: str) -> int | StrangeNumber:
    if INTEGER.fullmatch(text) is None:
        return StrangeNumber(text[:64])
    return int(text.partition(".")[0])


def _object(pairs: list[tuple[str, Json]]) -> Json:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    keys = [key for key, _ in pairs]
    return Doubled(tuple(sorted({key for key in keys if keys.count(key) > 1})))


def _depth(body: bytes) -> int:
    # Counted before parsing, because a parser recurses. Few brackets cannot nest deeply.
    if body.count(b"[") + body.count(b"{") <= DEPTH_MAX:
        return 0
    depth = deepest = 0
    bare = re.sub(rb'"(?:[^"\\]|\\.)*"', b"", body)
    for byte in bare:
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


def _faults(value: Json, path: str) -> Iterator[FieldFault]:
    if isinstance(value, str):
        if UNSPEAKABLE.search(value) is not None:
            yield FieldFault(path, "invalid_request", "a NUL or a lone surrogate in a text")
    elif isinstance(value, Doubled):
        for key in value.keys:
            yield FieldFault(f"{path}.{speakable(key)}", "unknown_field", "the key stands twice")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _faults(item, f"{path}[{index}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _faults_of_member(key, item, path)


def _faults_of_member(key: str, item: Json, path: str) -> Iterator[FieldFault]:
    if UNSPEAKABLE.search(key) is not None:
        yield FieldFault(path, "unknown_field", "a NUL or a lone surrogate in a key")
    else:
        yield from _faults(item, f"{path}.{speakable(key)}")


def speakable(text: str) -> str:
    """`text` as it may stand in an answer: at most 64 characters, none of them unencodable."""
    return UNSPEAKABLE.sub("�", text[:64])
