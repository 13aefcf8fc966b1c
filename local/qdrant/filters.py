"""Qdrant's filter language into the engine's."""

from typing import Any

import qdrant_edge as edge

from local.qdrant.errors import bad_format
from local.qdrant.ids import parse_ids

CLAUSES = ("must", "should", "must_not", "min_should")


def parse_filter(value: Any) -> edge.Filter | None:
    """None stays None: no filter, every point."""
    if value is None:
        return None
    if not isinstance(value, dict):
        raise bad_format("invalid type, expected struct Filter")
    if unknown := set(value) - set(CLAUSES):
        raise bad_format(f"unknown field `{min(unknown)}`, expected one of `should`, `min_should`, `must`, `must_not`")
    least = value.get("min_should")
    return edge.Filter(
        must=_conditions(value.get("must")),
        should=_conditions(value.get("should")),
        must_not=_conditions(value.get("must_not")),
        min_should=edge.MinShould(_conditions(least["conditions"]) or [], least["min_count"]) if least else None,
    )


def _conditions(value: Any) -> list[Any] | None:
    if value is None:
        return None
    return [_condition(one) for one in (value if isinstance(value, list) else [value])]


def _condition(value: Any) -> Any:
    match value:
        case {"has_id": ids}:
            return edge.HasIdCondition(set(parse_ids(ids)))
        case {"is_empty": {"key": str(key)}}:
            return edge.IsEmptyCondition(key)
        case {"has_vector": str(name)}:
            return edge.HasVectorCondition(name)
        case {"is_null": {"key": str(key)}}:
            return edge.IsNullCondition(key)
        case {"nested": {"key": str(key), "filter": dict(inner)}}:
            return edge.NestedCondition(key, parse_filter(inner) or edge.Filter())
        case {"key": str(key), "match": match}:
            return edge.FieldCondition(key=key, match=_match(match))
        case {"key": str(key), "range": limits}:
            return edge.FieldCondition(key=key, range=_range(limits))
        case dict() if value.keys() <= set(CLAUSES):
            return parse_filter(value)
    raise bad_format("data did not match any variant of untagged enum Condition")


def _match(value: Any) -> Any:
    match value:
        case {"value": str() | bool() | int() as wanted}:
            return edge.MatchValue(wanted)
        case {"any": list(wanted)}:
            return edge.MatchAny(wanted)
        case {"except": list(unwanted)}:
            return edge.MatchExcept(unwanted)
        case {"text": str(words)}:
            return edge.MatchText(words)
        case {"phrase": str(words)}:
            return edge.MatchPhrase(words)
    raise bad_format("data did not match any variant of untagged enum Match")


def _range(value: Any) -> Any:
    if not isinstance(value, dict) or not value.keys() <= {"gt", "gte", "lt", "lte"}:
        raise bad_format("data did not match any variant of untagged enum RangeInterface")
    dates = any(isinstance(limit, str) for limit in value.values())
    return edge.RangeDateTime(**value) if dates else edge.RangeFloat(**value)
