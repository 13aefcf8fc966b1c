"""Ranking by words, as each version of the server does it."""

import unittest

from qdrant_case import UUID, WAIT, Case

TEXTS = ["the fox jumps over the dog", "a dog sleeps", "tides follow the moon", "the moon and the fox"]
VECTORS = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
SHAPE = "Format error in JSON body: data did not match any variant of untagged enum "


def document(text: str) -> dict[str, object]:
    return {"text": text, "model": "qdrant/bm25", "options": {"language": "english", "avg_len": 128}}


class Words(Case):
    def filled(self, name: str, sparse: bool) -> str:
        config: dict[str, object] = {"vectors": {"size": 4, "distance": "Cosine"}}
        vectors: object = VECTORS
        if sparse:
            config["sparse_vectors"] = {"bm25": {"modifier": "idf"}}
            vectors = {"": VECTORS, "bm25": [document(text) for text in TEXTS]}
        self.result("PUT", f"/{name}", config)
        payloads = [{"text": text} for text in TEXTS]
        self.result(
            "PUT",
            f"/{name}/points{WAIT}",
            {"batch": {"ids": [1, UUID, 3, 4], "vectors": vectors, "payloads": payloads}},
        )
        return f"/{name}"

    def found(self, path: str, query: object, using: str) -> set[object]:
        body = {"query": query, "using": using, "limit": 4}
        return {hit["id"] for hit in self.result("POST", f"{path}/points/query", body)["points"]}


class Vectors(Words):
    def test_a_text_becomes_the_vector_that_the_server_would_make(self) -> None:
        path = self.filled("made", sparse=True)
        self.assertEqual(self.found(path, document("foxes"), "bm25"), {1, 4})
        body = {"ids": [3], "with_vector": True}
        vector = self.result("POST", f"{path}/points", body)[0]["vector"]
        self.assertEqual(len(vector["bm25"]["indices"]), 3, "tides, follow and moon; the article is a stop word")

    def test_both_ranks_fuse_with_k_given(self) -> None:
        path = self.filled("fused", sparse=True)
        lists = [{"query": VECTORS[0], "limit": 4}, {"query": document("fox"), "using": "bm25", "limit": 4}]
        body = {"prefetch": lists, "query": {"rrf": {"k": 61}}, "limit": 1}
        self.assertAlmostEqual(
            self.result("POST", f"{path}/points/query", body)["points"][0]["score"], 2 / 61, places=3
        )

    def test_another_model_is_not_there(self) -> None:
        path = self.filled("other", sparse=True)
        self.refused(
            500,
            "Service internal error: InferenceService URL not configured",
            "POST",
            f"{path}/points/query",
            {"query": document("fox") | {"model": "other/model"}, "using": "bm25"},
        )

    def test_an_existing_collection_gains_the_vector_and_says_who_lacks_it(self) -> None:
        path = self.filled("late", sparse=False)
        self.result("PUT", f"{path}/vectors/bm25{WAIT}", {"sparse": {"modifier": "idf"}})
        params = self.result("GET", path)["config"]["params"]
        self.assertEqual(params["sparse_vectors"], {"bm25": {"modifier": "idf"}})
        point = {"points": [{"id": 9, "vector": {"": [1, 1, 0, 0], "bm25": document("a fox")}, "payload": {}}]}
        self.result("PUT", f"{path}/points{WAIT}", point)
        self.assertEqual(type(self).server.stop(), 0)
        type(self).server = self.start()
        self.assertEqual(self.found(path, document("fox"), "bm25"), {9}, "it is there after a restart")
        self.assertEqual(self.count(path, must_not=[{"has_vector": "bm25"}]), 4)
        self.refused(
            400, "Wrong input: Vector with name bm25 already exists", "PUT", f"{path}/vectors/bm25", {"sparse": {}}
        )

    def test_text_indexes_do_not_score_yet(self) -> None:
        path = self.filled("early", sparse=False)
        index = {"field_name": "text", "field_schema": {"type": "text", "scoring": True}}
        self.refused(
            400, SHAPE.replace("body: ", "body: field_schema: ") + "PayloadFieldSchema", "PUT", f"{path}/index", index
        )
        self.refused(400, SHAPE + "QueryInterface", "POST", f"{path}/points/query", {"query": {"text": "fox"}})


class TextIndex(Words):
    version = "1.20.0"

    def test_the_index_of_the_payload_ranks(self) -> None:
        path = self.filled("index", sparse=False)
        index = {"field_name": "text", "field_schema": {"type": "text", "scoring": True}}
        self.result("PUT", f"{path}/index{WAIT}", index)
        self.assertEqual(self.result("GET", path)["payload_schema"]["text"]["params"]["scoring"], True)
        self.assertEqual(self.found(path, {"text": "fox"}, "text"), {1, 4})
        # Every point has a place of its own: which of two equally near ones comes first is left to the engine.
        near = [1, 0.5, 0.4, 0.3]
        prefetch = [{"query": near, "limit": 4}, {"query": {"text": "fox"}, "using": "text", "limit": 4}]
        body = {"prefetch": prefetch, "query": {"rrf": {"k": 61}}, "limit": 1}
        self.assertEqual(self.result("POST", f"{path}/points/query", body)["points"][0]["id"], 1)


class Older(Words):
    version = "1.15.1"

    def test_neither_means_nor_k(self) -> None:
        path = self.filled("older", sparse=False)
        self.assertEqual(self.server.request("GET", "/").json["version"], "1.15.1")
        self.assertEqual(self.call("PUT", f"{path}/vectors/bm25", {"sparse": {}}).status, 404)
        lists = [{"query": VECTORS[0], "limit": 4}]
        self.refused(
            400,
            SHAPE + "QueryInterface",
            "POST",
            f"{path}/points/query",
            {"prefetch": lists, "query": {"rrf": {"k": 61}}},
        )


if __name__ == "__main__":
    unittest.main()
