"""`/points/query`: nearest neighbours, fusion of prefetched lists, or plain listing."""

from typing import Any

import qdrant_edge as edge

from local.qdrant.errors import Refusal, bad_format, bad_request, invalid, wrong_input
from local.qdrant.filters import parse_filter
from local.qdrant.ids import parse_id, parse_ids, shown_id
from local.qdrant.points import Dimensions, parse_one
from local.qdrant.words import is_document, text_query

DEFAULT_LIMIT = 10
RRF_K = 2  # the server's default; positions count from 0


def payload_selector(value: Any, default: bool) -> Any:
    """`with_payload`: a flag, a list of fields, or include/exclude."""
    match value:
        case None:
            return default
        case bool() | list():
            return value
        case {"include": list(keys)}:
            return edge.PayloadSelector.Include(keys)
        case {"exclude": list(keys)}:
            return edge.PayloadSelector.Exclude(keys)
    raise bad_format("data did not match any variant of untagged enum WithPayloadInterface")


def vector_selector(value: Any) -> Any:
    if value is None or isinstance(value, bool | list):
        return value or False
    raise bad_format("data did not match any variant of untagged enum WithVector")


def positive(body: dict[str, Any], name: str, default: int) -> int:
    value = body.get(name)
    if value is None:
        return default
    if type(value) is not int:
        raise bad_format("invalid type, expected usize")
    if value < 1:
        raise invalid(f"internal.{name}: value {value} invalid, must be 1 or larger")
    return value


def run_query(shard: edge.EdgeShard, body: dict[str, Any], dimensions: Dimensions) -> list[dict[str, Any]]:
    prefetches = _prefetches(body.get("prefetch"), shard, dimensions)
    if prefetches and body.get("query") is None:
        raise bad_request("A query is needed to merge the prefetches. Can't have prefetches without defining a query.")
    if body.get("score_threshold") is not None and body.get("query") is None:
        raise bad_request(
            "A query is needed to use the score_threshold. Can't have score_threshold without defining a query."
        )
    wanted, without = _query(body, shard, dimensions)
    limit, offset = positive(body, "limit", DEFAULT_LIMIT), body.get("offset") or 0
    request = edge.QueryRequest(
        limit=limit,
        offset=offset,
        query=wanted,
        prefetches=prefetches or None,
        filter=_without(parse_filter(body.get("filter")), without),
        score_threshold=body.get("score_threshold"),
        with_payload=payload_selector(body.get("with_payload"), default=False),
        with_vector=vector_selector(body.get("with_vector")),
    )
    return [scored(point, body) for point in shard.query(request)]


def _prefetches(value: Any, shard: edge.EdgeShard, dimensions: Dimensions) -> list[edge.Prefetch]:
    found = []
    for one in value if isinstance(value, list) else [value] if value is not None else []:
        query, without = _query(one, shard, dimensions)
        found.append(
            edge.Prefetch(
                limit=positive(one, "limit", DEFAULT_LIMIT),
                query=query,
                prefetches=_prefetches(one.get("prefetch"), shard, dimensions) or None,
                filter=_without(parse_filter(one.get("filter")), without),
                score_threshold=one.get("score_threshold"),
            )
        )
    return found


def _without(wanted: edge.Filter | None, ids: set[Any]) -> edge.Filter | None:
    """A point asked for by its id is not its own neighbour."""
    if not ids:
        return wanted
    return edge.Filter(must=[wanted] if wanted else None, must_not=[edge.HasIdCondition(ids)])


def _query(body: dict[str, Any], shard: edge.EdgeShard, dimensions: Dimensions) -> tuple[Any, set[Any]]:
    """The engine's query and the ids it must not return."""
    value, using = body.get("query"), body.get("using") or ""
    match value:
        case None:
            return None, set()
        case {"fusion": "rrf"}:
            return edge.Fusion.Rrf(RRF_K), set()
        case {"fusion": "dbsf"}:
            return edge.Fusion.Dbsf(), set()
        case {"rrf": dict(options)} if dimensions.version.has_rrf_k:
            return edge.Fusion.Rrf(options.get("k") or RRF_K, options.get("weights")), set()
        case {"nearest": nearest}:
            value = nearest
    if isinstance(value, str | int) and not isinstance(value, bool):
        point_id = parse_id(value)
        records = shard.retrieve([point_id], False, True)
        if not records:
            raise Refusal(404, f"Not found: No point with id {shown_id(point_id)} found")
        vector: Any = records[0].vector
        if isinstance(vector, dict):
            vector = vector.get(using)
        if vector is None:
            raise wrong_input(f"Not existing vector name error: {using}")
        return edge.Query.Nearest(vector, using or None), {point_id}
    if isinstance(value, dict) and (ranked := text_query(value, using, dimensions.version)):
        return ranked, set()
    if isinstance(value, dict) and "indices" not in value and not is_document(value):
        raise bad_format("data did not match any variant of untagged enum QueryInterface")
    vector = parse_one(value, using, dimensions, "query", "QueryInterface", query=True)
    return edge.Query.Nearest(vector, using or None), set()


def vector_json(vector: Any) -> Any:
    if isinstance(vector, dict):
        return {name: vector_json(one) for name, one in vector.items()}
    if isinstance(vector, edge.SparseVector):
        return {"indices": list(vector.indices), "values": list(vector.values)}
    return vector


def record(point: Any, with_payload: Any, with_vector: Any) -> dict[str, Any]:
    answer: dict[str, Any] = {"id": shown_id(point.id)}
    if with_payload:
        answer["payload"] = point.payload or {}
    if with_vector:
        answer["vector"] = vector_json(point.vector)
    return answer


def scored(point: edge.ScoredPoint, body: dict[str, Any]) -> dict[str, Any]:
    answer = record(point, body.get("with_payload"), body.get("with_vector"))
    return {"id": answer.pop("id"), "version": point.version, "score": point.score, **answer}


def run_grouped(shard: edge.EdgeShard, body: dict[str, Any], dimensions: Dimensions) -> list[dict[str, Any]]:
    """Best hits, `group_size` for each value of the field `group_by`; points without the field belong to no group."""
    field = body.get("group_by")
    if not isinstance(field, str):
        raise bad_format("missing field `group_by`")
    limit, size = positive(body, "limit", DEFAULT_LIMIT), positive(body, "group_size", 3)
    groups: dict[str | int, list[dict[str, Any]]] = {}
    wide = body | {"limit": max(1, shard.info().points_count), "with_payload": [field], "with_vector": False}
    for hit in run_query(shard, wide, dimensions):
        value = hit["payload"].get(field)
        for key in value if isinstance(value, list) else [value]:
            if isinstance(key, str | int) and (key in groups or len(groups) < limit):
                group = groups.setdefault(key, [])
                if len(group) < size:
                    group.append(hit)
    with_payload, with_vector = (
        payload_selector(body.get("with_payload"), False),
        vector_selector(body.get("with_vector")),
    )
    kept = {hit["id"] for hits in groups.values() for hit in hits}
    points = shard.retrieve(parse_ids(list(kept)), with_payload, with_vector)
    whole = {shown_id(point.id): point for point in points}
    for hits in groups.values():
        for hit in hits:
            hit.pop("payload", None)
            hit.update(record(whole[hit["id"]], with_payload, with_vector))
    return [{"id": key, "hits": hits} for key, hits in groups.items()]
