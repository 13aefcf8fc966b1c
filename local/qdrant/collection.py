"""One collection: an engine shard on disk, its configuration beside it, and one thread that applies writes in order."""

import asyncio
import logging
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import orjson
import qdrant_edge as edge

from local.qdrant.errors import from_engine
from local.qdrant.points import Dimensions
from local.qdrant.version import Version

Answer = TypeVar("Answer")

CONFIG = "collection.json"
SHARD = "shard"


class Collection:
    """Reads run side by side; writes go through `apply`, which keeps the order in which they came."""

    def __init__(self, folder: Path, config: dict[str, Any], shard: edge.EdgeShard, version: Version) -> None:
        self.folder, self.config, self.shard, self.version = folder, config, shard, version
        self.dimensions = Dimensions(dense_dimensions(config), version)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="update")
        self._operations = 0
        self._dirty = False

    @classmethod
    def create(cls, folder: Path, config: dict[str, Any], version: Version) -> "Collection":
        """The configuration is renamed into place last: a folder without it is a creation that never finished."""
        shutil.rmtree(folder, ignore_errors=True)
        (folder / SHARD).mkdir(parents=True)
        shard = edge.EdgeShard.create(str(folder / SHARD), edge_config(config))
        save_config(folder, config)
        return cls(folder, config, shard, version)

    @classmethod
    def load(cls, folder: Path, version: Version) -> "Collection":
        config = orjson.loads((folder / CONFIG).read_bytes())
        return cls(folder, config, edge.EdgeShard.load(str(folder / SHARD)), version)

    async def apply(self, operation: Callable[[], Any], wait: bool) -> dict[str, Any]:
        """Applies one write. Waiting means: stored on disk and visible; otherwise a later failure is only logged."""
        self._operations += 1
        number = self._operations
        done = asyncio.get_running_loop().run_in_executor(self._writer, self._write, operation, wait)
        if wait:
            await done
        else:
            done.add_done_callback(_log_failure)
        return {"operation_id": number, "status": "completed" if wait else "acknowledged"}

    def _write(self, operation: Callable[[], Any], durable: bool) -> None:
        try:
            operation()
        except Exception as error:
            raise from_engine(error) from error
        self._dirty = True
        if durable:
            self.flush()

    def flush(self) -> None:
        if self._dirty:
            self._dirty = False
            self.shard.flush()

    async def read(self, work: Callable[..., Answer], *arguments: Any) -> Answer:
        return await asyncio.to_thread(work, *arguments)

    def add_sparse(self, name: str, config: dict[str, Any]) -> None:
        """On the writer's thread. The description follows the engine, so that a vector that is shown is there."""
        modifier = edge.Modifier.Idf if sparse_modifier(config) == "idf" else None
        self.shard.update(edge.UpdateOperation.create_sparse_vector(name, modifier))
        self.config["sparse_vectors"] = (self.config.get("sparse_vectors") or {}) | {name: config}
        save_config(self.folder, self.config)

    def close(self) -> None:
        """Waits for the writes that were accepted, then saves."""
        self._writer.shutdown(wait=True)
        self.shard.flush()
        self.shard.close()

    def info(self) -> dict[str, Any]:
        info = self.shard.info()
        schema = {field: shown_index(index) for field, index in info.payload_schema.items()}
        return {
            "status": "green",
            "optimizer_status": "ok",
            "indexed_vectors_count": info.indexed_vectors_count,
            "points_count": info.points_count,
            "segments_count": info.segments_count,
            "config": shown_config(self.config),
            "payload_schema": schema,
            "update_queue": {"length": 0},
        }


def save_config(folder: Path, config: dict[str, Any]) -> None:
    partial = folder / f"{CONFIG}.partial"
    partial.write_bytes(orjson.dumps(config))
    partial.rename(folder / CONFIG)


def shown_index(index: Any) -> dict[str, Any]:
    kind = str(index.data_type).rsplit(".", 1)[-1].lower()
    shown: dict[str, Any] = {"data_type": kind, "points": index.points}
    if isinstance(index.params, edge.TextIndexParams):
        shown["params"] = {"type": kind, "scoring": bool(index.params.scoring)}
    return shown


def sparse_modifier(config: dict[str, Any]) -> str | None:
    modifier = config.get("modifier")
    return modifier.lower() if isinstance(modifier, str) else None


def _log_failure(done: asyncio.Future[None]) -> None:
    if not done.cancelled() and (error := done.exception()):
        logging.error("an acknowledged update failed: %s", error)


def dense_dimensions(config: dict[str, Any]) -> dict[str, int]:
    vectors = config.get("vectors") or {}
    named = {"": vectors} if "size" in vectors else vectors
    return {name: one["size"] for name, one in named.items()}


def edge_config(config: dict[str, Any]) -> edge.EdgeConfig:
    def dense(one: dict[str, Any]) -> edge.EdgeVectorParams:
        return edge.EdgeVectorParams(size=one["size"], distance=getattr(edge.Distance, one["distance"]))

    def sparse(one: dict[str, Any]) -> edge.EdgeSparseVectorParams:
        return edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf if sparse_modifier(one) == "idf" else None)

    vectors = config.get("vectors") or {}
    return edge.EdgeConfig(
        vectors=dense(vectors) if "size" in vectors else {name: dense(one) for name, one in vectors.items()},
        sparse_vectors={name: sparse(one or {}) for name, one in (config.get("sparse_vectors") or {}).items()},
    )


def shown_config(config: dict[str, Any]) -> dict[str, Any]:
    """What `GET /collections/{c}` says; settings that this server does not act on show the real server's defaults."""
    params = {
        "vectors": config.get("vectors") or {},
        "shard_number": config.get("shard_number") or 1,
        "replication_factor": config.get("replication_factor") or 1,
        "write_consistency_factor": config.get("write_consistency_factor") or 1,
        "on_disk_payload": True if config.get("on_disk_payload") is None else config["on_disk_payload"],
    }
    if config.get("sparse_vectors"):
        params["sparse_vectors"] = config["sparse_vectors"]
    hnsw = {"m": 16, "ef_construct": 100, "full_scan_threshold": 10000, "max_indexing_threads": 0, "on_disk": False}
    optimizer = {
        "deleted_threshold": 0.2,
        "vacuum_min_vector_number": 1000,
        "default_segment_number": 0,
        "max_segment_size": None,
        "memmap_threshold": None,
        "indexing_threshold": 10000,
        "flush_interval_sec": 5,
        "max_optimization_threads": None,
    }
    shown: dict[str, Any] = {
        "params": params,
        "hnsw_config": hnsw | (config.get("hnsw_config") or {}),
        "optimizer_config": optimizer | (config.get("optimizers_config") or {}),
        "wal_config": {"wal_capacity_mb": 32, "wal_segments_ahead": 0, "wal_retain_closed": 1},
        "quantization_config": config.get("quantization_config"),
    }
    if config.get("metadata") is not None:
        shown["metadata"] = config["metadata"]
    return shown
