"""What the tests of the Qdrant stand-in share: a server with a storage folder, and calls that check the envelope."""

import tempfile
import uuid

from running import Answer, ServerProcess, ServerTestCase

UUID = str(uuid.uuid5(uuid.NAMESPACE_URL, "https://example.org/"))
WAIT = "?wait=true"


class Case(ServerTestCase):
    storage: tempfile.TemporaryDirectory[str]
    key: str | None = None
    version = "1.19.0"

    @classmethod
    def setUpClass(cls) -> None:
        cls.storage = tempfile.TemporaryDirectory(prefix="pulse-qdrant-")
        cls.server = cls.start()

    @classmethod
    def start(cls) -> ServerProcess:
        environment = {"QDRANT__SERVICE__API_KEY": cls.key} if cls.key else None
        return ServerProcess(
            "local.qdrant", "--storage", cls.storage.name, "--qdrant-version", cls.version, environment=environment
        )

    @classmethod
    def tearDownClass(cls) -> None:
        super().tearDownClass()
        cls.storage.cleanup()

    def call(self, method: str, path: str, body: object = None) -> Answer:
        return self.server.request(method, f"/collections{path}", body)

    def result(self, method: str, path: str, body: object = None) -> object:
        answer = self.call(method, path, body)
        self.assertEqual(answer.status, 200, answer.text)
        self.assertEqual(answer.json["status"], "ok")
        self.assertIsInstance(answer.json["time"], float)
        return answer.json["result"]

    def refused(self, status: int, error: str, method: str, path: str, body: object = None) -> None:
        answer = self.call(method, path, body)
        self.assertEqual(answer.status, status, answer.text)
        self.assertEqual(answer.json["status"], {"error": error})
        self.assertNotIn("result", answer.json)

    def fill(self, name: str) -> str:
        """A collection of four points; its path."""
        self.result("PUT", f"/{name}", {"vectors": {"size": 4, "distance": "Cosine"}})
        batch = {
            "ids": [1, UUID, 3, 4],
            "vectors": [[1, 0, 0, 0], [0, 1, 0, 0], [0.6, 0.8, 0, 0], [0, 0, 1, 0]],
            "payloads": [{"url": "a", "n": 1}, {"url": "b"}, {"url": "a"}, None],
        }
        result = self.result("PUT", f"/{name}/points{WAIT}", {"batch": batch})
        self.assertEqual(result["status"], "completed")
        return f"/{name}"

    def count(self, path: str, **filters: object) -> int:
        return self.result("POST", f"{path}/points/count", {"exact": True, "filter": filters or None})["count"]
