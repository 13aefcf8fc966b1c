"""How often a question finds the page that answers it among the first five hits, with the real engines: Pulse's chunks,
dense and hybrid, and the old product's (newlines gone, 256 tokens, 50 repeated) in the same run."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from rq import Queue

import manuals
import old_product
import queued
from figures import Report
from processes import clean_environment, running
from redis_server import QUEUE
from stack import COLLECTION, Stack, serving
from waiting import until

QUESTIONS = Path(__file__).with_name("recall.json")
DOCUMENTS, HITS = 320, 5
OLD = "old_product"
URL = re.compile(r'"url"\s*:\s*"([^"]+)"')

Search = Callable[[str], list[str]]


def index(
    stack: Stack, documents: list[dict[str, str]], command: list[str], settings: dict[str, str], log: Path
) -> int:
    """Until all are there; how many points there are then."""
    queue = Queue(QUEUE, connection=stack.binary)
    stack.redis.delete(f"rq:finished:{QUEUE}")
    queue.enqueue_many([queue.prepare_data(queued.FUNCTION, (one,), timeout=3600) for one in documents])

    def finished() -> bool:
        if failed := stack.redis.zcard(f"rq:failed:{QUEUE}"):
            raise RuntimeError(f"{failed} of {len(documents)} jobs failed: see {log}")
        return stack.redis.zcard(f"rq:finished:{QUEUE}") >= len(documents)

    with log.open("wb") as file, running(command, clean_environment() | settings, 30, stdout=file, stderr=file):
        until("all documents are indexed", 1800, finished, pause=0.2)
    collection = settings.get("COLLECTION", COLLECTION)
    answer = stack.post(f"{stack.qdrant}/collections/{collection}/points/count", b'{"exact":true}')
    return answer["result"]["count"]


def dense(stack: Stack, collection: str) -> Search:
    """The nearest points, asked for without Pulse, so that both collections are asked alike."""

    def search(question: str) -> list[str]:
        vector = stack.post(f"{stack.tei}/embed", json.dumps({"inputs": [question]}).encode())[0]
        body = {"query": vector, "limit": HITS, "with_payload": ["url"]}
        url = f"{stack.qdrant}/collections/{collection}/points/query"
        points = stack.post(url, json.dumps(body).encode())["result"]["points"]
        return [point["payload"]["url"] for point in points]

    return search


def pulsectl(programs: Path, stack: Stack, mode: str) -> Search:
    command = [str(programs / "pulsectl"), "search", "--mode", mode, "--limit", str(HITS), "--json"]

    def search(question: str) -> list[str]:
        done = subprocess.run(
            [*command, question], env=clean_environment() | stack.settings, capture_output=True, text=True, timeout=60
        )
        if done.returncode != 0:
            raise RuntimeError(f"pulsectl search --mode {mode}: {done.stderr.strip()}")
        return URL.findall(done.stdout)

    return search


def ranks(search: Search, questions: list[dict[str, str]]) -> list[int | None]:
    """Where the answer is, from 1; None = not among the hits."""
    found = []
    for entry in questions:
        pages = [manuals.name(url) for url in search(entry["question"])[:HITS]]
        found.append(pages.index(entry["page"]) + 1 if entry["page"] in pages else None)
    return found


def report(programs: Path, folder: Path, quick: bool, out: Report) -> None:
    questions = json.loads(QUESTIONS.read_text(encoding="utf-8"))
    documents = manuals.documents(DOCUMENTS, {entry["page"] for entry in questions})
    folder.mkdir()
    # Eight bits cost a little quality: enough to see that it works.
    with serving(folder / "stack", precision="int8" if quick else "fp32") as stack:
        points = {
            "Pulse": index(stack, documents, [str(programs / "pulse-worker")], stack.settings, folder / "pulse.log")
        }
        old = old_product.settings(stack.tei, stack.qdrant) | {"COLLECTION": OLD}
        command = [str(old_product.python()), str(old_product.HERE / "start.py"), stack.settings["PULSE_REDIS_URL"]]
        points[OLD] = index(stack, documents, [*command, "SimpleWorker"], old, folder / "old.log")
        found = {"Pulse, dense": ranks(dense(stack, COLLECTION), questions)}
        try:
            found["Pulse, hybrid"] = ranks(pulsectl(programs, stack, "hybrid"), questions)
        except RuntimeError as error:
            out.remark(f"hybrid: {error}")
        found["old product"] = ranks(dense(stack, OLD), questions)
    for name, places in found.items():
        figure(out, name, places, len(documents), points[OLD if name == "old product" else "Pulse"])
    table(out, questions, found)


def figure(out: Report, name: str, places: list[int | None], documents: int, points: int) -> None:
    recall = 100 * sum(place is not None for place in places) / len(places)
    reciprocal = sum(1 / place for place in places if place) / len(places)
    out.figure(
        "recall",
        f"recall@{HITS}: {name}",
        f"{recall:.0f} %, reciprocal rank {reciprocal:.3f}",
        f"target: not below the old product; {len(places)} questions, {documents} documents, {points} points",
        kind=name,
        recall_percent=round(recall, 1),
        reciprocal_rank=round(reciprocal, 4),
        documents=documents,
        points=points,
    )


def table(out: Report, questions: list[dict[str, str]], found: dict[str, list[int | None]]) -> None:
    out.remark(f"the answer's place among {HITS} hits: {', '.join(found)}")
    for number, entry in enumerate(questions):
        places = "".join(f"{place or '-':>4}" for place in (column[number] for column in found.values()))
        out.remark(f"{places}  {entry['page']:<34}{entry['question'][:70]}")
