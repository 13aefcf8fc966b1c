"""Collections, keys and transport of the Qdrant stand-in, as Qdrant 1.19 answers."""

import socket
import tempfile
import unittest

from qdrant_case import WAIT, Case


class Collections(Case):
    def test_version_and_health(self) -> None:
        self.assertEqual(self.server.request("GET", "/").json["version"], "1.19.0")
        texts = [self.server.request("GET", path).text for path in ("/healthz", "/livez", "/readyz")]
        self.assertEqual(texts, ["healthz check passed", "healthz check passed", "all shards are ready"])

    def test_a_collection_lives_and_dies(self) -> None:
        self.assertEqual(self.result("GET", "/life/exists"), {"exists": False})
        config = {"vectors": {"size": 4, "distance": "Cosine"}, "metadata": {"model": "m"}}
        self.assertIs(self.result("PUT", "/life", config), True)
        self.refused(409, "Wrong input: Collection `life` already exists!", "PUT", "/life", config)
        self.assertIn({"name": "life"}, self.result("GET", "")["collections"])
        self.result("PUT", f"/life/index{WAIT}", {"field_name": "url", "field_schema": "keyword"})
        info = self.result("GET", "/life")
        self.assertEqual((info["status"], info["points_count"]), ("green", 0))
        self.assertEqual(info["config"]["params"]["vectors"], {"size": 4, "distance": "Cosine"})
        self.assertEqual(info["config"]["metadata"], {"model": "m"})
        self.assertEqual(info["payload_schema"]["url"]["data_type"], "keyword")
        self.assertEqual([self.result("DELETE", "/life") for _ in range(2)], [True, False])
        self.refused(404, "Not found: Collection `life` doesn't exist!", "GET", "/life")

    def test_bad_creations(self) -> None:
        for body in ({"vectors": {"size": 4, "distance": "Near"}}, {"vectors": {"size": "4", "distance": "Dot"}}):
            answer = self.call("PUT", "/bad", body)
            self.assertEqual(answer.status, 400)
            self.assertTrue(answer.json["status"]["error"].startswith("Format error in JSON body: "))
        self.assertEqual(self.call("PUT", "/bad", {"vectors": {"size": 0, "distance": "Dot"}}).status, 422)
        self.assertEqual(self.call("PUT", "/a%3Ab", {}).status, 422)
        self.assertEqual(self.call("GET", "/x/nope").status, 404)


class Transport(Case):
    def test_an_idle_connection_is_closed_after_five_seconds(self) -> None:
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=15) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
            self.assertTrue(connection.recv(4096).startswith(b"HTTP/1.1 200"))
            self.assertEqual(connection.recv(4096), b"")

    def test_a_taken_port_or_folder_is_worth_another_try(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(self.server.second_on_the_same_port("--storage", folder), 1)
        self.assertEqual(self.server.second_on_the_same_port("--storage", self.storage.name), 1)

    def test_malformed_http_is_refused(self) -> None:
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=15) as connection:
            connection.sendall(b"nonsense\r\n\r\n")
            self.assertTrue(connection.recv(4096).startswith(b"HTTP/1.1 400"))


class Key(Case):
    key = "secret"

    def test_the_key_opens_by_either_header(self) -> None:
        for headers, status, text in (
            ({}, 401, "Must provide an API key or an Authorization bearer token"),
            ({"api-key": "wrong"}, 401, "Invalid API key or JWT"),
            ({"api-key": "secret"}, 200, None),
            ({"authorization": "Bearer secret"}, 200, None),
        ):
            answer = self.server.request("GET", "/collections", headers=headers)
            self.assertEqual(answer.status, status)
            if text:
                self.assertEqual(answer.text, text)
        self.assertEqual(self.server.request("GET", "/healthz").status, 200)


if __name__ == "__main__":
    unittest.main()
