"""Whether Redis holds what 202s promised: each job there, in the queue once, and no document in two jobs."""

import contextlib
import pickle
import zlib
from collections import Counter

from redis import Redis

from producers import Ledger
from redis_server import QUEUE
from results import must

BATCH = 1000


def urls_of(binary: Redis, ids: list[str]) -> list[str | None]:
    """Of the documents in these jobs; None where there is no job. What wrote them is under test and runs beside us."""
    urls: list[str | None] = []
    for start in range(0, len(ids), BATCH):
        pipeline = binary.pipeline(transaction=False)
        for id in ids[start : start + BATCH]:
            pipeline.hmget(f"rq:job:{id}", "data", "status")
        for data, status in pipeline.execute():
            if data is None or status != b"queued":
                urls.append(None)
                continue
            _, _, (document,), _ = pickle.loads(zlib.decompress(data))
            urls.append(document["url"])
    return urls


def check(redis: Redis, ledger: Ledger) -> str:
    connection = redis.get_connection_kwargs()
    binary = Redis(connection["host"], connection["port"])
    with contextlib.closing(binary):
        return judge(redis, binary, ledger)


def judge(redis: Redis, binary: Redis, ledger: Ledger) -> str:
    """Nothing has been taken from the queue yet. `binary` answers bytes."""
    queue = redis.lrange(f"rq:queue:{QUEUE}", 0, -1)
    twice = [id for id, count in Counter(queue).items() if count > 1]
    must(not twice, f"{len(twice)} jobs are in the queue more than once: {twice[:3]}")
    urls = dict(zip(queue, urls_of(binary, queue), strict=True))
    broken = {url: id for url, id in ledger.promised.items() if urls.get(id) != url}
    must(not broken, f"{len(broken)} of {len(ledger.promised)} promised jobs are not there: {list(broken.items())[:3]}")
    empty = [id for id, url in urls.items() if url is None]
    must(not empty, f"{len(empty)} ids in the queue without a job: {empty[:3]}")
    again = [url for url, count in Counter(urls.values()).items() if count > 1]
    must(not again, f"{len(again)} documents are in two jobs: {again[:3]}")
    foreign = set(urls.values()) - ledger.sent
    must(not foreign, f"jobs that nobody sent: {list(foreign)[:3]}")
    unpromised = len(queue) - len(ledger.promised)
    return f"{len(ledger.promised)} promised jobs all there, none twice ({unpromised} more whose answer was lost)"
