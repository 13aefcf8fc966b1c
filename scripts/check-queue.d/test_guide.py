"""The guide's commands are found, and a block that would go unseen is not passed over."""

import unittest

import guide
from documented import Malformed

MARK = f"<!-- run by: {guide.RUNNER} -->"


class Steps(unittest.TestCase):
    def test_only_marked_blocks_count_by_the_number_they_stand_in(self) -> None:
        marked = f"1. One.\n\n   {MARK}\n   ```sh\n   first\n   second\n   ```\n\n"
        text = f"{marked}2. Two.\n\n   ```sh\n   unmarked\n   ```\n"
        self.assertEqual(guide.steps(text), {1: "first\nsecond\n"})

    def test_a_mark_without_a_block_and_a_block_without_a_step_are_refused(self) -> None:
        for text in (f"1. One.\n\n{MARK}\n\nOther.\n", f"{MARK}\n```sh\nfirst\n```\n"):
            with self.assertRaises(Malformed):
                guide.steps(text)

    def test_two_blocks_of_one_step_are_refused(self) -> None:
        block = f"{MARK}\n```sh\nfirst\n```\n"
        with self.assertRaises(Malformed):
            guide.steps(f"1. One.\n{block}{block}")


if __name__ == "__main__":
    unittest.main()
