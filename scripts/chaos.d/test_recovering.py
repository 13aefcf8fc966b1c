import unittest

from fault_log import Fault
from ledger import Ledger
from recovering import recoveries


class RecoveringTests(unittest.TestCase):
    def setUp(self) -> None:
        self.ledger = Ledger()
        self.finished: dict[str, float] = {}
        # Sent at 10, 20, 30; the second one takes so long that the third is finished before it.
        for number, (sent, ended) in enumerate([(10, 11), (20, 39), (30, 31)]):
            self.ledger.begin_new(number)
            self.ledger.promised(number, f"job-{number}", sent)
            self.finished[f"job-{number}"] = ended

    def seconds(self, fault: Fault) -> float:
        return recoveries([fault], self.ledger, self.finished)[fault.kind][0]

    def test_what_counts_is_the_first_to_be_finished_of_those_sent_after_the_end(self) -> None:
        self.assertEqual(self.seconds(Fault("redis paused", "", 5, 10)), 1)
        self.assertEqual(self.seconds(Fault("redis paused", "", 5, 12)), 31 - 12)
        self.assertEqual(self.seconds(Fault("redis paused", "", 5, 25)), 6)

    def test_without_one_there_was_no_recovery(self) -> None:
        self.assertEqual(self.seconds(Fault("redis paused", "", 30, 31)), float("inf"))

    def test_a_job_that_never_ended_tells_nothing(self) -> None:
        del self.finished["job-2"]
        self.assertEqual(self.seconds(Fault("redis paused", "", 5, 25)), float("inf"))

    def test_what_is_started_again_is_back_when_its_slot_is(self) -> None:
        self.assertEqual(self.seconds(Fault("worker killed", "a/worker.1", 5, 5, ready_seconds=0.2)), 0.2)
        self.assertEqual(self.seconds(Fault("api killed", "", 5, 5)), float("inf"))


if __name__ == "__main__":
    unittest.main()
