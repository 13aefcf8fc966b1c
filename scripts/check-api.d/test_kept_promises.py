"""That a broken promise is seen, whichever way it is broken."""

import pickle
import unittest
import zlib
from typing import Any

import kept_promises
from producers import Ledger
from results import Failed


class Jobs:
    """As much of Redis as is asked."""

    def __init__(self, queue: list[str], **urls: str) -> None:
        self.queue, self.urls, self.asked = queue, urls, []

    def lrange(self, *_: Any) -> list[str]:
        return self.queue

    def pipeline(self, **_: Any) -> "Jobs":
        self.asked = []
        return self

    def hmget(self, key: str, *_: str) -> None:
        self.asked.append(key.removeprefix("rq:job:"))

    def execute(self) -> list[Any]:
        return [(self.data(self.urls[id]), b"queued") if id in self.urls else (None, None) for id in self.asked]

    @staticmethod
    def data(url: str) -> bytes:
        return zlib.compress(pickle.dumps(("worker.index_document_job", None, ({"url": url},), {})))


def ledger(**promised: str) -> Ledger:
    return Ledger(promised={url: id for id, url in promised.items()}, sent={"u", "v"})


class KeptPromisesTests(unittest.TestCase):
    def test_what_is_promised_and_there_is_kept(self) -> None:
        jobs = Jobs(["a", "b"], a="u", b="v")
        self.assertIn("1 more", kept_promises.judge(jobs, jobs, ledger(a="u")))

    def test_every_way_of_breaking_one_is_seen(self) -> None:
        cases = {
            "absent": Jobs([], a="u"),
            "in the queue without its hash": Jobs(["a"]),
            "of another document": Jobs(["a"], a="v"),
            "twice in the queue": Jobs(["a", "a"], a="u"),
            "its document in two jobs": Jobs(["a", "b"], a="u", b="u"),
            "of nobody": Jobs(["a", "b"], a="u", b="w"),
        }
        for name, jobs in cases.items():
            with self.subTest(name), self.assertRaises(Failed):
                kept_promises.judge(jobs, jobs, ledger(a="u"))


if __name__ == "__main__":
    unittest.main()
