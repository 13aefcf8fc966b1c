"""Points: writing, reading, searching and every refusal, as Qdrant 1.19 answers."""

import signal
import unittest

from qdrant_case import UUID, WAIT, Case


class Points(Case):
    def test_writes_that_are_refused_store_nothing(self) -> None:
        path = self.fill("refusals")
        points = f"{path}/points{WAIT}"
        shape = "Format error in JSON body: data did not match any variant of untagged enum "
        for status, error, body in (
            (
                400,
                "Wrong input: Vector dimension error: expected dim: 4, got 3",
                {"points": [{"id": 9, "vector": [1, 2, 3]}]},
            ),
            (400, shape + "VectorStruct", {"points": [{"id": 9, "vector": [1, 2, 3, None]}]}),
            (400, shape + "BatchVectorStruct", {"batch": {"ids": [9], "vectors": [[1, 2, 3, None]]}}),
            (
                422,
                "Validation error in JSON body: [points[0].vector: dense vector must not be empty]",
                {"points": [{"id": 9, "vector": []}]},
            ),
            (
                422,
                "Validation error in JSON body: [batch.data: number of ids and vectors must be equal (2 != 1)]",
                {"batch": {"ids": [9, 8], "vectors": [[1, 2, 3, 4]]}},
            ),
            (400, "Format error in JSON body: Invalid PointInsertOperations format", {}),
            (400, "Wrong input: Not existing vector name error: x", {"points": [{"id": 9, "vector": {"x": [1]}}]}),
        ):
            self.refused(status, error, "PUT", points, body)
        for bad in ("abc", -1, 2**64, 1.5, None, True):
            answer = self.call("PUT", points, {"points": [{"id": bad, "vector": [1, 2, 3, 4]}]})
            self.assertEqual(answer.status, 400, bad)
            self.assertIn("is not a valid point ID", answer.json["status"]["error"])
        answer = self.call("PUT", points, b'{"points": [')
        self.assertEqual(answer.status, 400)
        self.assertTrue(answer.json["status"]["error"].startswith("Format error in JSON body: "))
        # Without waiting, too: dimensions are checked before a write is acknowledged.
        body = {"points": [{"id": 9, "vector": [1]}]}
        self.refused(400, "Wrong input: Vector dimension error: expected dim: 4, got 1", "PUT", f"{path}/points", body)
        self.refused(404, "Not found: Collection `gone` doesn't exist!", "PUT", f"/gone/points{WAIT}", body)
        self.assertEqual(self.count(path), 4)

    def test_an_oversized_body_is_a_400(self) -> None:
        size = 32 * 1024 * 1024 + 1
        text = f"JSON payload ({size} bytes) is larger than allowed (limit: {size - 1} bytes)."
        self.refused(400, text, "PUT", f"/any/points{WAIT}", b" " * size)

    def test_reading_by_id_count_and_scroll(self) -> None:
        path = self.fill("reading")
        found = self.result("POST", f"{path}/points", {"ids": [1, UUID.upper(), 77], "with_vector": True})
        self.assertEqual([point["id"] for point in found], [1, UUID])
        self.assertEqual(found[0], {"id": 1, "payload": {"url": "a", "n": 1}, "vector": [1, 0, 0, 0]})
        self.assertEqual(
            self.result("POST", f"{path}/points", {"ids": [1], "with_payload": ["url"]})[0]["payload"], {"url": "a"}
        )
        self.refused(404, "Not found: Point with id 77 does not exists!", "GET", f"{path}/points/77")
        self.assertEqual(self.count(path, must=[{"key": "url", "match": {"value": "a"}}]), 2)
        self.assertEqual(
            self.count(path, must={"key": "url", "match": {"any": ["a", "b"]}}, must_not=[{"has_id": [1]}]), 2
        )
        self.assertEqual(self.count(path, must=[{"is_empty": {"key": "url"}}]), 1)
        first = self.result("POST", f"{path}/points/scroll", {"limit": 3, "with_payload": False})
        self.assertEqual([point["id"] for point in first["points"]], [1, 3, 4])
        rest = self.result("POST", f"{path}/points/scroll", {"limit": 3, "offset": first["next_page_offset"]})
        self.assertEqual(([point["id"] for point in rest["points"]], rest["next_page_offset"]), ([UUID], None))

    def test_payloads_and_deletion(self) -> None:
        path = self.fill("payloads")
        payload = f"{path}/points/payload"
        self.result("POST", payload + WAIT, {"points": [1], "payload": {"done": True}})
        self.assertEqual(self.payload(path, 1), {"url": "a", "n": 1, "done": True})
        self.result("POST", f"{payload}/delete{WAIT}", {"points": [1], "keys": ["n"]})
        self.assertEqual(self.payload(path, 1), {"url": "a", "done": True})
        self.result("PUT", payload + WAIT, {"points": [1], "payload": {"new": 1}})
        self.assertEqual(self.payload(path, 1), {"new": 1})
        self.refused(
            404, "Not found: No point with id 99 found", "POST", payload + WAIT, {"points": [99], "payload": {"a": 1}}
        )
        self.result("POST", f"{path}/points/delete{WAIT}", {"points": [1, 99]})
        self.result(
            "POST", f"{path}/points/delete{WAIT}", {"filter": {"must": [{"key": "url", "match": {"value": "a"}}]}}
        )
        self.assertEqual(self.count(path), 2)

    def payload(self, path: str, point: int) -> object:
        return self.result("POST", f"{path}/points", {"ids": [point]})[0]["payload"]

    def test_a_batch_stops_at_its_first_failure_and_undoes_nothing(self) -> None:
        path = self.fill("batches")
        operations = [
            {"upsert": {"points": [{"id": 5, "vector": [0, 0, 0, 1]}]}},
            {"delete": {"points": [1]}},
            {"set_payload": {"points": [99], "payload": {"a": 1}}},
            {"delete": {"points": [5]}},
        ]
        self.refused(
            404,
            "Not found: No point with id 99 found",
            "POST",
            f"{path}/points/batch{WAIT}",
            {"operations": operations},
        )
        self.assertEqual([point["id"] for point in self.result("POST", f"{path}/points", {"ids": [1, 5]})], [5])
        done = self.result("POST", f"{path}/points/batch{WAIT}", {"operations": operations[:2]})
        self.assertEqual([one["status"] for one in done], ["completed"] * 2)

    def test_without_waiting_a_write_is_acknowledged_and_applied_in_order(self) -> None:
        path = self.fill("acknowledged")
        point = {"points": [{"id": 8, "vector": [0, 0, 0, 1]}]}
        self.assertEqual(self.result("PUT", f"{path}/points", point)["status"], "acknowledged")
        self.result("POST", f"{path}/points/delete{WAIT}", {"points": [8]})
        self.assertEqual(self.count(path), 4)

    def test_search(self) -> None:
        path = self.fill("search")
        query = {"query": [1, 0, 0, 0], "limit": 2, "with_payload": True}
        hits = self.result("POST", f"{path}/points/query", query)["points"]
        self.assertEqual([(hit["id"], round(hit["score"], 4)) for hit in hits], [(1, 1.0), (3, 0.6)])
        self.assertEqual(hits[0]["payload"]["url"], "a")
        body = query | {"score_threshold": 0.9, "filter": {"must": [{"key": "url", "match": {"value": "a"}}]}}
        self.assertEqual(len(self.result("POST", f"{path}/points/query", body)["points"]), 1)
        self.assertEqual(self.result("POST", f"{path}/points/query", query | {"offset": 1})["points"][0]["id"], 3)
        self.assertEqual(self.result("POST", f"{path}/points/query", {"query": 1, "limit": 1})["points"][0]["id"], 3)
        text = "Wrong input: Vector dimension error: expected dim: 4, got 1"
        self.refused(400, text, "POST", f"{path}/points/query", {"query": [1]})
        text = "Validation error in JSON body: [internal.limit: value 0 invalid, must be 1 or larger]"
        self.refused(422, text, "POST", f"{path}/points/query", {"query": [1, 0, 0, 0], "limit": 0})

    def test_fusion_and_groups(self) -> None:
        path = self.fill("fusion")
        lists = [{"query": [1, 0, 0, 0], "limit": 3}, {"query": [0, 1, 0, 0], "limit": 3}]
        fused = self.result("POST", f"{path}/points/query", {"prefetch": lists, "query": {"rrf": {"k": 61}}})["points"]
        best = {hit["id"]: hit["score"] for hit in fused}
        self.assertAlmostEqual(best[3], 2 / 62, places=6)  # second in both lists; positions count from 0
        grouped = {"query": [1, 0, 0, 0], "group_by": "url", "group_size": 1, "with_payload": ["url"]}
        groups = self.result("POST", f"{path}/points/query/groups", grouped)["groups"]
        self.assertEqual([(group["id"], group["hits"][0]["id"]) for group in groups], [("a", 1), ("b", UUID)])

    def test_points_survive_a_kill_and_a_stop(self) -> None:
        path = self.fill("survivors")
        self.assertEqual(type(self).server.stop(signal.SIGKILL), -signal.SIGKILL)
        type(self).server = self.start()
        self.assertEqual(self.count(path), 4)
        self.result("PUT", f"{path}/points", {"points": [{"id": 8, "vector": [0, 0, 0, 1]}]})
        self.assertEqual(type(self).server.stop(), 0)
        type(self).server = self.start()
        self.assertEqual(self.count(path), 5)


if __name__ == "__main__":
    unittest.main()
