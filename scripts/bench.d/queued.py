"""Fills the queue with thousands of jobs in a moment: python-rq's own commands, made once and kept on disk."""

import hashlib
import subprocess
from collections.abc import Iterable
from pathlib import Path

from redis import Redis
from rq import Queue
from rq.version import VERSION

import markdown_documents
from redis_server import QUEUE
from stack import CORPUS, ROOT
from stand_ins import StandIns

KEPT = ROOT / ".cache/bench/jobs"
FUNCTION = "worker.index_document_job"
AT_ONCE = 500


def fingerprint() -> str:
    """Of whatever decides what is in the file."""
    digest = hashlib.sha256(VERSION.encode())
    for path in (Path(markdown_documents.__file__), Path(__file__), CORPUS):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def commands(binary: Redis, jobs: Iterable[dict[str, str]]) -> Iterable[bytes]:
    """What enqueue_many() would send, in Redis's protocol."""
    queue = Queue(QUEUE, connection=binary)
    connection = binary.connection_pool.get_connection()
    try:
        slice_: list[dict[str, str]] = []
        for job in [*jobs, None]:
            if job is not None:
                slice_.append(job)
            if slice_ and (job is None or len(slice_) == AT_ONCE):
                pipeline = binary.pipeline(transaction=False)
                data = [queue.prepare_data(FUNCTION, (one,), timeout=3600, result_ttl=86400) for one in slice_]
                queue.enqueue_many(data, pipeline=pipeline)
                yield b"".join(connection.pack_commands([arguments for arguments, _ in pipeline.command_stack]))
                slice_ = []
    finally:
        binary.connection_pool.release(connection)


def prepared(binary: Redis, count: int, seed: int = 1, again: bool = False) -> Path:
    """The file of so many of markdown_documents' jobs. `again`: other jobs of the same documents, made later."""
    path = KEPT / f"{fingerprint()}-{count}-{seed}{'-again' if again else ''}.resp"
    if again:
        prepared(binary, count, seed)
    if not path.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        # Made by former versions: nobody will ask for them again.
        for old in KEPT.iterdir():
            if not old.name.startswith(fingerprint()):
                old.unlink()
        unfinished = path.with_suffix(".part")
        with unfinished.open("wb") as file:
            file.writelines(commands(binary, markdown_documents.documents(count, seed)))
        unfinished.rename(path)
    return path


def fill(stand_ins: StandIns, count: int, seed: int = 1, again: bool = False) -> None:
    with prepared(stand_ins.binary, count, seed, again).open("rb") as file:
        command = ["redis-cli", "-p", str(stand_ins.server.port), "--pipe"]
        said = subprocess.run(command, stdin=file, capture_output=True, text=True, check=True).stdout
    if "errors: 0" not in said:
        raise RuntimeError(f"redis-cli --pipe: {said.strip()}")
