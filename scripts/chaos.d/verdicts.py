"""What a run promised, each promise a check of its own."""

import base64
import zlib

from redis import Redis
from redis_server import QUEUE
from results import must
from stand_ins import get

from comparing import Vectors, compare, points
from documents import Documents
from faults import Faults
from ledger import Ledger
from system import System
from watching import Watcher

SHOWN = 20
FEWEST = 20


def shown(lines: list[str], what: str) -> str:
    more = f"\n... and {len(lines) - SHOWN} more" if len(lines) > SHOWN else ""
    return "\n".join([f"{len(lines)} {what}", *lines[:SHOWN]]) + more


def reason(redis: Redis, job: str) -> str:
    """Why it failed, as RQ keeps it."""
    entries = redis.xrevrange(f"rq:results:{job}", count=1)
    text = entries[0][1].get("exc_string", "") if entries else ""
    return zlib.decompress(base64.b64decode(text)).decode(errors="replace") if text else ""


def every_send_was_promised(ledger: Ledger) -> str:
    unpromised = ledger.unpromised()
    must(not unpromised, f"{len(unpromised)} documents were never promised: {unpromised[:SHOWN]}")
    return (
        f"{ledger.versions} document versions of {len(ledger.expected())} documents, "
        f"{100 * ledger.recrawls / max(ledger.versions, 1):.0f} % crawled again; {ledger.doubts} attempts in doubt"
    )


def no_job_was_lost(ledger: Ledger, watcher: Watcher) -> str:
    lost = sorted(watcher.vanished)
    open_jobs = watcher.open_jobs()
    must(not lost, shown([f"{job} {ledger.promises[job]}" for job in lost], "jobs are gone without an end"))
    must(not open_jobs, shown([f"{job} {ledger.promises.get(job)}" for job in open_jobs], "jobs never ended"))
    return f"{len(watcher.finished)} jobs finished"


def only_the_fated_failed(redis: Redis, ledger: Ledger, watcher: Watcher) -> str:
    """RQ's own registry, so that jobs of attempts in doubt are seen too."""
    failed = {job: reason(redis, job) for job in redis.zrange(f"rq:failed:{QUEUE}", 0, -1)}
    wrongly = [f"{job}: {text.strip()[-400:]}" for job, text in failed.items() if job not in ledger.fated]
    wrongly += [f"{job}: failed, by its status" for job in watcher.failed if job not in failed]
    must(not wrongly, shown(wrongly, "jobs failed without a fault of their own"))
    spared = [f"{job}: {failed.get(job)}" for job, why in ledger.fated.items() if why.reason not in failed.get(job, "")]
    must(not spared, shown(spared, "jobs should have failed, and for another reason"))
    return f"{len(failed)} jobs failed, each by its own fault, with its reason"


def every_document_is_there(system: System, documents: Documents, ledger: Ledger) -> str:
    vectors = Vectors(get(f"http://127.0.0.1:{system.tei.port}/vectors").splitlines())
    result = compare(points(f"http://127.0.0.1:{system.qdrant.port}"), vectors, documents, ledger)
    must(not result.faults, shown(result.faults, f"of {result.documents} documents are not as promised"))
    return f"{result.documents} documents in their last version, {result.points} points, each text and vector its own"


def faults_were_dealt(faults: Faults, counts: dict[str, int], planned: dict[str, int]) -> str:
    missed = [
        f"{kind}: {counts.get(kind, 0)} of {number}" for kind, number in planned.items() if counts.get(kind, 0) < number
    ]
    must(not missed, shown(faults.troubles or missed, f"faults were not dealt ({', '.join(missed)})"))
    must(not faults.troubles, shown(faults.troubles, "faults went otherwise than planned"))
    spared = f"{faults.spared} kills put off for a job at its last chance"
    return f"{sum(counts.values())} faults of {len(counts)} kinds, {spared}"
