"""`python start.py REDIS_URL CLASS`: RQ's worker of that class, loaded and connected before its first job."""

import sys

import rq
from redis import Redis

import worker


def main() -> None:
    worker.prepare()
    url, kind = sys.argv[1:]
    classes = {"Worker": rq.Worker, "SimpleWorker": rq.SimpleWorker}
    classes[kind](["indexing"], connection=Redis.from_url(url)).work(logging_level="ERROR")


if __name__ == "__main__":
    main()
