"""All collections under the storage folder: found again at the start, saved at the end."""

import asyncio
import fcntl
import logging
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from local.qdrant.collection import CONFIG, Collection
from local.qdrant.errors import Refusal, bad_format, invalid, missing_collection, wrong_input
from local.qdrant.version import Version

FORBIDDEN = '<>:"/\\|?*\0\x1f'
MAX_NAME = 255
MAX_DIMENSION = 65536
DISTANCES = ("Cosine", "Euclid", "Dot", "Manhattan")


class Store:
    def __init__(self, folder: Path, version: Version) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.version = folder, version
        self._lock = (folder / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit(f"qdrant: {folder} is in use by another server") from None
        self.collections: dict[str, Collection] = {}
        self._creating = asyncio.Lock()
        for path in sorted(folder.glob("collection-*")):
            if (path / CONFIG).exists():
                self.collections[unquote(path.name.removeprefix("collection-"))] = Collection.load(path, version)
            else:
                logging.warning("removing %s: its creation never finished", path)
                shutil.rmtree(path)

    def get(self, name: str) -> Collection:
        if name not in self.collections:
            check_name(name)
            raise missing_collection(name)
        return self.collections[name]

    async def create(self, name: str, body: dict[str, Any]) -> bool:
        check_name(name)
        check_config(body)
        async with self._creating:
            if name in self.collections:
                raise Refusal(409, f"Wrong input: Collection `{name}` already exists!")
            self.collections[name] = await asyncio.to_thread(Collection.create, self._path(name), body, self.version)
        return True

    async def delete(self, name: str) -> bool:
        """False when there was none, which is no error."""
        check_name(name)
        collection = self.collections.pop(name, None)
        if collection is None:
            return False
        await asyncio.to_thread(collection.close)
        await asyncio.to_thread(shutil.rmtree, collection.folder)
        return True

    def close(self) -> None:
        for collection in self.collections.values():
            collection.close()

    def _path(self, name: str) -> Path:
        return self.folder / f"collection-{quote(name, safe='')}"


def check_name(name: str) -> None:
    if not 1 <= len(name) <= MAX_NAME:
        raise Refusal(
            422,
            "Validation error in path parameters: "
            f"[collection_name: value {name} invalid, must be from 1 to {MAX_NAME} characters]",
        )
    for character in FORBIDDEN:
        if character in name:
            raise Refusal(
                422,
                "Validation error in path parameters: "
                f'[collection_name: collection name cannot contain "{character}" char]',
            )


def check_config(body: dict[str, Any]) -> None:
    vectors = body.get("vectors")
    if vectors is None:
        return
    if not isinstance(vectors, dict):
        raise bad_format("vectors: data did not match any variant of untagged enum VectorsConfig")
    for one in [vectors] if "size" in vectors else vectors.values():
        if not isinstance(one, dict) or type(one.get("size")) is not int or "distance" not in one:
            raise bad_format("vectors: data did not match any variant of untagged enum VectorsConfig")
        if one["distance"] not in DISTANCES:
            raise bad_format("vectors: data did not match any variant of untagged enum VectorsConfig")
        if not 1 <= one["size"] <= MAX_DIMENSION:
            raise invalid(f"vectors.size: value {one['size']} invalid, must be from 1 to {MAX_DIMENSION}")
    if isinstance(body.get("shard_number"), int) and body["shard_number"] > 1:
        raise wrong_input("this local server keeps one shard per collection")
