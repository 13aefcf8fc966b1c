"""A request that breaks the contract is seen."""

import os
import unittest
from pathlib import Path

from openapi import Contract

POINTS = "/collections/docs/points"


class ContractTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.qdrant = Contract(next(Path(os.environ["PULSE_SPECS"]).glob("qdrant-openapi-*.json")))

    def refused(self, method: str, target: str, body: bytes, why: str) -> None:
        found = self.qdrant.complaints(method, target, body)
        self.assertTrue(any(why in text for text in found), found)

    def test_a_good_one_passes(self) -> None:
        body = b'{"batch":{"ids":[1],"vectors":[[0.5,1e-3]],"payloads":[{"any":"thing"}]}}'
        self.assertEqual(self.qdrant.complaints("PUT", f"{POINTS}?wait=true&ordering=medium", body), [])
        self.assertEqual(self.qdrant.complaints("GET", "/", b""), [])

    def test_what_is_wrong_is_named(self) -> None:
        self.refused("PUT", "/collections/docs/pints", b"{}", "no such operation")
        self.refused("PUT", f"{POINTS}?weight=true", b'{"points":[]}', "unknown parameter weight=true")
        self.refused("PUT", f"{POINTS}?wait=yes", b'{"points":[]}', "parameter wait=yes")
        self.refused("POST", f"{POINTS}/delete", b'{"points":"all"}', "POST /collections")
        self.refused("POST", f"{POINTS}/scroll", b'{"limits":3}', "limits")
        self.refused("POST", f"{POINTS}/scroll", b'{"limit":3', "no JSON")
        self.refused("GET", "/collections/docs", b"{}", "a body where none belongs")


if __name__ == "__main__":
    unittest.main()
