"""Reads points from an upsert, as a list or in columns, and refuses what the server refuses before it stores."""

import math
from collections.abc import Mapping
from typing import Any

import qdrant_edge as edge

from local.qdrant.errors import bad_format, invalid, wrong_input
from local.qdrant.ids import PointID, parse_id
from local.qdrant.version import Version
from local.qdrant.words import embed, is_document


class Dimensions(dict[str, int]):
    """By vector name, "" being the unnamed one; with the version, which decides what may stand in a vector's place."""

    def __init__(self, dimensions: Mapping[str, int], version: Version) -> None:
        super().__init__(dimensions)
        self.version = version


def parse_points(body: dict[str, Any], dimensions: Dimensions) -> list[edge.Point]:
    if "batch" in body:
        return _columns(body["batch"], dimensions)
    if "points" in body:
        return _rows(body["points"], dimensions)
    raise bad_format("Invalid PointInsertOperations format")


def _rows(points: Any, dimensions: Dimensions) -> list[edge.Point]:
    if not isinstance(points, list):
        raise bad_format("invalid type, expected a sequence")
    parsed = []
    for index, point in enumerate(points):
        if not isinstance(point, dict):
            raise bad_format("invalid type, expected struct PointStruct")
        for name in ("id", "vector"):
            if name not in point:
                raise bad_format(f"missing field `{name}`")
        vector = parse_vector(point["vector"], dimensions, f"points[{index}].vector", "VectorStruct")
        parsed.append(_point(parse_id(point["id"]), vector, point.get("payload")))
    return parsed


def _columns(batch: Any, dimensions: Dimensions) -> list[edge.Point]:
    if not isinstance(batch, dict):
        raise bad_format("invalid type, expected struct Batch")
    for name in ("ids", "vectors"):
        if name not in batch:
            raise bad_format(f"missing field `{name}`")
    ids, vectors, payloads = batch["ids"], batch["vectors"], batch.get("payloads")
    if not isinstance(ids, list) or not isinstance(payloads, list | None):
        raise bad_format("invalid type, expected a sequence")
    columns = vectors if isinstance(vectors, dict) else {"": vectors}
    for column in columns.values():
        if not isinstance(column, list):
            raise bad_format("data did not match any variant of untagged enum BatchVectorStruct")
        if len(column) != len(ids):
            raise invalid(f"batch.data: number of ids and vectors must be equal ({len(ids)} != {len(column)})")
    if payloads is not None and len(payloads) != len(ids):
        raise invalid(f"batch.data: number of ids and payloads must be equal ({len(ids)} != {len(payloads)})")
    parsed = []
    for index, point_id in enumerate(ids):
        row = {name: column[index] for name, column in columns.items()} if isinstance(vectors, dict) else vectors[index]
        vector = parse_vector(row, dimensions, f"batch.vectors[{index}]", "BatchVectorStruct")
        parsed.append(_point(parse_id(point_id), vector, payloads[index] if payloads else None))
    return parsed


def _point(point_id: PointID, vector: Any, payload: Any) -> edge.Point:
    if payload is not None and not isinstance(payload, dict):
        raise bad_format("invalid type, expected a map")
    return edge.Point(point_id, vector, payload)


def parse_vector(value: Any, dimensions: Dimensions, place: str, shape: str) -> Any:
    """The engine's form of a dense, sparse or named vector, its dimension checked before anything is stored."""
    if isinstance(value, dict) and not {"indices", "values"} <= value.keys() and not is_document(value):
        return {name: parse_one(one, name, dimensions, place, shape) for name, one in value.items()}
    return parse_one(value, "", dimensions, place, shape)


def parse_one(value: Any, name: str, dimensions: Dimensions, place: str, shape: str, query: bool = False) -> Any:
    if is_document(value):
        return embed(value, dimensions.version, query)
    if isinstance(value, dict) and {"indices", "values"} <= value.keys():
        indices, values = value["indices"], value["values"]
        if not _numbers(values) or not isinstance(indices, list) or len(indices) != len(values):
            raise invalid(f"{place}: must be the same length as indices")
        if len(set(indices)) != len(indices):
            raise invalid(f"{place}: must be unique")
        return edge.SparseVector(indices, values)
    # A null is how JSON carries NaN and infinity: the engine would take NaN, the server's JSON cannot.
    if not _numbers(value):
        raise bad_format(f"data did not match any variant of untagged enum {shape}")
    if not value:
        raise invalid(f"{place}: dense vector must not be empty")
    if name not in dimensions:
        raise wrong_input(f"Not existing vector name error: {name}")
    if len(value) != dimensions[name]:
        raise wrong_input(f"Vector dimension error: expected dim: {dimensions[name]}, got {len(value)}")
    return value


def _numbers(values: Any) -> bool:
    if not isinstance(values, list):
        return False
    # The sum is finite exactly when no value is infinite or NaN; it is far cheaper than a test for each.
    try:
        return all(type(one) is float or type(one) is int for one in values) and math.isfinite(math.fsum(values))
    except (OverflowError, ValueError):
        return False
