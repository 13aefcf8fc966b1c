"""Point ids: an unsigned 64-bit number or a UUID, in any of its spellings."""

from typing import Any
from uuid import UUID

from local.qdrant.errors import Refusal, bad_format

MAX_U64 = 2**64 - 1

PointID = int | UUID


def parse_id(value: Any) -> PointID:
    if type(value) is int and 0 <= value <= MAX_U64:
        return value
    if isinstance(value, str):
        try:
            return UUID(value)
        except ValueError:
            pass
    shown = f'"{value}"' if isinstance(value, str) else value
    raise bad_format(f"value {shown} is not a valid point ID, valid values are either an unsigned integer or a UUID")


def parse_ids(values: Any) -> list[PointID | str]:
    if not isinstance(values, list):
        raise bad_format("invalid type, expected a sequence of point ids")
    return [parse_id(value) for value in values]


def path_id(text: str) -> PointID:
    """The id in `/points/{id}`."""
    try:
        return parse_id(int(text) if text.isascii() and text.isdigit() else text)
    except Refusal:
        raise Refusal(400, f'Wrong input: Can not recognize "{text}" as point id') from None


def shown_id(value: PointID | str) -> int | str:
    return value if isinstance(value, int) else str(value)
