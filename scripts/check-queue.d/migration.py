"""docs/migration.md, step by step as it stands there, with jobs in every place where they can be at each step."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from context import Context
from guide import Reader, reading
from migrated_jobs import KEY, Jobs
from migrated_points import Points
from peers import Peer
from processes import clean_environment
from production import producing
from results import must
from slow_tei import SlowTEI
from waiting import until

NAME = "migration"
PRODUCT = Path(__file__).with_name("python_product")
NAMES = ("REDIS_URL", "TEI_URL", "QDRANT_URL", "QDRANT_COLLECTION")
# The steps of the guide, by their numbers there.
SETTINGS, START, LOOK, STOP_PYTHON, STARTED, STOP, START_PYTHON, REQUEUE = range(1, 9)


def check(context: Context) -> str:
    with SlowTEI(context.servers.stack.tei).serving() as tei, prepared(context, tei) as (reader, jobs, points):
        reader.follow(SETTINGS)
        start_python(reader, jobs)
        jobs.await_status(jobs.put("before", 5))
        beside = side_by_side(reader, jobs, points)
        cut_over(reader, jobs)
        killed(reader, jobs)
        roll_back(reader, jobs)
        figures = cut_over_again(reader, jobs, points)
        by_python = jobs.check_once()
        must(not reader.unrun, f"the guide has steps that nobody ran: {sorted(reader.unrun)}")
    return (
        f"{len(jobs.all)} jobs, each done once, {by_python} by Python and {len(jobs.all) - by_python} by Pulse; "
        f"side by side {beside}; {figures}"
    )


@contextmanager
def prepared(context: Context, tei: SlowTEI) -> Iterator[tuple[Reader, Jobs, Points]]:
    """A folder with the product's settings, a shell in it that finds the programs, and a producer."""
    database = context.servers.database()
    folder, tools = context.folder / "product", context.folder / "bin"
    for made in (folder, tools):
        made.mkdir()
    (tools / "rq").symlink_to(context.python.with_name("rq"))
    settings = context.servers.settings(database) | {"PULSE_TEI_URL": tei.url}
    (folder / ".env").write_text("".join(f"WEBHOOK_{name}={settings[f'PULSE_{name}']}\n" for name in NAMES))
    with (
        producing(context.python, database.url) as producer,
        reading(folder, environment(context, tools)) as reader,
    ):
        jobs = Jobs(Peer.of(context, database), producer, tei, folder)
        yield reader, jobs, Points(context.programs, settings)


def environment(context: Context, tools: Path) -> dict[str, str]:
    """One worker of Pulse with one job in hand, else Python would get none."""
    product = {"PYTHONPATH": str(PRODUCT), "PYTHONWARNINGS": "ignore", "PYTHONDONTWRITEBYTECODE": "1", "TZ": "UTC"}
    pulse = {"PULSE_RUNTIME_DIR": str(context.folder / "run"), "PULSE_STOP_TIMEOUT": "4s"}
    pulse |= {"PULSE_WORKERS": "1", "PULSE_MAX_JOBS_IN_FLIGHT": "1"}
    path = f"{context.programs}:{tools}:{os.environ['PATH']}"
    return clean_environment() | product | pulse | {"PATH": path}


def start_python(reader: Reader, jobs: Jobs) -> None:
    reader.follow(START_PYTHON)
    until("a Python worker is registered", 30, lambda: jobs.workers(pulses=False) or None, jobs.log)


def stop_python(reader: Reader, jobs: Jobs) -> None:
    reader.follow(STOP_PYTHON)
    name = next(iter(jobs.workers(pulses=False)))
    key = f"rq:worker:{name}"
    # An idle one has left by then.
    told = lambda: jobs.redis.hget(key, "shutdown_requested_date") or not jobs.workers(pulses=False)  # noqa: E731
    until("Python notes it", 10, told, jobs.log)


def await_no_python(jobs: Jobs) -> None:
    until("the Python worker has left", 30, lambda: not jobs.workers(pulses=False), jobs.log)


