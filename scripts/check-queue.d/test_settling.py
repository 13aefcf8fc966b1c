"""That a queue which still moves is not taken for one at rest."""

import time
import unittest

from settling import restless


class Lists:
    """As much of Redis as is asked."""

    def __init__(self, **keys: list[str]) -> None:
        self.keys = {name.replace("__", ":"): value for name, value in keys.items()}

    def lrange(self, key: str, *_: int) -> list[str]:
        return self.keys.get(key, [])

    zrange = lrange

    def zrangebyscore(self, key: str, low: str, high: float) -> list[str]:
        return [id for id in self.keys.get(key, []) if float(id) <= high]

    def scan_iter(self, _: str) -> list[str]:
        return [key for key in self.keys if key.startswith("pulse:inbox:")]


class SettlingTests(unittest.TestCase):
    def test_an_empty_queue_is_at_rest(self) -> None:
        self.assertEqual(restless(Lists(), ["q"]), [])

    def test_each_place_of_a_moving_job_is_seen(self) -> None:
        for key in ("rq__queue__q", "rq__queue__q__intermediate", "rq__wip__q", "rq__ready__q", "pulse__inbox__w"):
            with self.subTest(key):
                self.assertEqual(len(restless(Lists(**{key: ["a"]}), ["q"])), 1)

    def test_only_what_comes_up_soon_is_waited_for(self) -> None:
        now = time.time()
        lists = Lists(rq__scheduled__q=[str(now + 5), str(now + 3600)])
        self.assertEqual(restless(lists, ["q"]), [f"{now + 5} scheduled"])


if __name__ == "__main__":
    unittest.main()
