"""The TEI stand-in's answers, refusals above all: statuses and texts are those of TEI 1.9."""

import http.client
import math
import threading
import unittest

from running import ServerProcess, ServerTestCase


class Embedding(ServerTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.server = ServerProcess("local.tei")

    def embed(self, **body: object):
        return self.server.request("POST", "/embed", body)

    def refused(self, status: int, kind: str, error: str, **body: object) -> None:
        answer = self.embed(**body)
        self.assertEqual(answer.status, status)
        self.assertEqual(answer.json, {"error": error, "error_type": kind})

    def test_info_tells_the_limits(self) -> None:
        info = self.server.request("GET", "/info").json
        self.assertEqual(info["version"], "1.9.3")
        self.assertEqual(info["model_type"], {"embedding": {"pooling": "mean"}})
        limits = [
            info[f"max_{name}"] for name in ("input_length", "client_batch_size", "concurrent_requests", "batch_tokens")
        ]
        self.assertEqual(limits, [256, 32, 512, 16384])

    def test_vectors_are_unit_length_in_order_and_near_for_near_meanings(self) -> None:
        answer = self.embed(inputs=["a cat", "a kitten", "quarterly revenue"], truncate=False)
        cat, kitten, revenue = answer.json
        self.assertEqual(len(cat), 384)
        self.assertAlmostEqual(sum(x * x for x in cat), 1, places=5)
        near, far = (sum(x * y for x, y in zip(cat, other, strict=True)) for other in (kitten, revenue))
        self.assertGreater(near, far + 0.3)

    def test_a_single_text_is_answered_as_a_list_of_one(self) -> None:
        self.assertEqual(len(self.embed(inputs="hello").json), 1)

    def test_normalisation_and_dimensions(self) -> None:
        [raw] = self.embed(inputs="hello", normalize=False).json
        self.assertGreater(abs(math.hypot(*raw) - 1), 1e-3)
        [short] = self.embed(inputs="hello", dimensions=64).json
        self.assertEqual(len(short), 64)
        self.assertAlmostEqual(math.hypot(*short), 1, places=5)
        prefix = "Input validation error: `dimensions` should be "
        self.refused(422, "Validation", prefix + "positive", inputs="x", dimensions=0)
        self.refused(
            422, "Validation", prefix + "smaller than the maximum embedding dimension.", inputs="x", dimensions=385
        )

    def test_headers_carry_tokens_and_times(self) -> None:
        headers = self.embed(inputs=["hello world", "cat"]).headers
        self.assertEqual(headers["x-compute-tokens"], "7")
        self.assertEqual(headers["x-compute-characters"], "14")
        for name in ("x-compute-time", "x-total-time", "x-tokenization-time", "x-queue-time", "x-inference-time"):
            self.assertTrue(headers[name].isdigit(), name)

    def test_a_long_text_is_cut_or_refused_as_asked(self) -> None:
        long = "word " * 300
        text = "Input validation error: `inputs` must have less than 256 tokens. Given: 302"
        self.refused(422, "Validation", text, inputs=["fine", long], truncate=False)
        self.assertEqual(self.embed(inputs=long, truncate=True).headers["x-compute-tokens"], "256")
        self.assertEqual(self.embed(inputs=long).headers["x-compute-tokens"], "256")
        tail = "tail " * 254
        right, left, alone = (
            self.embed(inputs=text, truncation_direction=way).json[0]
            for text, way in ((long + tail, "Right"), (long + tail, "left"), (tail, "right"))
        )
        self.assertEqual(left, alone)
        self.assertNotEqual(right, alone)
        text = "Input validation error: `inputs` must have less than 64000 characters. Given: 64001"
        self.refused(422, "Validation", text, inputs="a" * 64001, truncate=False)

    def test_batches_are_limited(self) -> None:
        text = "batch size 33 > maximum allowed batch size 32"
        self.refused(422, "Validation", text, inputs=["x"] * 33)
        self.assertEqual(len(self.embed(inputs=["x"] * 32).json), 32)

    def test_empty_inputs_are_refused_whole(self) -> None:
        text = "Input validation error: `inputs` cannot be empty"
        self.refused(400, "Empty", text, inputs=["x", ""])
        self.refused(400, "Empty", text, inputs=[])
        answer = self.server.request("POST", "/tokenize", {"inputs": []})
        self.assertEqual((answer.status, answer.json["error"]), (400, "`inputs` cannot be empty"))

    def test_unknown_prompt_is_refused(self) -> None:
        text = (
            "Input validation error: `default-prompt-name` is set to `query` but no prompts were found in the "
            "Sentence Transformers configuration"
        )
        self.refused(422, "Validation", text, inputs="x", prompt_name="query")

    def test_tokens_come_with_byte_offsets(self) -> None:
        [tokens] = self.server.request("POST", "/tokenize", {"inputs": "naïve 这 test"}).json
        self.assertEqual([token["special"] for token in tokens], [True, False, False, False, True])
        self.assertEqual([(token["start"], token["stop"]) for token in tokens[1:-1]], [(0, 6), (7, 10), (11, 15)])
        self.assertEqual((tokens[0]["text"], tokens[0]["start"], tokens[0]["stop"]), ("[CLS]", None, None))
        [plain] = self.server.request("POST", "/tokenize", {"inputs": ["x"], "add_special_tokens": False}).json
        self.assertEqual(len(plain), 1)

    def test_what_the_framework_refuses_is_plain_text(self) -> None:
        for body, headers, status, text in (
            (b"{", None, 400, "Failed to parse the request body as JSON: "),
            (b'{"inputs":"\\ud800"}', None, 400, "Failed to parse the request body as JSON: "),
            (b"{}", None, 422, "Failed to deserialize the JSON body into the target type: missing field `inputs`"),
            (b'{"inputs":5}', None, 422, "Failed to deserialize the JSON body into the target type: inputs: "),
            (
                b'{"inputs":"x"}',
                {"content-type": "text/plain"},
                415,
                "Expected request with `Content-Type: application/json`",
            ),
            (b'"' + b"x" * 2_000_001, None, 413, "Failed to buffer the request body: length limit exceeded"),
        ):
            answer = self.server.request("POST", "/embed", body, headers)
            self.assertEqual(answer.status, status)
            self.assertTrue(answer.text.startswith(text), answer.text)
            self.assertTrue(answer.headers["content-type"].startswith("text/plain"))

    def test_health_and_unknown_routes(self) -> None:
        self.assertEqual([self.server.request("GET", path).status for path in ("/health", "/", "/ping")], [200] * 3)
        self.assertIn("te_queue_size", self.server.request("GET", "/metrics").text)
        self.assertEqual(self.server.request("GET", "/nope").status, 404)
        self.assertEqual(self.server.request("GET", "/embed").status, 405)

    def test_a_chunked_body_and_a_reused_connection(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        headers = {"content-type": "application/json", "expect": "100-continue"}
        for pieces in ([b'{"inputs":', b'"hello"}'], [b'{"inputs":"again"}']):
            connection.request("POST", "/embed", iter(pieces), headers, encode_chunked=True)
            response = connection.getresponse()
            self.assertEqual((response.status, len(response.read()) > 4000), (200, True))
        connection.close()

    def test_the_watchdog_is_fed_from_the_loop(self) -> None:
        self.server.await_message("WATCHDOG=1")


class Overload(ServerTestCase):
    """Permits count inputs: what does not fit at once is refused at once."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.server = ServerProcess("local.tei", "--max-concurrent-requests", "8", "--threads", "1")

    def test_a_batch_over_all_permits_is_refused_for_ever(self) -> None:
        answer = self.server.request("POST", "/embed", {"inputs": ["x"] * 9})
        self.assertEqual(
            (answer.status, answer.json), (429, {"error": "Model is overloaded", "error_type": "Overloaded"})
        )

    def test_concurrent_batches_share_the_permits_and_give_them_back(self) -> None:
        body = {"inputs": ["many words " * 100] * 8}
        answers: list[int] = []
        threads = [
            threading.Thread(target=lambda: answers.append(self.server.request("POST", "/embed", body).status))
            for _ in range(6)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertIn(429, answers)
        self.assertIn(200, answers)
        self.assertEqual(self.server.request("POST", "/embed", body).status, 200)


class Key(ServerTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.server = ServerProcess("local.tei", environment={"API_KEY": "secret"})

    def test_only_the_exact_header_opens(self) -> None:
        for header, status in ((None, 401), ("Bearer wrong", 401), ("bearer secret", 401), ("Bearer secret", 200)):
            headers = {"authorization": header} if header else None
            answer = self.server.request("GET", "/info", headers=headers)
            self.assertEqual(answer.status, status, header)
            self.assertEqual(answer.body == b"", status == 401)
            self.assertEqual(self.server.request("POST", "/", {"inputs": "x"}, headers).status, status)
        self.assertEqual(self.server.request("GET", "/health").status, 200)


if __name__ == "__main__":
    unittest.main()
