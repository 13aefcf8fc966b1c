"""Enqueues documents by the python-rq of the interpreter that runs it: `PYTHON producer.py REDIS_URL QUEUE`.

Each line of stdin is {"id": ..., "document": {...}}; its id is printed once the job is in Redis. A Redis that is away
is waited for, and what it took before it went is not put there twice.
"""

import json
import sys
import time

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue


def main() -> None:
    redis = Redis.from_url(sys.argv[1], socket_timeout=5)
    queue = Queue(sys.argv[2], connection=redis)
    for line in sys.stdin:
        job = json.loads(line)
        while True:
            try:
                if not redis.exists(f"rq:job:{job['id']}"):
                    arguments = (job["document"],)
                    options = {"job_id": job["id"], "job_timeout": "10m", "result_ttl": 3600}
                    queue.enqueue("worker.index_document_job", *arguments, **options)
                break
            except RedisError:
                time.sleep(0.1)
        print(job["id"], flush=True)


main()
