"""That the evidence convicts: a proof which cannot fail proves nothing."""

import json
import tempfile
import unittest
from pathlib import Path

from evidence import Claims, Lives

SUMMARY = {"sweeps": 9, "longest": 0.01}


def written(content: str) -> Path:
    path = Path(tempfile.mkstemp(prefix="pulse-check.")[1])
    path.write_text(content)
    return path


def lives(*told: dict[str, object]) -> Lives:
    path = written("".join(json.dumps(line) + "\n" for line in (*told, SUMMARY)))
    try:
        return Lives(path)
    finally:
        path.unlink()


def claims(*taken: tuple[float, str, str]) -> Claims:
    path = written("".join(claim(*told) for told in taken))
    try:
        return Claims(path)
    finally:
        path.unlink()


def claim(moment: float, job: str, worker: str) -> str:
    """As MONITOR prints what the claiming script does."""
    fields = f'"status" "started" "started_at" "x" "worker_name" "{worker}" "ended_at" ""'
    return f'{moment} [0 lua] "HSET" "rq:job:{job}" {fields}\n'


def seen(host: int, pid: int, at: float, slot: str = "worker.1") -> dict[str, object]:
    return {"seen": host, "pid": pid, "slot": slot, "at": at, "mark": ""}


class EvidenceTests(unittest.TestCase):
    def test_one_after_the_other_is_fine(self) -> None:
        self.assertEqual(lives(seen(10, 1, 1), {"gone": 10, "last": 2}, seen(11, 2, 3)).overlapping(), [])

    def test_two_at_once_are_found(self) -> None:
        self.assertEqual(len(lives(seen(10, 1, 1), seen(11, 2, 3), {"gone": 10, "last": 3.5}).overlapping()), 1)
        # The older one is still alive at the end.
        self.assertEqual(len(lives(seen(10, 1, 1), seen(11, 2, 3)).overlapping()), 1)

    def test_other_slots_do_not_count(self) -> None:
        self.assertEqual(lives(seen(10, 1, 1), seen(11, 2, 3, "worker.2")).overlapping(), [])

    def test_a_job_taken_from_the_dead_is_fine(self) -> None:
        known = lives(seen(10, 1, 1), {"gone": 10, "last": 2}, seen(11, 2, 3))
        self.assertEqual(claims((1.5, "j", "a"), (3.5, "j", "b")).handed_over(known, {"a": 1, "b": 2}), (1, []))

    def test_a_job_taken_from_the_living_is_found(self) -> None:
        known = lives(seen(10, 1, 1), {"gone": 10, "last": 4}, seen(11, 2, 3))
        again, shared = claims((1.5, "j", "a"), (3.5, "j", "b")).handed_over(known, {"a": 1, "b": 2})
        self.assertEqual((again, len(shared)), (1, 1))

    def test_a_job_of_somebody_unknown_is_found(self) -> None:
        self.assertEqual(len(claims((1.5, "j", "a"), (3.5, "j", "b")).handed_over(lives(), {})[1]), 1)


if __name__ == "__main__":
    unittest.main()
