"""Qdrant's REST routes over the store: matching, keys and the envelope; the work is in the modules beside this one."""

import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from local.qdrant import updates
from local.qdrant.errors import Refusal, bad_format, from_engine
from local.qdrant.reads import count, query, query_groups, retrieve, scroll, single
from local.qdrant.store import Store
from local.serving.http import Request, Response

BODY_LIMIT = 32 * 1024 * 1024
PUBLIC = {
    "/": None,
    "/healthz": b"healthz check passed",
    "/livez": b"healthz check passed",
    "/readyz": b"all shards are ready",
}

Body = dict[str, Any]
Route = Callable[["Call"], Awaitable[Any]]


class NoRoute(Exception):
    """The server of the version claimed does not know the path."""


class Call:
    """A matched request: the collection's name, what else the path held, and the body, parsed when asked for."""

    def __init__(self, store: Store, request: Request, parts: tuple[str, ...]) -> None:
        self.store, self.request, self.parts = store, request, parts

    @property
    def name(self) -> str:
        return self.parts[0]

    @property
    def wait(self) -> bool:
        return self.request.query.get("wait", "false") == "true"

    def body(self) -> Body:
        try:
            body = orjson.loads(self.request.body)
        except orjson.JSONDecodeError as error:
            raise bad_format(str(error)) from None
        if not isinstance(body, dict):
            raise bad_format("invalid type, expected a map")
        return body

    async def write(self, operation: Callable[[Any, Body], updates.Write]) -> Any:
        collection = self.store.get(self.name)
        return await collection.apply(operation(collection, self.body()), self.wait)


async def _collections(call: Call) -> Any:
    return {"collections": [{"name": name} for name in sorted(call.store.collections)]}


async def _info(call: Call) -> Any:
    collection = call.store.get(call.name)
    return await collection.read(collection.info)


async def _create(call: Call) -> Any:
    return await call.store.create(call.name, call.body())


async def _drop(call: Call) -> Any:
    return await call.store.delete(call.name)


async def _exists(call: Call) -> Any:
    return {"exists": call.name in call.store.collections}


async def _batch(call: Call) -> Any:
    collection = call.store.get(call.name)
    return [await collection.apply(write, call.wait) for write in updates.batch(collection, call.body())]


async def _create_vector(call: Call) -> Any:
    if not call.store.version.adds_vectors:
        raise NoRoute
    collection = call.store.get(call.name)
    return await collection.apply(updates.create_vector(collection, call.parts[1], call.body()), call.wait)


async def _drop_index(call: Call) -> Any:
    collection = call.store.get(call.name)
    return await collection.apply(updates.delete_index(collection, call.parts[1]), call.wait)


def _writing(operation: Callable[[Any, Body], updates.Write]) -> Route:
    return lambda call: call.write(operation)


def _reading(work: Callable[[Any, Body], Any]) -> Route:
    async def read(call: Call) -> Any:
        collection = call.store.get(call.name)
        return await collection.read(work, collection, call.body())

    return read


async def _point(call: Call) -> Any:
    collection = call.store.get(call.name)
    return await collection.read(single, collection, call.parts[1])


COLLECTION = "/collections/([^/]+)"
PATHS: dict[str, dict[str, Route]] = {
    "/collections": {"GET": _collections},
    COLLECTION: {"GET": _info, "PUT": _create, "DELETE": _drop},
    f"{COLLECTION}/exists": {"GET": _exists},
    f"{COLLECTION}/vectors/([^/]+)": {"PUT": _create_vector},
    f"{COLLECTION}/index": {"PUT": _writing(updates.create_index)},
    f"{COLLECTION}/index/([^/]+)": {"DELETE": _drop_index},
    f"{COLLECTION}/points": {"PUT": _writing(updates.upsert), "POST": _reading(retrieve)},
    f"{COLLECTION}/points/delete": {"POST": _writing(updates.delete)},
    f"{COLLECTION}/points/vectors": {"PUT": _writing(updates.update_vectors)},
    f"{COLLECTION}/points/payload": {
        "POST": _writing(updates.set_payload),
        "PUT": _writing(updates.overwrite_payload),
    },
    f"{COLLECTION}/points/payload/delete": {"POST": _writing(updates.delete_payload)},
    f"{COLLECTION}/points/payload/clear": {"POST": _writing(updates.clear_payload)},
    f"{COLLECTION}/points/batch": {"POST": _batch},
    f"{COLLECTION}/points/count": {"POST": _reading(count)},
    f"{COLLECTION}/points/scroll": {"POST": _reading(scroll)},
    f"{COLLECTION}/points/query": {"POST": _reading(query)},
    f"{COLLECTION}/points/query/groups": {"POST": _reading(query_groups)},
    f"{COLLECTION}/points/([^/]+)": {"GET": _point},
}
ROUTES = [(re.compile(pattern), methods) for pattern, methods in PATHS.items()]


class App:
    def __init__(self, store: Store, api_key: str | None) -> None:
        self.store, self._api_key = store, api_key

    async def __call__(self, request: Request) -> Response:
        path = request.path.rstrip("/") or "/"
        method = "GET" if request.method == "HEAD" else request.method
        if path in PUBLIC and method == "GET":
            text = PUBLIC[path]
            return (
                _plain(200, text)
                if text
                else _json(200, {"title": "qdrant - vector search engine", "version": str(self.store.version)})
            )
        if self._api_key and (refused := self._locked(request)):
            return refused
        for pattern, methods in ROUTES:
            if found := pattern.fullmatch(path):
                # The framework below the server answers 404, not 405, for a method that a path does not have.
                return (
                    await self._answer(methods[method], request, found.groups()) if method in methods else Response(404)
                )
        return Response(404)

    def _locked(self, request: Request) -> Response | None:
        authorization = request.headers.get("authorization", "")
        bearer = authorization.removeprefix("Bearer ") if authorization.startswith("Bearer ") else None
        given = request.headers.get("api-key", bearer)
        if given is None:
            return _plain(401, b"Must provide an API key or an Authorization bearer token")
        return None if given == self._api_key else _plain(401, b"Invalid API key or JWT")

    async def _answer(self, route: Route, request: Request, parts: tuple[str, ...]) -> Response:
        begin = time.perf_counter()
        try:
            result = await route(Call(self.store, request, parts))
        except NoRoute:
            return Response(404)
        except Refusal as refusal:
            return _refused(refusal, begin)
        except Exception as error:
            return _refused(from_engine(error), begin)
        return _json(200, {"result": result, "status": "ok", "time": time.perf_counter() - begin})


def too_large(length: int | None) -> Response:
    """400, not 413: the server's own handler maps an oversized body so."""
    announced = f"JSON payload ({length} bytes) is larger than allowed (limit: {BODY_LIMIT} bytes)."
    text = f"JSON payload has exceeded limit ({BODY_LIMIT} bytes)." if length is None else announced
    return _json(400, {"status": {"error": text}, "time": 0.0})


def _refused(refusal: Refusal, begin: float) -> Response:
    return _json(refusal.status, {"status": {"error": str(refusal)}, "time": time.perf_counter() - begin})


def _json(status: int, body: Any) -> Response:
    return Response(status, orjson.dumps(body), "application/json")


def _plain(status: int, body: bytes) -> Response:
    return Response(status, body, "text/plain; charset=utf-8")
