"""That what is wrong in a document is seen."""

import tempfile
import unittest
from pathlib import Path

import links
from documented import Malformed, blocks_in
from names import Code, has_endpoint, missing, wrong_commands
from shown_output import difference

CODE = Code(
    {"": {"--version"}, "status": {"--json"}, "jobs": {"--limit"}, "jobs show": set()}, {0}, '"/health" PULSE_X'
)


class Blocks(unittest.TestCase):
    def test_a_block_without_a_language_is_refused(self) -> None:
        with self.assertRaisesRegex(Malformed, "without a language"):
            blocks_in("x.md", "```\nls\n```\n")

    def test_a_block_that_does_not_end_is_refused(self) -> None:
        with self.assertRaisesRegex(Malformed, "does not end"):
            blocks_in("x.md", "```sh\nls\n")

    def test_an_indented_block_is_refused_where_no_list_goes_on(self) -> None:
        with self.assertRaisesRegex(Malformed, "indented"):
            blocks_in("x.md", "words\n\n    ls\n")
        self.assertEqual(blocks_in("x.md", "1. words\n\n    more of them\n"), [])

    def test_a_mark_belongs_to_the_block_behind_it(self) -> None:
        blocks = blocks_in("x.md", "<!-- not run: no engine -->\n```sh\nls\n```\n\n```sh\npwd\n```\n")
        self.assertEqual([block.marks for block in blocks], [{"not run": "no engine"}, {}])

    def test_a_mark_without_a_block_is_refused(self) -> None:
        with self.assertRaisesRegex(Malformed, "without a block"):
            blocks_in("x.md", "<!-- exit status: 2 -->\nwords\n")

    def test_a_console_block_is_commands_and_their_output(self) -> None:
        block = blocks_in("x.md", "```console\n$ one\na\nb\n$ two\n```\n")[0]
        self.assertEqual(block.steps(), [("one", "a\nb\n"), ("two", None)])

    def test_other_words_are_no_commands(self) -> None:
        self.assertFalse(blocks_in("x.md", "```ini\na=1\n```\n")[0].is_commands)


class Output(unittest.TestCase):
    def test_numbers_times_and_widths_may_differ(self) -> None:
        self.assertIsNone(difference("a  12  3m12s\nb 0.5 ms\n", "a 7 1s\nb 10.25 ms\n"))

    def test_words_may_not(self) -> None:
        self.assertIn("shows 'a well'", difference("a well\n", "a ill\n") or "")

    def test_what_is_left_out_is_marked(self) -> None:
        self.assertIsNone(difference("a\n...\nd\n", "a\nb\nc\nd\n"))
        self.assertIn("goes on with", difference("a\n", "a\nb\n") or "")
        self.assertIn("the end", difference("a\n...\nz\n", "a\nb\n") or "")


class Names(unittest.TestCase):
    def test_a_subcommand_that_is_not_there_is_seen(self) -> None:
        self.assertEqual(wrong_commands("`pulsectl stats`", CODE), ["pulsectl has no stats"])
        self.assertEqual(wrong_commands("`pulsectl status --json` and `pulsectl jobs show ID`", CODE), [])

    def test_an_option_that_is_not_there_is_seen(self) -> None:
        self.assertEqual(wrong_commands("`pulsectl status --yaml`", CODE), ["pulsectl status has no --yaml"])

    def test_what_the_operators_document_leaves_out_is_seen(self) -> None:
        text = "`pulsectl status`, `pulsectl jobs`\n## Exit statuses\n| pulsectl | 1 | failed |\n"
        told = ["it does not tell of pulsectl jobs show", "it does not tell of exit status 0"]
        self.assertEqual(missing(text, CODE), told)

    def test_an_endpoint_that_is_not_there_is_seen(self) -> None:
        self.assertFalse(has_endpoint("/healthz", CODE.text))
        self.assertTrue(has_endpoint("/health", CODE.text))


class Links(unittest.TestCase):
    def test_files_and_headings_that_are_not_there_are_seen(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "a.md").write_text(
                "# One, and `two`\n[x](b.md) [y](#one-and-two) [z](#three) [w](a.md#one-and-two)\n"
            )
            self.assertEqual(links.broken("a.md", root), ["a.md: b.md leads nowhere", "a.md: #three: no such heading"])


if __name__ == "__main__":
    unittest.main()
