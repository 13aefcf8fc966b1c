"""That a field which is missing, of another value or one too many is a difference."""

import unittest

from interop import differences


class DifferencesTests(unittest.TestCase):
    def test_equal_fields_are_none(self) -> None:
        self.assertEqual(differences({"a": 1, "b": None}, {"b": None, "a": 1}), [])

    def test_each_kind_is_told(self) -> None:
        for seen in ({"a": 1}, {"a": 1, "b": 2}, {"a": 1, "b": None, "c": 3}, {"a": True, "b": None}):
            with self.subTest(seen):
                self.assertEqual(len(differences({"a": 1, "b": None}, seen)), 1)


if __name__ == "__main__":
    unittest.main()
