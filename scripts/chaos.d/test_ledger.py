import unittest

from ledger import Ledger


class LedgerTests(unittest.TestCase):
    def setUp(self) -> None:
        self.ledger = Ledger()

    def promise(self, number: int, job: str) -> None:
        self.ledger.begin_new(number)
        self.ledger.promised(number, job, 0)

    def test_what_is_expected_is_the_last_promised_version(self) -> None:
        self.promise(1, "a")
        self.assertEqual(self.ledger.begin_again(0), (1, 2))
        self.assertEqual(self.ledger.expected(), {1: 1})
        self.ledger.promised(1, "b", 0)
        self.assertEqual(self.ledger.expected(), {1: 2})
        self.assertEqual((self.ledger.versions, self.ledger.recrawls), (2, 1))
        self.assertEqual({p.job: p.version for p in self.ledger.promises.values()}, {"a": 1, "b": 2})

    def test_a_page_on_its_way_is_not_sent_a_second_time(self) -> None:
        self.promise(1, "a")
        self.ledger.begin_again(0)
        self.assertIsNone(self.ledger.begin_again(0))
        self.assertIsNone(self.ledger.begin_again(0, wanted=1))
        with self.assertRaises(ValueError):
            self.ledger.begin_new(1)

    def test_a_page_in_doubt_keeps_its_version_for_ever(self) -> None:
        self.ledger.begin_new(1)
        self.ledger.doubtful(1)
        self.ledger.promised(1, "a", 0)
        self.assertEqual(self.ledger.expected(), {1: 1})
        self.assertIsNone(self.ledger.begin_again(0))

    def test_a_doubt_in_a_later_version_ends_its_crawls_too(self) -> None:
        self.promise(1, "a")
        self.ledger.begin_again(0)
        self.ledger.doubtful(1)
        self.ledger.promised(1, "b", 0)
        self.assertIsNone(self.ledger.begin_again(0, wanted=1))
        self.assertEqual(self.ledger.expected(), {1: 2})

    def test_what_was_never_promised_is_told(self) -> None:
        self.promise(1, "a")
        self.ledger.begin_new(2)
        self.assertEqual(self.ledger.unpromised(), [2])
        self.assertEqual(self.ledger.expected(), {1: 1})

    def test_every_page_may_come_again(self) -> None:
        for number in range(5):
            self.promise(number, f"job-{number}")
        seen = set()
        while taken := self.ledger.begin_again(0.5):
            seen.add(taken[0])
        self.assertEqual(seen, set(range(5)))
        for number in seen:
            self.ledger.promised(number, f"again-{number}", 0)
        self.assertEqual(self.ledger.begin_again(0, wanted=3), (3, 3))


if __name__ == "__main__":
    unittest.main()
