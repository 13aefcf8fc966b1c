"""A Python worker: serve.py CLASS URL SERIALIZER NAME QUEUE...; CLASS is Worker, which forks, or SimpleWorker.

SIGTERM ends it.
"""

import sys

import rq
from redis import Redis

kind, url, encoding, name, *names = sys.argv[1:]
serializer = "rq.serializers.JSONSerializer" if encoding == "json" else None
redis = Redis.from_url(url)
queues = [rq.Queue(queue, connection=redis, serializer=serializer) for queue in names]
worker = getattr(rq, kind)(queues, name=name, connection=redis, serializer=serializer)
worker.work(with_scheduler=True)