def side_by_side(reader: Reader, jobs: Jobs, points: Points) -> str:
    """One job for each of the two at the same time, and more as it comes."""
    reader.follow(START)
    listed = reader.follow(LOOK)
    unknown = [name for name in jobs.workers(pulses=True) | jobs.workers(pulses=False) if name not in listed]
    must(not unknown, f"rq info does not know {unknown}:\n{listed}")
    held = jobs.held_by_both("beside")
    rest = jobs.put("beside", 20)
    jobs.tei.release()
    jobs.await_status([*held, *rest])
    points.check_found(jobs.pages_of(list(jobs.all)))
    pulses = sum(jobs.is_pulses(id) for id in (*held, *rest))
    return f"{pulses} by Pulse and {2 + len(rest) - pulses} by Python"


def cut_over(reader: Reader, jobs: Jobs) -> None:
    """The Python worker ends its job and takes no other."""
    pulses, pythons = jobs.held_by_both("warm")
    stop_python(reader, jobs)
    rest = jobs.put("warm", 5)
    started = reader.follow(STARTED)
    must(pythons in started, f"pulsectl does not show what Python still runs:\n{started}")
    jobs.tei.release()
    await_no_python(jobs)
    jobs.await_status([pulses, pythons, *rest])
    jobs.check_by(python=[pythons], pulse=[pulses, *rest])


def killed(reader: Reader, jobs: Jobs) -> None:
    """A Python worker that never said goodbye: what it took and did not start, and what it ran."""
    start_python(reader, jobs)
    pulses, pythons = jobs.held_by_both("killed")
    jobs.kill_python()
    taken = jobs.put("taken")[0]
    must(jobs.redis.lmove(KEY, f"{KEY}:intermediate", "LEFT", "RIGHT") == taken, "Pulse took more than it has room for")
    jobs.tei.release()
    jobs.await_status([pulses])
    until("what it left is done", 90, lambda: jobs.come_of_age(pythons, taken), lambda: jobs.redis.keys("rq:*"), 0.5)
    jobs.check_by(pulse=[pulses, pythons, taken])
    # Its registration would end with its time.
    for key in jobs.workers(pulses=False):
        jobs.redis.delete(f"rq:worker:{key}")
        jobs.redis.srem("rq:workers:indexing", f"rq:worker:{key}")


def roll_back(reader: Reader, jobs: Jobs) -> None:
    """Jobs that are finished, failed, in hand, queued and scheduled when Pulse is stopped."""
    finished, empty = jobs.put("finished")[0], jobs.put("empty", text="")[0]
    jobs.await_status([finished])
    jobs.await_status([empty], "failed")
    in_hand = jobs.put("in-hand", text="hold-{}")[0]
    jobs.tei.await_held(1)
    queued, later = jobs.put("queued", 4), jobs.put("later", wait=6)[0]
    reader.follow(STOP)
    must(jobs.queue()[:5] == [in_hand, *queued], f"the queue after the stop: {jobs.queue()}")
    must(not jobs.workers(pulses=True), f"still registered: {jobs.workers(pulses=True)}")
    seen = jobs.peer.ask("snapshot", ids=[finished, empty], queues=["indexing"])["jobs"]
    must(seen[finished]["return_value"]["success"] is True, f"python-rq reads {seen[finished]}")
    must("no content" in seen[empty]["exc_info"], f"python-rq reads {seen[empty]}")
    jobs.tei.release()
    jobs.tei.await_held(0)
    start_python(reader, jobs)
    jobs.tei.await_held(1)
    jobs.tei.release()
    reader.follow(REQUEUE)
    everything = [in_hand, *queued, later, empty]
    jobs.await_status(everything)
    jobs.check_by(python=everything, pulse=[finished])


def cut_over_again(reader: Reader, jobs: Jobs, points: Points) -> str:
    """What Python wrote, alone or over Pulse's pages, is crawled once more: one version is left of each."""
    twice = jobs.pages_of(["finished-0", "taken-0"])
    again = jobs.put_pages("again", twice)
    jobs.await_status(again)
    must(points.in_both_versions() == set(twice), f"pages in both versions: {points.in_both_versions()}, not {twice}")
    reader.follow(START)
    stop_python(reader, jobs)
    await_no_python(jobs)
    pythons = jobs.pages_of([id for id in jobs.all if not jobs.is_pulses(id) and jobs.all[id].url not in twice])
    changed = jobs.put_pages("changed", pythons, "This page tells anew of the harbour {}.")
    same = jobs.put_pages("same", twice)
    jobs.await_status([*changed, *same])
    jobs.check_by(pulse=[*changed, *same])
    left = points.check_replaced()
    return f"{len(changed) + len(same)} pages of Python's crawled again: {left} points, none of Python's"
