import unittest

import orjson

from garbling import Answer, garble, made, refusal

EMBED = b"POST /embed HTTP/1.1\r\nhost: tei\r\n\r\n"
PUT = b"PUT /collections/pulse/points?wait=true HTTP/1.1\r\n\r\n"
VECTORS = made(200, "OK", "application/json", b"[[0.25,0.5],[0.125,1.0]]")
DONE = made(200, "OK", "application/json", b'{"result":{"operation_id":1,"status":"completed"},"status":"ok"}')


class GarblingTests(unittest.TestCase):
    def test_nothing_is_done_to_an_answer_that_passes(self) -> None:
        self.assertIsNone(refusal("tei", "pass", 1, EMBED, b'{"inputs":["text"]}'))
        self.assertIs(garble("pass", 0, EMBED, VECTORS), VECTORS)

    def test_garbage_is_never_a_good_answer_in_disguise(self) -> None:
        for number in range(8):
            for good in (VECTORS, DONE):
                with self.assertRaises(orjson.JSONDecodeError):
                    orjson.loads(garble("garbage", number, EMBED, good).body)

    def test_a_wrong_count_is_never_the_right_one(self) -> None:
        for number in range(6):
            self.assertNotEqual(len(orjson.loads(garble("wrong counts", number, EMBED, VECTORS).body)), 2)
        self.assertIs(garble("wrong counts", 0, PUT, DONE), DONE)

    def test_wait_timeout_comes_with_200_and_html_too(self) -> None:
        late = garble("wait_timeout", 0, PUT, DONE)
        self.assertEqual(orjson.loads(late.body)["result"]["status"], "wait_timeout")
        page = garble("html", 0, PUT, DONE)
        self.assertTrue(late.head.startswith(b"HTTP/1.1 200 ") and page.head.startswith(b"HTTP/1.1 200 "))
        self.assertIn(b"text/html", page.head)

    def test_a_bad_gateway_loses_a_request_or_its_answer(self) -> None:
        self.assertIsNone(refusal("qdrant", "bad gateway", 0, PUT, b""))
        lost = refusal("qdrant", "bad gateway", 1, PUT, b"")
        statuses = {garble("bad gateway", number, PUT, DONE).head.split(b" ")[1] for number in range(6)}
        self.assertTrue(lost is not None and statuses == {b"502", b"503", b"504"})

    def test_what_must_fail_is_refused_at_any_time(self) -> None:
        refused = refusal("tei", "pass", 0, EMBED, b'{"inputs":["[[refused]] text"]}')
        self.assertTrue(isinstance(refused, Answer) and refused.head.startswith(b"HTTP/1.1 422 "))


if __name__ == "__main__":
    unittest.main()
