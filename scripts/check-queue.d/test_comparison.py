"""That the comparison convicts: a proof which cannot fail proves nothing."""

import unittest

from comparison import ABSENT, Difference, Found, grouped, judge

RELEASE = (2, 6, 1)
LISTED = Difference("jobs/*/result", "because", lambda python, pulse: pulse == 2)


def paths(python: dict, pulse: dict, *table: Difference) -> list[str]:
    return [found.path for found in judge(python, pulse, table, RELEASE).unlisted]


class ComparisonTests(unittest.TestCase):
    def test_what_is_equal_passes(self) -> None:
        self.assertEqual(paths({"a": {"b": [1, "x"]}}, {"a": {"b": [1, "x"]}}), [])

    def test_another_value_is_found(self) -> None:
        self.assertEqual(paths({"a": {"b": 1, "c": 1}}, {"a": {"b": 2, "c": 1}}), ["a/b"])

    def test_what_only_one_side_has_is_found(self) -> None:
        self.assertEqual(paths({"a": 1}, {"a": 1, "b": None}), ["b"])
        self.assertEqual(paths({"a": 1, "b": {}}, {"a": 1}), ["b"])

    def test_a_list_of_dicts_is_entered(self) -> None:
        self.assertEqual(paths({"a": [{"x": 1}, {"x": 2}]}, {"a": [{"x": 1}, {"x": 3}]}), ["a/1/x"])
        self.assertEqual(paths({"a": [{"x": 1}]}, {"a": []}), ["a/0/x", "a"])

    def test_another_type_is_another_value(self) -> None:
        self.assertEqual(paths({"a": 1, "b": True}, {"a": "1", "b": 1}), ["a", "b"])

    def test_moments_may_be_a_little_apart(self) -> None:
        self.assertEqual(paths({"a": 500.0}, {"a": 501.9}), [])
        self.assertEqual(paths({"a": 500.0}, {"a": 180.0}), ["a"])

    def test_a_listed_difference_passes_only_as_it_is_meant(self) -> None:
        self.assertEqual(paths({"jobs": {"x": {"result": 1}}}, {"jobs": {"x": {"result": 2}}}, LISTED), [])
        self.assertEqual(
            paths({"jobs": {"x": {"result": 1}}}, {"jobs": {"x": {"result": 3}}}, LISTED), ["jobs/x/result"]
        )

    def test_a_listed_difference_that_is_no_more_is_told(self) -> None:
        self.assertEqual(judge({"a": 1}, {"a": 1}, [LISTED], RELEASE).unseen, [LISTED])
        other = Difference("*", "of another release", applies=lambda release: release < (2, 0))
        rare = Difference("*", "now and then", sometimes=True)
        self.assertEqual(judge({"a": 1}, {"a": 1}, [other, rare], RELEASE).unseen, [])
        self.assertEqual(paths({"a": 1}, {"a": 2}, other), ["a"])

    def test_what_is_alike_is_told_once(self) -> None:
        lines = list(grouped(Found(f"jobs/{id}/x", 1, ABSENT) for id in "abc"))
        self.assertEqual(lines, ["jobs/a/x: Python 1, Pulse '(absent)' (so too b, c)"])


if __name__ == "__main__":
    unittest.main()
