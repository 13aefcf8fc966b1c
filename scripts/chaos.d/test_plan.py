import unittest
from collections import Counter

from kinds import BY_NAME, CUT, FROZEN, KINDS, LONG_SHORTEST
from plan import LONG_SECONDS, ROUND_WHOLE, Event, plan


def resource(event: Event) -> str:
    kind = BY_NAME.get(event.kind)
    if kind is None:
        return event.victim or "link"
    return event.victim if kind.resource == "worker" else kind.resource


class PlanTests(unittest.TestCase):
    def test_a_seed_gives_one_plan_and_another_seed_another(self) -> None:
        self.assertEqual(plan(7, 15), plan(7, 15))
        self.assertNotEqual(plan(7, 15), plan(8, 15))

    def test_fifteen_minutes_have_every_kind_twenty_times(self) -> None:
        for seed in range(1, 20):
            counts = Counter(event.kind for event in plan(seed, 15))
            self.assertGreaterEqual(min(counts[kind.name] for kind in KINDS), 20, counts)
            self.assertGreaterEqual(counts[FROZEN], 8)
            self.assertGreaterEqual(counts[CUT], 2)

    def test_a_minute_has_every_kind(self) -> None:
        self.assertLessEqual({kind.name for kind in KINDS}, {event.kind for event in plan(1, 1)})

    def test_all_of_it_ends_before_the_end(self) -> None:
        for minutes in (1, 3, 15):
            for seed in range(1, 20):
                self.assertLess(max(event.at + event.seconds for event in plan(seed, minutes)), minutes * 60)

    def test_faults_of_one_resource_follow_each_other(self) -> None:
        for seed in range(1, 20):
            busy: dict[str, float] = {}
            for event in plan(seed, 15):
                self.assertGreaterEqual(event.at + 0.02, busy.get(resource(event), 0), str(event))
                busy[resource(event)] = event.at + event.seconds

    def test_faults_of_different_resources_overlap_and_there_are_moments_without(self) -> None:
        for seed in range(1, 20):
            overlaps, calm, until = 0, 0, 0.0
            for event in plan(seed, 15):
                overlaps += event.at < until
                calm += event.at - until > ROUND_WHOLE / 2
                until = max(until, event.at + event.seconds)
            self.assertGreater(overlaps, 100)
            self.assertGreaterEqual(calm, 20)

    def test_who_is_frozen_or_cut_off_long_is_given_up_by_others_who_know_their_redis(self) -> None:
        for seed in range(1, 20):
            events = plan(seed, 15)
            for long in (event for event in events if event.kind in (FROZEN, CUT)):
                self.assertGreaterEqual(long.seconds, LONG_SHORTEST)
                self.assertLess(long.seconds, LONG_SECONDS)
                beside = [e for e in events if long.at <= e.at < long.at + long.seconds and e.kind != FROZEN]
                unsettling = {"redis", "link", "supervisor"} & {resource(event) for event in beside if event != long}
                self.assertFalse(unsettling, f"{long}: {beside}")
                self.assertFalse([event for event in beside if event.kind.startswith("worker")])


if __name__ == "__main__":
    unittest.main()
