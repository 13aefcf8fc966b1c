"""Read requests: by id, counted, scrolled, searched."""

from typing import Any

import qdrant_edge as edge

from local.qdrant.collection import Collection
from local.qdrant.errors import Refusal, bad_format
from local.qdrant.filters import parse_filter
from local.qdrant.ids import parse_id, parse_ids, path_id, shown_id
from local.qdrant.queries import payload_selector, positive, record, run_grouped, run_query, vector_selector

Body = dict[str, Any]


def retrieve(collection: Collection, body: Body) -> list[Body]:
    """Points that are not there are simply not in the answer."""
    if "ids" not in body:
        raise bad_format("missing field `ids`")
    with_payload = payload_selector(body.get("with_payload"), default=True)
    with_vector = vector_selector(body.get("with_vector"))
    found = collection.shard.retrieve(parse_ids(body["ids"]), with_payload, with_vector)
    return [record(point, with_payload, with_vector) for point in found]


def single(collection: Collection, text: str) -> Body:
    found = collection.shard.retrieve([path_id(text)], True, True)
    if not found:
        raise Refusal(404, f"Not found: Point with id {text} does not exists!")
    return record(found[0], True, True)


def count(collection: Collection, body: Body) -> Body:
    wanted = edge.CountRequest(exact=body.get("exact", True) is not False, filter=parse_filter(body.get("filter")))
    return {"count": collection.shard.count(wanted)}


def scroll(collection: Collection, body: Body) -> Body:
    with_payload = payload_selector(body.get("with_payload"), default=True)
    with_vector = vector_selector(body.get("with_vector"))
    offset = body.get("offset")
    request = edge.ScrollRequest(
        offset=None if offset is None else parse_id(offset),
        limit=positive(body, "limit", 10),
        filter=parse_filter(body.get("filter")),
        with_payload=with_payload,
        with_vector=with_vector,
    )
    found, following = collection.shard.scroll(request)
    return {
        "points": [record(point, with_payload, with_vector) for point in found],
        "next_page_offset": None if following is None else shown_id(following),
    }


def query(collection: Collection, body: Body) -> Body:
    return {"points": run_query(collection.shard, body, collection.dimensions)}


def query_groups(collection: Collection, body: Body) -> Body:
    return {"groups": run_grouped(collection.shard, body, collection.dimensions)}
