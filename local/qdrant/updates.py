"""Write requests into engine operations. Everything that can be refused is refused here, before anything is stored."""

from collections.abc import Callable
from typing import Any

import qdrant_edge as edge

from local.qdrant.collection import Collection
from local.qdrant.errors import bad_format, bad_request, wrong_input
from local.qdrant.filters import parse_filter
from local.qdrant.ids import parse_ids
from local.qdrant.points import parse_points, parse_vector

MODES = {
    "upsert": edge.UpdateMode.Upsert,
    "insert_only": edge.UpdateMode.InsertOnly,
    "update_only": edge.UpdateMode.UpdateOnly,
}
INDEX_TYPES = ("Keyword", "Integer", "Float", "Geo", "Text", "Bool", "Datetime", "Uuid")

Write = Callable[[], Any]


def writes(collection: Collection, operation: edge.UpdateOperation) -> Write:
    return lambda: collection.shard.update(operation)


def upsert(collection: Collection, body: dict[str, Any]) -> Write:
    points = parse_points(body, collection.dimensions)
    condition, mode = parse_filter(body.get("update_filter")), body.get("update_mode") or "upsert"
    if mode not in MODES:
        raise bad_format(f"unknown variant `{mode}`, expected one of `upsert`, `insert_only`, `update_only`")
    if not points:
        raise bad_request("Empty update request")
    return writes(collection, edge.UpdateOperation.upsert_points(points, condition, MODES[mode]))


def delete(collection: Collection, body: dict[str, Any]) -> Write:
    return _selected(collection, body, edge.UpdateOperation.delete_points, edge.UpdateOperation.delete_points_by_filter)


def set_payload(collection: Collection, body: dict[str, Any]) -> Write:
    operation = edge.UpdateOperation
    return _selected(collection, body, operation.set_payload, operation.set_payload_by_filter, *_payload(body))


def overwrite_payload(collection: Collection, body: dict[str, Any]) -> Write:
    operation = edge.UpdateOperation
    return _selected(
        collection, body, operation.overwrite_payload, operation.overwrite_payload_by_filter, *_payload(body)
    )


def delete_payload(collection: Collection, body: dict[str, Any]) -> Write:
    keys = body.get("keys")
    if not isinstance(keys, list):
        raise bad_format("missing field `keys`")
    operation = edge.UpdateOperation
    return _selected(collection, body, operation.delete_payload, operation.delete_payload_by_filter, keys)


def clear_payload(collection: Collection, body: dict[str, Any]) -> Write:
    operation = edge.UpdateOperation
    return _selected(collection, body, operation.clear_payload, operation.clear_payload_by_filter)


def update_vectors(collection: Collection, body: dict[str, Any]) -> Write:
    points = body.get("points")
    if not isinstance(points, list):
        raise bad_format("missing field `points`")
    changed = [
        edge.PointVectors(
            parse_ids([point.get("id")])[0],
            parse_vector(point.get("vector"), collection.dimensions, f"points[{index}].vector", "VectorStruct"),
        )
        for index, point in enumerate(points)
    ]
    return writes(collection, edge.UpdateOperation.update_vectors(changed))


BATCH: dict[str, Callable[[Collection, dict[str, Any]], Write]] = {
    "upsert": upsert,
    "delete": delete,
    "set_payload": set_payload,
    "overwrite_payload": overwrite_payload,
    "delete_payload": delete_payload,
    "clear_payload": clear_payload,
    "update_vectors": update_vectors,
}


def batch(collection: Collection, body: dict[str, Any]) -> list[Write]:
    """Operations in order; they are not atomic: one that fails stops the rest and undoes nothing."""
    operations = body.get("operations")
    if not isinstance(operations, list):
        raise bad_format("missing field `operations`")
    found = []
    for operation in operations:
        if not isinstance(operation, dict) or len(operation) != 1 or next(iter(operation)) not in BATCH:
            raise bad_format("operations: data did not match any variant of untagged enum UpdateOperation")
        name, inner = next(iter(operation.items()))
        found.append(BATCH[name](collection, inner))
    return found


def create_index(collection: Collection, body: dict[str, Any]) -> Write:
    field, schema = body.get("field_name"), body.get("field_schema")
    if not isinstance(field, str):
        raise bad_format("missing field `field_name`")
    kind = schema.get("type") if isinstance(schema, dict) else schema
    if not isinstance(kind, str) or kind.capitalize() not in INDEX_TYPES:
        raise bad_format("field_schema: data did not match any variant of untagged enum PayloadFieldSchema")
    scoring = isinstance(schema, dict) and schema.get("scoring")
    if scoring and (kind != "text" or not collection.version.scores_text):
        raise bad_format("field_schema: data did not match any variant of untagged enum PayloadFieldSchema")
    wanted = edge.TextIndexParams(scoring=True) if scoring else getattr(edge.PayloadSchemaType, kind.capitalize())
    return writes(collection, edge.UpdateOperation.create_field_index(field, wanted))


def create_vector(collection: Collection, name: str, body: dict[str, Any]) -> Write:
    config = body.get("sparse")
    if not isinstance(config, dict):
        raise bad_format("data did not match any variant of untagged enum VectorNameConfig")
    if name in collection.dimensions or name in (collection.config.get("sparse_vectors") or {}):
        raise wrong_input(f"Vector with name {name} already exists")
    return lambda: collection.add_sparse(name, config)


def delete_index(collection: Collection, field: str) -> Write:
    return writes(collection, edge.UpdateOperation.delete_field_index(field))


def _payload(body: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    payload = body.get("payload")
    if not isinstance(payload, dict):
        raise bad_format("missing field `payload`")
    return payload, body.get("key")


def _selected(
    collection: Collection, body: dict[str, Any], by_ids: Callable[..., Any], by_filter: Callable[..., Any], *rest: Any
) -> Write:
    if body.get("points") is not None:
        return writes(collection, by_ids(parse_ids(body["points"]), *rest))
    if body.get("filter") is not None:
        return writes(collection, by_filter(parse_filter(body["filter"]), *rest))
    raise bad_format("data did not match any variant of untagged enum PointsSelector")
