"""What a run promised, each promise a check of its own."""

import base64
import zlib
from collections import Counter

from redis import Redis

from comparing import Vectors, compare, points
from documents import Documents
from fault_log import FaultLog
from finding import processes_of
from ledger import Ledger
from redis_server import QUEUE
from results import must
from stand_ins import get
from standing import Standing, grown
from system import System
from watching import Watcher

SHOWN = 20


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


def faults_were_dealt(log: FaultLog, planned: Counter[str]) -> str:
    dealt = Counter(fault.kind for fault in log.done)
    missed = [f"{kind}: {dealt[kind]} of {number}" for kind, number in planned.items() if dealt[kind] < number]
    must(not missed and not log.troubles, shown([*missed, *log.troubles], "faults went otherwise than planned"))
    return (
        f"{sum(dealt.values())} faults of {len(dealt)} kinds, of the rarest {min(dealt.values(), default=0)}; "
        f"{log.spared} kills put off for a job at its last chance"
    )


def is_drained(left: list[str], seconds: float) -> str:
    must(not left, shown(left, f"still move after {seconds:g} s"))
    return "nothing queued, started, scheduled or handed out"


def nothing_leaked(before: Standing, after: Standing) -> str:
    found = grown(before, after)
    must(not found, f"{'; '.join(found)}; at first {before}; in the end {after}")
    return f"at first {before}; in the end {after}"


def supervisors_stop(system: System) -> str:
    statuses = {name: host.stop() for name, host in system.hosts.items()}
    must(set(statuses.values()) == {0}, f"exit statuses {statuses}")
    # Besides being killed one may have given up, which systemd answers as it does here.
    exits = Counter(status for host in system.hosts.values() for status in host.exits)
    starts = sum(host.starts for host in system.hosts.values())
    told = ", ".join(f"{count} with {status}" for status, count in sorted(exits.items()))
    return f"exit 0; they were started {starts} times, and ended before: {told or 'never'}"


def nobody_is_left(system: System) -> str:
    left = [f"{p.program} {p.slot} ({p.pid})" for host in system.hosts.values() for p in processes_of(host.runtime)]
    must(not left, f"still there: {left}")
    return "no process of the run is left"
