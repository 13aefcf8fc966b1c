"""Enqueues documents by the python-rq of the interpreter that runs it: `PYTHON producer.py REDIS_URL QUEUE`.

Each line of stdin is {"id": ..., "document": {...}, "wait": seconds until it may run}; its id is printed once the job
is in Redis. A Redis that is away is waited for, and what it took before it went is not put there twice.
"""

import json
import sys
import time
from datetime import timedelta

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue

FUNCTION = "worker.index_document_job"


def main() -> None:
    redis = Redis.from_url(sys.argv[1], socket_timeout=5)
    queue = Queue(sys.argv[2], connection=redis)
    for line in sys.stdin:
        job = json.loads(line)
        while True:
            try:
                if not redis.exists(f"rq:job:{job['id']}"):
                    options = {"job_id": job["id"], "job_timeout": "10m", "result_ttl": 3600}
                    if job["wait"]:
                        queue.enqueue_in(timedelta(seconds=job["wait"]), FUNCTION, job["document"], **options)
                    else:
                        queue.enqueue(FUNCTION, job["document"], **options)
                break
            except RedisError:
                time.sleep(0.1)
        print(job["id"], flush=True)


main()
