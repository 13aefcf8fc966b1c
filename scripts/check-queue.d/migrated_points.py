"""What a migration leaves in Qdrant: pages that are found, each in one version."""

import json
import subprocess
import urllib.request
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from processes import clean_environment
from results import must


@dataclass
class Points:
    programs: Path
    settings: dict[str, str]

    def by_page(self) -> dict[str, list[dict[str, Any]]]:
        """All payloads. Those without `chunker` are Python's."""
        collection = f"{self.settings['PULSE_QDRANT_URL']}/collections/{self.settings['PULSE_QDRANT_COLLECTION']}"
        body = json.dumps({"limit": 10_000, "with_payload": True}).encode()
        request = urllib.request.Request(f"{collection}/points/scroll", body, {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            points = json.load(answer)["result"]["points"]
        pages = defaultdict(list)
        for point in points:
            pages[point["payload"]["url"]].append(point["payload"])
        return pages

    def hits(self, text: str) -> Counter[str]:
        """How often each page is found."""
        command = [str(self.programs / "pulsectl"), "search", "--limit", "100", "--json", text]
        environment = clean_environment() | self.settings
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        must(done.returncode == 0, f"pulsectl search left with {done.returncode}: {done.stderr.strip()}")
        return Counter(hit["url"] for hit in json.loads(done.stdout)["hits"])

    def check_found(self, urls: list[str]) -> None:
        hits = self.hits("the harbour")
        missing = [url for url in urls if url not in hits]
        must(not missing, f"not found by a search: {missing}")

    def in_both_versions(self) -> set[str]:
        """Pages with points of Python's and of Pulse's."""
        return {url for url, all in self.by_page().items() if len({"chunker" in one for one in all}) == 2}

    def check_replaced(self) -> int:
        """No page is there twice. Answers how many points there are."""
        pages = self.by_page()
        old = [url for url, points in pages.items() if any("chunker" not in one for one in points)]
        must(not old, f"{len(old)} pages still have points of Python's: {old[:3]}")
        for url, points in pages.items():
            numbers = sorted(one["chunk_index"] for one in points)
            must(numbers == list(range(len(points))), f"{url} has the chunks {numbers}")
        twice = {url: count for url, count in self.hits("the harbour").items() if count > len(pages[url])}
        must(not twice, f"found more than once: {twice}")
        return sum(map(len, pages.values()))
