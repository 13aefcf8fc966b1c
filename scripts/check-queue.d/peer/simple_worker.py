"""A Python worker, in one process: simple_worker.py URL SERIALIZER NAME QUEUE...; SIGTERM ends it."""

import sys

from redis import Redis
from rq import Queue, SimpleWorker

url, kind, name, *names = sys.argv[1:]
serializer = "rq.serializers.JSONSerializer" if kind == "json" else None
redis = Redis.from_url(url)
queues = [Queue(queue, connection=redis, serializer=serializer) for queue in names]
worker = SimpleWorker(queues, name=name, connection=redis, serializer=serializer)
worker.work(with_scheduler=True)
